import type { Thread } from "../../platform/threads/index.ts";
import type { HandOver } from "../hand-over.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import { PluginSlot } from "../plugin-slot.ts";
import type { ShadowRun } from "../shadow-run.ts";
import { BESIDE } from "../shadow-run.ts";
import type { BesideSource } from "./beside-source.ts";
import { handOverCodes } from "./beside-source.ts";
import type { Tenant } from "./channel-beside.ts";
import { ChannelBeside } from "./channel-beside.ts";
import { ChannelWord, ENTRY_HEADER_BYTES, EntryCell, EntryWord } from "./channel-layout.ts";
import type { ChannelOptions, Shared } from "./channel-shared.ts";
import { outputReader, shareWith } from "./channel-shared.ts";
import { toldFaultOf } from "./fault-text.ts";
import { INPUT_COUNTERS } from "./input-port.hot.ts";
import { hasImage, imagesMemoryOf } from "./memory-image.ts";
import type { WorkerInput } from "./open-worker.ts";
import { PlacedKind } from "./placed-kind.ts";
import { BESIDE_RECORD, PlacedOrder } from "./placed-order.ts";
import type { Inbox, PluginPort } from "./plugin-port.ts";
import { voidPort } from "./plugin-port.ts";
import { RingCode } from "./ring-code.ts";
import { threadModuleOf } from "./thread-module.ts";
import { ThreadWatch } from "./thread-watch.ts";
import { differenceOf } from "./told-reports.ts";

/** A plugin that fails on a sixth record after one start is not going to recover. */
const SKIPPED_MAX = 8;

/** What a worker can say. */
const fromWorker: ReadonlySet<number> = new Set<number>(
  Object.values(PlacedKind).filter((kind) => kind !== PlacedKind.RESUMED),
);
/** Entries that concern the channel alone, taken in one look: more than a worker can have to say between two. */
const OWN_ENTRIES_MAX = 16;
const NO_WORDS = new Int32Array(0);

/**
 * The host's side of a plugin on a thread of its own: hands records over, takes what it writes, and starts and ends the thread.
 *
 * ```
 *  installed ──▶ running ──stopped──▶ ended, records that must not be missed go on being kept ──resumed──▶ running, from the last image
 *                                     └── installed: another plugin, or the same one afresh ──▶ running
 *
 *  running, nothing beside ──prepare──▶ candidate beside ──promoted──▶ predecessor beside ──promoted, or by itself──▶ nothing beside
 *                                       └──settled─────────────────────└──settled──▶ nothing beside
 * ```
 *
 * A thread that ends takes what is beside with it.
 */
export class PluginChannel implements PluginPort {
  readonly name: string;
  /** By InputCounter, since the channel was made. */
  readonly counters: Float64Array = new Float64Array(INPUT_COUNTERS);
  readonly watch: ThreadWatch;
  /** Threads started after the first. */
  restarts = 0;
  /** Session time of the record that the last output was made of. */
  consumedNs = 0;
  private readonly options: ChannelOptions;
  private current: Tenant | null = null;
  private readonly beside: ChannelBeside;
  /** Hands records over that are for the candidate alone. Made for the first and kept: no swap makes new code. */
  private besideSlot: PluginSlot | null = null;
  /** Whether the plugin in place is the one that the ring began with: what no image holds is in the ring still. */
  private isFirst = true;
  /** The entry at hand says that the predecessor has taken over: its worker knows. */
  private isTakenOver = false;
  /** The worker has said that it ends, or was seen to. */
  private hasFailed = false;
  private shared: Shared | null = null;
  private thread: Thread | null = null;
  private readonly skipped = new Int32Array(SKIPPED_MAX);
  private skippedCount = 0;
  private takenSequence = 0;
  private isTrusted = true;

  constructor(options: ChannelOptions) {
    this.name = options.name;
    this.options = options;
    this.watch = new ThreadWatch(options.deadlineNs);
    this.beside = new ChannelBeside(options.name);
  }

  offer(inbox: Inbox, template: number, lengthBytes: number): void {
    this.shared?.port.offer(template, inbox.i32, inbox.inboxWord, lengthBytes);
  }

  installed(plugin: LoadedPlugin, generation: number): void {
    this.end();
    if (this.current !== null) this.restarts += 1;
    this.current = { plugin, images: imagesMemoryOf(plugin) };
    this.shared = shareWith(plugin, this.options, this.counters);
    this.skipped.fill(0);
    this.skippedCount = 0;
    this.takenSequence = 0;
    this.isTrusted = true;
    this.isFirst = true;
    this.begin(generation);
  }

  stopped(): void {
    this.skip(this.watch.poison(this.takenSequence));
    this.end();
  }

