import { SLOT_COUNTERS, SlotCounter } from "./slot-counter.ts";

/** In `ticks`: calls, output bytes, and whether a second plugin runs beside. */
const TICKS = 3;
const CALLS = 0;
const OUTPUT_BYTES = 1;
export const SHADOWED = 2;

/** What a slot counts, by SlotCounter. What each call counts is apart, in words that wrap: adding to a double would allocate until the wrapper is compiled. */
export class SlotCounts {
  readonly ticks: Int32Array = new Int32Array(TICKS);
  private readonly cells = new Float64Array(SLOT_COUNTERS);
  /** How much of the ticks stands in the cells. */
  private readonly settled = new Int32Array(TICKS);

  get all(): Float64Array {
    this.settle();
    return this.cells;
  }

  count(counter: number): void {
    this.cells[counter] = (this.cells[counter] ?? 0) + 1;
  }

  noteOutput(lengthBytes: number): void {
    this.ticks[OUTPUT_BYTES] = ((this.ticks[OUTPUT_BYTES] ?? 0) + lengthBytes) | 0;
  }

  /** Takes the gas of a call, one of many. */
  sample(gasUsed: number): void {
    const { cells } = this;
    cells[SlotCounter.GAS_SAMPLE] = gasUsed;
    cells[SlotCounter.GAS_SAMPLE_MAX] = Math.max(cells[SlotCounter.GAS_SAMPLE_MAX] ?? 0, gasUsed);
    this.count(SlotCounter.GAS_SAMPLES);
    this.settle();
  }

  /** Moves what was ticked to the cells. At each sample, so that 32 bits never wrap unseen. */
  settle(): void {
    this.move(CALLS, SlotCounter.CALLS);
    this.move(OUTPUT_BYTES, SlotCounter.OUTPUT_BYTES);
  }

  private move(tick: number, counter: number): void {
    const now = this.ticks[tick] ?? 0;
    this.cells[counter] = (this.cells[counter] ?? 0) + ((now - (this.settled[tick] ?? 0)) >>> 0);
    this.settled[tick] = now;
  }
}
