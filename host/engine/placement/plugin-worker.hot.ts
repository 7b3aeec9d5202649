// Hot: runs on a plugin's own thread for each of its records.
import type { PluginSlot } from "../plugin-slot.ts";
import { ChannelWord, CONTROL_WORDS, ENTRY_HEADER_WORDS, EntryCell } from "./channel-layout.ts";
import type { FaultText } from "./fault-text.ts";
import type { ImageKeeper } from "./image-keeper.ts";
import { PlacedKind } from "./placed-kind.ts";
import { PlacedOrder } from "./placed-order.ts";
import { RingCode } from "./ring-code.ts";
import type { RingReader } from "./ring-reader.hot.ts";
import type { RingWriter } from "./ring-writer.hot.ts";
import type { WorkerBeside } from "./worker-beside.ts";

/** Records handled in one pump: between two pumps the thread looks whether it is to end. */
const BATCH = 64;
/** An image is taken when this part of the ring waits for it, or when the worker is idle and this many records were handled since. */
const HELD_SHIFT = 2;
const IDLE_IMAGE_RECORDS = 64;

/** What a worker begins with. */
export interface WorkerStart {
  readonly generation: number;
  /** Outputs of records up to this number were taken by the host already: they are not published again. */
  readonly publishedSequence: number;
  /** Orders up to this number were given to the thread before, and concern nothing that is here. */
  readonly orderedSequence: number;
  /** Low halves of the numbers of records on which the plugin failed: they are left out. */
  readonly skipped: Int32Array;
}

export interface WorkerParts {
  readonly memory: SharedArrayBuffer;
  readonly input: RingReader;
  readonly output: RingWriter;
  readonly capacityUnits: number;
  readonly slot: PluginSlot;
  readonly images: ImageKeeper;
  /** What runs beside the plugin. */
  readonly beside: WorkerBeside;
  readonly fault: FaultText;
  /** Tells the host's event loop that there is something to take. */
  readonly wake: () => void;
}

/**
 * Runs one plugin on the records of its input ring, in their order, and publishes what it writes with the number and the time of the record that it
 * had consumed. Independent of threads: a plugin's thread pumps it in a loop, a test or a simulation pumps it where it likes.
 *
 * What does not find room in the output ring stays in the plugin's outbox, and the next record waits: it is the worker that waits, never the host.
 */
export class PluginWorker {
  /** The plugin has failed and the host was told: nothing more will be handled. */
  isFinished: boolean;
  /** Where the plugin runs. */
  readonly slot: PluginSlot;
  private readonly parts: WorkerParts;
  private readonly control: Int32Array;
  private readonly published: Float64Array;
  private readonly ordered: Float64Array;
  private readonly skipped: Int32Array;
  /** Of the output that waits for room; 0 when none does. */
  private waitingKind: number;
  private waitingCode: number;
  private waitingBytes: number;
  /** What a predecessor that takes over has answered to the record at hand. */
  private answerBytes: number;
  private isTakingOver: boolean;
  private sinceImage: number;

  constructor(parts: WorkerParts, { generation, publishedSequence, orderedSequence, skipped }: WorkerStart) {
    this.isFinished = false;
    this.slot = parts.slot;
    this.parts = parts;
    this.control = new Int32Array(parts.memory, 0, CONTROL_WORDS);
    this.published = Float64Array.of(publishedSequence);
    this.ordered = Float64Array.of(orderedSequence);
    this.skipped = skipped;
    this.waitingKind = 0;
    this.waitingCode = 0;
    this.waitingBytes = 0;
    this.answerBytes = 0;
    this.isTakingOver = false;
    this.sinceImage = 0;
    parts.output.generation = generation;
  }

  /** Handles what is published, at most a batch. Answers how many records it took; 0 when there is nothing to do, or no room for an output. */
  pump(): number {
    const { control } = this;
    Atomics.store(control, ChannelWord.BEAT, (control[ChannelWord.BEAT]! + 1) | 0);
    if (this.isFinished || !this.flush()) return 0;
    let taken = 0;
    while (taken < BATCH && this.mayGoOn) {
      const template = this.parts.input.next();
      if (template === RingCode.EMPTY) break;
      taken += 1;
      if (template === RingCode.CORRUPT) this.corrupt();
      else this.handle(template);
    }
    if (this.mayGoOn) {
      if (this.parts.beside.report()) this.wakeHost();
      this.keepImage(taken === 0);
    }
    return taken;
  }

  /** Nothing waits for room, and the plugin has not failed. */
  private get mayGoOn(): boolean {
    return this.waitingKind === 0 && !this.isFinished;
  }