  resumed(generation: number): void {
    const { shared, current } = this;
    if (shared === null || current === null) return;
    this.restarts += 1;
    // The thread before has ended: nobody else writes here.
    for (const word of [
      ChannelWord.OUTPUT_HEAD,
      ChannelWord.OUTPUT_TAIL,
      ChannelWord.WAKE,
      ChannelWord.READY,
    ])
      Atomics.store(shared.control, word, 0);
    Atomics.store(shared.control, ChannelWord.IN_CALL, 0);
    shared.reader = outputReader(shared, current.plugin);
    this.begin(generation);
  }

  /**
   * Has the worker make a candidate beside the plugin. `introduce` hands over what the candidate is told before its first event, by the slot that it is given. Settles once it is
   * ready and sees each record. Rejects with EngineError where it cannot be made ready; whatever runs on is not touched by it.
   */
  prepare(plugin: LoadedPlugin, way: HandOver, introduce: (beside: PluginSlot) => void): Promise<void> {
    const { beside, thread } = this;
    if (thread === null || this.hasFailed || beside.tenant !== null)
      return Promise.reject(beside.refusal("the thread has ended, or a second plugin is there already"));
    const { parts, parameters } = plugin.source;
    const images = imagesMemoryOf(plugin);
    const answer = beside.expect({ plugin, images });
    const source: BesideSource = { module: threadModuleOf(parts), parameters, images };
    thread.post(source);
    this.order(PlacedOrder.MAKE, 0);
    introduce((this.besideSlot ??= this.slotBeside(plugin)));
    this.order(PlacedOrder.HAND_OVER, handOverCodes.indexOf(way));
    return answer;
  }

  holds(plugin: LoadedPlugin): boolean {
    return !this.hasFailed && this.beside.holds(plugin);
  }

  shadowed(): void {
    this.order(PlacedOrder.SHADOW, 0);
  }

  promoted(plugin: LoadedPlugin, generation: number): void {
    const { shared, current, beside } = this;
    const next = beside.tenant;
    if (shared === null || next?.plugin !== plugin || this.hasFailed) {
      this.installed(plugin, generation);
      return;
    }
    shared.writer.generation = generation;
    this.isFirst = false;
    this.current = next;
    beside.put(this.isTakenOver ? null : current);
    if (!this.isTakenOver) this.order(PlacedOrder.PROMOTE, 0);
  }

  settled(): void {
    if (this.beside.tenant === null) return;
    this.beside.end("it was given up");
    this.order(PlacedOrder.SETTLE, 0);
  }

  /** Puts what the worker has counted and told of what runs beside into the stand-in of that. */
  readShadow(run: ShadowRun): void {
    if (this.shared !== null) this.beside.read(this.shared.control, run);
  }

  /** Whether the plugin can go on with what it knew: its thread has ended, nothing that it must not miss was lost, and its state can be kept. */
  get canResume(): boolean {
    const { shared, current } = this;
    if (shared === null || this.thread !== null || !this.isTrusted) return false;
    const images = current?.images ?? null;
    if (images === null || !(this.isFirst || hasImage(images))) return false;
    const { isOverflown, isCorrupt } = shared.port;
    return !isOverflown && !isCorrupt && this.skippedCount < SKIPPED_MAX;
  }

  /** Whether the plugin's thread has begun: records that are handed over before wait for it. */
  get isReady(): boolean {
    return this.shared !== null && Atomics.load(this.shared.control, ChannelWord.READY) === 1;
  }

  /** Why the plugin has to be stopped now, seen from outside of it; null while all is well. `nowNs`: a clock that never stands still. */
  look(nowNs: number): string | null {
    const { shared } = this;
    if (shared === null) return null;
    const reason = this.reasonOf(shared, nowNs);
    if (reason !== null) this.hasFailed = true;
    return reason;
  }

  private reasonOf({ port, control }: Shared, nowNs: number): string | null {
    if (port.isOverflown) return "its ring is full of order events: it is too slow to know its orders";
    if (port.isCorrupt) return "its rings make no sense";
    return this.watch.look(control, nowNs);
  }

  /** The next that the lane is to be told, in `entry`: true when there is something. Answers as a fault where the ring makes no sense. */
  next(): boolean {
    this.isTakenOver = false;
    for (let own = 0; own < OWN_ENTRIES_MAX; own++) {
      const kind = this.read();
      if (kind === RingCode.EMPTY) return false;
      if (kind === PlacedKind.PREPARED) this.takePrepared();
      else if (kind === PlacedKind.DIFFERENCE) this.takeDifference();
      else {
        this.isTakenOver = kind === PlacedKind.ROLLED_BACK;
        if (kind === PlacedKind.FAULT) this.hasFailed = true;
        return true;
      }
    }
    return false;
  }

