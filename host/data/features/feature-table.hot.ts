import { FeatureUpdate } from "../../../abi/host/index.ts";

/** Features of all kernels together, for one instrument. */
export const FEATURES_MAX = 64;

/** Why an update was not taken. */
export const FeatureCode = { TAKEN: 0, NOT_FINITE: -1, UNKNOWN_INSTRUMENT: -2, UNKNOWN_OUTPUT: -3 } as const;

const NEVER_NS = -1;
/** The host numbers its instruments from 1, in the order of the configuration; rows are counted from 0. */
const INSTRUMENT_ID_FIRST = 1;

/**
 * The latest value of every feature of every instrument, with the time at which it was published.
 *
 * ```
 *              slot 0   slot 1   …  slot 63
 * instrument 0 │ value  │ value  │  │
 * instrument 1 │        │        │  │     the same shape again for times
 * ```
 */
export class FeatureTable {
  /** Set by `take` when a value was published since the flag was last cleared, by instrument. */
  readonly dirty: Uint8Array;
  readonly values: Float64Array;
  private readonly times: Float64Array;
  private readonly allColumns: readonly Float64Array[];
  private readonly instrumentCount: number;
  private readonly featureCount: number;
  private readonly staleAfterNs: Float64Array;

  constructor(instrumentCount: number, featureCount: number, staleAfterNs: number) {
    if (featureCount > FEATURES_MAX)
      throw new Error(`${featureCount} features are configured; a host holds at most ${FEATURES_MAX}`);
    this.dirty = new Uint8Array(instrumentCount);
    this.values = new Float64Array(instrumentCount * FEATURES_MAX);
    this.times = new Float64Array(instrumentCount * FEATURES_MAX).fill(NEVER_NS);
    this.allColumns = [this.values, this.times];
    this.instrumentCount = instrumentCount;
    this.featureCount = featureCount;
    this.staleAfterNs = Float64Array.of(staleAfterNs);
  }

  /** Whether `take` would take a FeatureUpdate block: TAKEN, or why not. */
  check(i32: Int32Array, f64: Float64Array, block: number, firstSlot: number, outputCount: number): number {
    const value = f64[(block + FeatureUpdate.value) >> 3]!;
    const instrument = i32[(block + FeatureUpdate.instrumentId) >> 2]! - INSTRUMENT_ID_FIRST;
    const output = i32[(block + FeatureUpdate.output) >> 2]! & 0xffff;
    if (!(value - value === 0)) return FeatureCode.NOT_FINITE;
    if (instrument < 0 || instrument >= this.instrumentCount) return FeatureCode.UNKNOWN_INSTRUMENT;
    if (output >= outputCount || firstSlot + output >= this.featureCount) return FeatureCode.UNKNOWN_OUTPUT;
    return FeatureCode.TAKEN;
  }

  /** Takes one FeatureUpdate block at a byte offset, of a kernel whose outputs start at `firstSlot`; `timeNs[0]` is now. */
  take(
    i32: Int32Array,
    f64: Float64Array,
    block: number,
    firstSlot: number,
    outputCount: number,
    timeNs: Float64Array,
  ): number {
    const code = this.check(i32, f64, block, firstSlot, outputCount);
    if (code !== FeatureCode.TAKEN) return code;
    const instrument = i32[(block + FeatureUpdate.instrumentId) >> 2]! - INSTRUMENT_ID_FIRST;
    const output = i32[(block + FeatureUpdate.output) >> 2]! & 0xffff;
    const at = instrument * FEATURES_MAX + firstSlot + output;
    this.values[at] = f64[(block + FeatureUpdate.value) >> 3]!;
    this.times[at] = timeNs[0]!;
    this.dirty[instrument] = 1;
    return FeatureCode.TAKEN;
  }

  /** Marks the outputs of a kernel stale for ever, or until it publishes again: it has failed. Those who read them must be told. */
  expire(firstSlot: number, outputCount: number): void {
    for (let instrument = 0; instrument < this.instrumentCount; instrument++) {
      const row = instrument * FEATURES_MAX;
      this.times.fill(NEVER_NS, row + firstSlot, row + firstSlot + outputCount);
      this.dirty[instrument] = 1;
    }
  }

  /**
   * Writes the values that an agent reads into a FeatureVector's slots, in the agent's order, and returns the mask of those that are
   * present and fresh. A stale value is written as 0, so that an agent that ignores the mask sees nothing old.
   */
  gather(
    instrument: number,
    slots: Int32Array,
    target: Float64Array,
    firstIndex: number,
    timeNs: Float64Array,
  ): number {
    const row = instrument * FEATURES_MAX;
    const oldestNs = timeNs[0]! - this.staleAfterNs[0]!;
    let mask = 0;
    for (let index = 0; index < slots.length; index++) {
      const at = row + slots[index]!;
      const publishedNs = this.times[at]!;
      const fresh = publishedNs >= 0 && publishedNs >= oldestNs;
      target[firstIndex + index] = fresh ? this.values[at]! : 0;
      if (fresh) mask |= 1 << index;
    }
    return mask;
  }

  /** Whether a value is present and fresh. */
  isFresh(instrument: number, slot: number, timeNs: Float64Array): boolean {
    const publishedNs = this.times[instrument * FEATURES_MAX + slot]!;
    return publishedNs >= 0 && timeNs[0]! - publishedNs <= this.staleAfterNs[0]!;
  }

  /** The columns that decide later steps, for a state digest. */
  get columns(): readonly Float64Array[] {
    return this.allColumns;
  }
}