  private handle(template: number): void {
    const { input, slot } = this.parts;
    const sequenceLow = input.f64[EntryCell.SEQUENCE]! | 0;
    this.sinceImage += 1;
    if (template >= PlacedOrder.MAKE) {
      this.order(template);
      return;
    }
    if (this.isSkipped(sequenceLow)) return;
    const words = (input.length + 3) >> 2;
    const target = slot.i32;
    const first = slot.inboxWord;
    for (let word = 0; word < words; word++) target[first + word] = input.i32[ENTRY_HEADER_WORDS + word]!;
    Atomics.store(this.control, ChannelWord.IN_CALL, sequenceLow);
    const written = slot.invoke(template, input.length);
    Atomics.store(this.control, ChannelWord.IN_CALL, 0);
    if (this.parts.beside.hasRolledBack()) this.rollBack(written);
    else if (written < 0) this.fail(written);
    else if (written > 0 && input.f64[EntryCell.SEQUENCE]! > this.published[0]!)
      this.publish(PlacedKind.OUTPUT, 0, written);
  }

  /** A loop over a few cells: indexOf would be a call into the runtime for each record. */
  private isSkipped(sequenceLow: number): boolean {
    const { skipped } = this;
    for (let index = 0; index < skipped.length; index++) if (skipped[index] === sequenceLow) return true;
    return false;
  }

  private order(kind: number): void {
    const { input, beside } = this.parts;
    if (input.f64[EntryCell.SEQUENCE]! <= this.ordered[0]!) return;
    if (beside.take(kind) < 0) this.rollBack(0);
  }

  /** The predecessor has taken over. First the host is told so, then what that one answered, which has the next generation. */
  private rollBack(answerBytes: number): void {
    const { beside, fault, input } = this.parts;
    this.answerBytes = input.f64[EntryCell.SEQUENCE]! > this.published[0]! ? answerBytes : 0;
    this.isTakingOver = true;
    this.publish(PlacedKind.ROLLED_BACK, beside.fault?.code ?? 0, fault.write(beside.fault));
  }

  private fail(code: number): void {
    const { slot, fault } = this.parts;
    this.publish(PlacedKind.FAULT, code, fault.write(slot.lastFault));
  }

  private corrupt(): void {
    this.publish(PlacedKind.FAULT, 0, this.parts.fault.writeText("its input ring makes no sense"));
  }

  private publish(kind: number, code: number, lengthBytes: number): void {
    this.waitingKind = kind;
    this.waitingCode = code;
    this.waitingBytes = lengthBytes;
    this.flush();
  }

  /** Publishes what waits. False while there is no room for it. */
  private flush(): boolean {
    const kind = this.waitingKind;
    if (kind === 0) return true;
    const { output, input, slot, fault } = this.parts;
    const isOutput = kind === PlacedKind.OUTPUT;
    output.cells[EntryCell.SEQUENCE] = input.f64[EntryCell.SEQUENCE]!;
    output.cells[EntryCell.TIME] = input.f64[EntryCell.TIME]!;
    const source = isOutput ? slot.i32 : fault.words;
    const first = isOutput ? slot.outboxWord : 0;
    if (output.write(kind, this.waitingCode, source, first, this.waitingBytes, 0) < 0) return false;
    this.waitingKind = 0;
    if (kind === PlacedKind.FAULT) this.isFinished = true;
    this.wakeHost();
    return this.isTakingOver ? this.takeOver(kind) : true;
  }

  private takeOver(told: number): boolean {
    const { output, beside } = this.parts;
    if (told === PlacedKind.ROLLED_BACK) {
      output.generation = (output.generation + 1) >>> 0;
      if (this.answerBytes > 0) {
        this.waitingKind = PlacedKind.OUTPUT;
        this.waitingCode = 0;
        this.waitingBytes = this.answerBytes;
        return this.flush();
      }
    }
    this.isTakingOver = false;
    beside.tookOver();
    return true;
  }

  private wakeHost(): void {
    if (Atomics.exchange(this.control, ChannelWord.WAKE, 1) === 0) this.parts.wake();
  }

  /** Keeps what the plugin knows by now, and gives the host the records back that it is made of. */
  private keepImage(isIdle: boolean): void {
    const { input, images, capacityUnits } = this.parts;
    const isDue =
      input.heldUnits > capacityUnits >> HELD_SHIFT || (isIdle && this.sinceImage >= IDLE_IMAGE_RECORDS);
    if (!isDue) return;
    images.keep();
    this.sinceImage = 0;
    input.release();
  }
}
