import { memoryMapOf } from "../../../abi/host/index.ts";
import type { Thread } from "../../platform/threads/index.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import type { ChannelMap } from "./channel-layout.ts";
import { ChannelWord, CONTROL_WORDS, ENTRY_HEADER_BYTES, EntryCell, makeChannel } from "./channel-layout.ts";
import { INPUT_COUNTERS, InputPort } from "./input-port.hot.ts";
import type { WorkerInput } from "./open-worker.ts";
import { inputPlace, mapOf, outputPlace } from "./open-worker.ts";
import type { OverflowPolicy } from "./overflow-policy.ts";
import { PlacedKind } from "./placed-kind.ts";
import type { Inbox, PluginPort } from "./plugin-port.ts";
import { RingCode } from "./ring-code.ts";
import { RingReader } from "./ring-reader.hot.ts";
import { RingWriter } from "./ring-writer.hot.ts";
import { threadModuleOf } from "./thread-module.ts";
import { ThreadWatch } from "./thread-watch.ts";

/** A plugin that fails on a sixth record after one start is not going to recover. */
const SKIPPED_MAX = 8;

/** Starts the thread of a plugin; `wake` is to be called on this thread when it has written something. Throws where no thread can be had. */
export type StartWorker = (input: WorkerInput, wake: () => void) => Thread;

export interface ChannelOptions {
  readonly name: string;
  readonly overflow: OverflowPolicy;
  /** How long one call, or a silence between two looks, may last. */
  readonly deadlineNs: number;
  readonly ringBytes: number;
  readonly instrumentCount: number;
  /** Cell 0: the session's time. */
  readonly nowNs: Float64Array;
  readonly start: StartWorker;
  readonly wake: () => void;
}

/** What is shared with the worker that runs now, and the host's ends of it. Made anew for each plugin, so that one that was replaced reaches nothing. */
interface Shared {
  readonly memory: SharedArrayBuffer;
  readonly map: ChannelMap;
  readonly control: Int32Array;
  readonly writer: RingWriter;
  readonly port: InputPort;
  reader: RingReader;
}

/**
 * The host's side of a plugin on a thread of its own: hands records over, takes what it writes, and starts and ends the thread.
 *
 * ```
 *  installed ──▶ running ──stopped──▶ ended, records that must not be missed go on being kept ──resumed──▶ running, from the last image
 *                                     └── installed: another plugin, or the same one afresh ──▶ running
 * ```
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
  private plugin: LoadedPlugin | null = null;
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
  }

  offer(inbox: Inbox, template: number, lengthBytes: number): void {
    this.shared?.port.offer(template, inbox.i32, inbox.inboxWord, lengthBytes);
  }

  installed(plugin: LoadedPlugin, generation: number): void {
    this.end();
    if (this.plugin !== null) this.restarts += 1;
    this.plugin = plugin;
    this.shared = this.share(plugin);
    this.skipped.fill(0);
    this.skippedCount = 0;
    this.takenSequence = 0;
    this.isTrusted = true;
    this.begin(generation);
  }

  stopped(): void {
    this.skip(this.watch.poison(this.takenSequence));
    this.end();
  }

  resumed(generation: number): void {
    const { shared } = this;
    if (shared === null) return;
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
    shared.reader = this.readerOf(shared);
    this.begin(generation);
  }

  /** Whether the plugin can go on with what it knew: its thread has ended, nothing that it must not miss was lost, and its state can be kept. */
  get canResume(): boolean {
    const { shared } = this;
    if (shared === null || this.thread !== null || !this.isTrusted) return false;
    const { isOverflown, isCorrupt } = shared.port;
    return shared.map.imageBytes > 0 && !isOverflown && !isCorrupt && this.skippedCount < SKIPPED_MAX;
  }

  /** Whether the plugin's thread has begun: records that are handed over before wait for it. */
  get isReady(): boolean {
    return this.shared !== null && Atomics.load(this.shared.control, ChannelWord.READY) === 1;
  }

  /** Why the plugin has to be stopped now, seen from outside of it; null while all is well. `nowNs`: a clock that never stands still. */
  look(nowNs: number): string | null {
    const { shared } = this;
    if (shared === null) return null;
    if (shared.port.isOverflown) return "its ring is full of order events: it is too slow to know its orders";
    if (shared.port.isCorrupt) return "its rings make no sense";
    return this.watch.look(shared.control, nowNs);
  }

  /** The plugin's next output or fault, in `entry`: true when there is one. Answers as a fault where the ring makes no sense. */
  next(): boolean {
    const { shared } = this;
    if (shared === null || shared.port.isCorrupt) return false;
    const kind = shared.reader.next();
    if (kind === RingCode.EMPTY) return false;
    if (kind === RingCode.CORRUPT || (kind !== PlacedKind.OUTPUT && kind !== PlacedKind.FAULT)) {
      shared.port.isCorrupt = true;
      this.isTrusted = false;
      return false;
    }
    const { f64 } = shared.reader;
    this.takenSequence = f64[EntryCell.SEQUENCE] ?? 0;
    this.consumedNs = f64[EntryCell.TIME] ?? 0;
    // Released at once: the entry was copied.
    shared.reader.release();
    return true;
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
    void this.thread?.terminate();
    this.watch.end();
  }

  /** Settles when no thread is left. */
  async ended(): Promise<void> {
    await this.thread?.ended.catch(() => undefined);
  }

  private share(plugin: LoadedPlugin): Shared {
    const { nowNs, overflow, instrumentCount, ringBytes } = this.options;
    const map = mapOf(threadModuleOf(plugin.source.parts), ringBytes);
    const memory = makeChannel(map);
    const writer = new RingWriter(inputPlace(memory, map));
    const readsGap = plugin.manifest.reads.includes("Gap");
    const { counters } = this;
    const port = new InputPort(writer, ringBytes >> 3, {
      policy: overflow,
      instrumentCount,
      readsGap,
      nowNs,
      counters,
    });
    const reader = this.readerOf({ memory, map });
    return { memory, map, control: new Int32Array(memory, 0, CONTROL_WORDS), writer, port, reader };
  }

  private readerOf({ memory, map }: Pick<Shared, "memory" | "map">): RingReader {
    const kind = this.plugin?.manifest.kind ?? "agent";
    return new RingReader(outputPlace(memory, map), memoryMapOf(kind).outboxCapacity);
  }

  private begin(generation: number): void {
    const { shared, plugin, options } = this;
    if (shared === null || plugin === null) return;
    const { parts, parameters } = plugin.source;
    shared.writer.generation = generation;
    const input: WorkerInput = {
      name: this.name,
      memory: shared.memory,
      ringBytes: options.ringBytes,
      module: threadModuleOf(parts),
      parameters,
      start: {
        generation,
        publishedSequence: this.takenSequence,
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