  /** Reads one entry and releases it at once, since it was copied. Its kind, or EMPTY, also where the ring makes no sense. */
  private read(): number {
    const { shared } = this;
    if (shared === null || shared.port.isCorrupt) return RingCode.EMPTY;
    const kind = shared.reader.next();
    if (kind === RingCode.EMPTY) return kind;
    if (kind === RingCode.CORRUPT || !fromWorker.has(kind)) {
      shared.port.isCorrupt = true;
      this.isTrusted = false;
      return RingCode.EMPTY;
    }
    const { f64 } = shared.reader;
    if (kind < PlacedKind.BESIDE_FAULT) {
      this.takenSequence = f64[EntryCell.SEQUENCE] ?? 0;
      this.consumedNs = f64[EntryCell.TIME] ?? 0;
    }
    shared.reader.release();
    return kind;
  }

  private takePrepared(): void {
    const { entry, entryBytes } = this;
    const { reason } = toldFaultOf(entry, ENTRY_HEADER_BYTES, entryBytes - ENTRY_HEADER_BYTES);
    this.beside.answered(this.entryCode === 0 ? null : reason);
  }

  private takeDifference(): void {
    const { entry, entryBytes } = this;
    this.beside.note(differenceOf(entry, ENTRY_HEADER_BYTES, entryBytes - ENTRY_HEADER_BYTES));
  }

  private get entryCode(): number {
    return this.shared?.reader.i32[EntryWord.CODE] ?? 0;
  }

  /** Whether something that the worker has published is not taken yet: its last word may be among it. */
  get hasMore(): boolean {
    const { shared } = this;
    if (shared === null || shared.port.isCorrupt) return false;
    return Atomics.load(shared.control, ChannelWord.OUTPUT_HEAD) !== shared.reader.cursor;
  }

  /** The host is about to look: the worker may send another message from now on. */
  listen(): void {
    if (this.shared !== null) Atomics.store(this.shared.control, ChannelWord.WAKE, 0);
  }

  /** Header and payload of what `next` found. */
  get entry(): Uint8Array {
    return this.shared?.reader.u8 ?? new Uint8Array(0);
  }

  get entryBytes(): number {
    return ENTRY_HEADER_BYTES + (this.shared?.reader.length ?? 0);
  }

  /** Records that were handed over and are not released yet, in bytes of the ring, and those that wait outside of it. */
  get depth(): { readonly bytes: number; readonly waiting: number } {
    const { shared } = this;
    if (shared === null) return { bytes: 0, waiting: 0 };
    const released = Atomics.load(shared.control, ChannelWord.INPUT_RELEASED);
    const units = (shared.writer.head - released) | 0;
    const bytes = Math.min(Math.max(units, 0) * 8, shared.map.ringBytes);
    return { bytes, waiting: shared.port.waitingCount };
  }

  /** Delivers what waits for room. */
  flush(): void {
    this.shared?.port.flush();
  }

  /** Ends the thread; it may take some milliseconds until it has ended. */
  end(): void {
    this.beside.end("the thread has ended");
    void this.thread?.terminate();
    this.watch.end();
  }

  /** Settles when no thread is left. */
  async ended(): Promise<void> {
    await this.thread?.ended.catch(() => undefined);
  }

  private order(kind: PlacedOrder, code: number): void {
    this.shared?.port.order(kind, code, NO_WORDS, 0, 0);
  }

  private slotBeside({ manifest }: LoadedPlugin): PluginSlot {
    return new PluginSlot(`${this.name}${BESIDE}`, manifest.kind, {
      ...voidPort,
      offer: ({ i32, inboxWord }, template, lengthBytes) =>
        this.shared?.port.order(BESIDE_RECORD + template, 0, i32, inboxWord, lengthBytes),
    });
  }

  private begin(generation: number): void {
    const { shared, current, options } = this;
    if (shared === null || current === null) return;
    const { parts, parameters } = current.plugin.source;
    this.hasFailed = false;
    shared.writer.generation = generation;
    const input: WorkerInput = {
      name: this.name,
      memory: shared.memory,
      ringBytes: options.ringBytes,
      module: threadModuleOf(parts),
      parameters,
      images: current.images,
      start: {
        generation,
        publishedSequence: this.takenSequence,
        orderedSequence: shared.port.lastSequence,
        skipped: this.skipped.slice(0, this.skippedCount),
      },
    };
    this.watch.begin();
    try {
      this.follow(options.start(input, options.wake));
    } catch (error) {
      this.watch.died(`no thread can be had: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private follow(thread: Thread): void {
    this.thread = thread;
    const over = (reason: string): void => {
      if (this.thread !== thread) return;
      this.thread = null;
      this.watch.died(reason);
    };
    thread.ended.then(
      () => over("its thread has ended"),
      (error: unknown) =>
        over(`its thread has died: ${error instanceof Error ? error.message : String(error)}`),
    );
  }

  /** The record of this number is left out from now on, or none where it is 0. */
  private skip(sequenceLow: number): void {
    if (sequenceLow === 0 || this.skippedCount === SKIPPED_MAX) return;
    this.skipped[this.skippedCount] = sequenceLow;
    this.skippedCount += 1;
  }
}
