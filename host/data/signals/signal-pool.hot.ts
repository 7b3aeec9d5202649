import {
  GROUP_HEADER_BYTES,
  readInt64,
  Signal,
  SignalPool as PoolRecord,
  writeInt64,
} from "../../../abi/host/index.ts";

/** Agents that publish into one pool: the width of CombinedSignal.weights. */
export const AGENTS_MAX = 16;

/** Why a signal was not taken. */
export const SignalCode = {
  TAKEN: 0,
  SCORE_OUT_OF_RANGE: -1,
  CONFIDENCE_OUT_OF_RANGE: -2,
  LIFE_OUT_OF_RANGE: -3,
  UNKNOWN_INSTRUMENT: -4,
} as const;

/** The host numbers its instruments from 1, in the order of the configuration; rows are counted from 0. */
const INSTRUMENT_ID_FIRST = 1;

/** A day: no signal of this host's agents lives longer. */
const TIME_TO_LIVE_MAX_NS = 86_400e9;

/**
 * The alpha signals that agents share: the latest of each (instrument, agent), which expires by its own time to live. Agents never
 * read one another's; the ensemble reads the pool, and agents read what it combines.
 */
export class SignalPool {
  /** Set when a signal was published since the flag was last cleared, by instrument. */
  readonly dirty: Uint8Array;
  readonly scores: Float64Array;
  readonly confidences: Float64Array;
  private readonly publishedNs: Float64Array;
  private readonly expiresNs: Float64Array;
  private readonly sequences: Int32Array;
  private readonly allColumns: readonly (Float64Array | Int32Array)[];
  private readonly instrumentCount: number;

  constructor(instrumentCount: number) {
    const size = instrumentCount * AGENTS_MAX;
    this.dirty = new Uint8Array(instrumentCount);
    this.scores = new Float64Array(size);
    this.confidences = new Float64Array(size);
    this.publishedNs = new Float64Array(size);
    this.expiresNs = new Float64Array(size);
    this.sequences = new Int32Array(size);
    this.allColumns = [this.scores, this.confidences, this.publishedNs, this.expiresNs, this.sequences];
    this.instrumentCount = instrumentCount;
  }

  /** Whether a Signal block could be taken: 0, or why not. Changes nothing. */
  check(i32: Int32Array, f64: Float64Array, block: number): number {
    const score = f64[(block + Signal.score) >> 3]!;
    const confidence = f64[(block + Signal.confidence) >> 3]!;
    const timeToLiveNs = readInt64(i32, (block + Signal.timeToLiveNs) >> 2);
    const instrument = i32[(block + Signal.instrumentId) >> 2]! - INSTRUMENT_ID_FIRST;
    // Written so that a NaN fails every comparison and is refused.
    if (!(score >= -1 && score <= 1)) return SignalCode.SCORE_OUT_OF_RANGE;
    if (!(confidence >= 0 && confidence <= 1)) return SignalCode.CONFIDENCE_OUT_OF_RANGE;
    if (!(timeToLiveNs > 0 && timeToLiveNs <= TIME_TO_LIVE_MAX_NS)) return SignalCode.LIFE_OUT_OF_RANGE;
    if (instrument < 0 || instrument >= this.instrumentCount) return SignalCode.UNKNOWN_INSTRUMENT;
    return SignalCode.TAKEN;
  }

  /** Takes one Signal block of an agent; `timeNs[0]` is now. */
  take(i32: Int32Array, f64: Float64Array, block: number, agent: number, timeNs: Float64Array): number {
    const code = this.check(i32, f64, block);
    if (code !== SignalCode.TAKEN) return code;
    const instrument = i32[(block + Signal.instrumentId) >> 2]! - INSTRUMENT_ID_FIRST;
    const at = instrument * AGENTS_MAX + agent;
    this.scores[at] = f64[(block + Signal.score) >> 3]!;
    this.confidences[at] = f64[(block + Signal.confidence) >> 3]!;
    this.publishedNs[at] = timeNs[0]!;
    this.expiresNs[at] = timeNs[0]! + readInt64(i32, (block + Signal.timeToLiveNs) >> 2);
    this.sequences[at] = (this.sequences[at]! + 1) | 0;
    this.dirty[instrument] = 1;
    return SignalCode.TAKEN;
  }

  /** Takes an agent's signals out of every pool: it has failed. */
  withdraw(agent: number): void {
    for (let instrument = 0; instrument < this.instrumentCount; instrument++) {
      const at = instrument * AGENTS_MAX + agent;
      if (this.sequences[at]! !== 0) this.dirty[instrument] = 1;
      this.sequences[at] = 0;
      this.expiresNs[at] = 0;
    }
  }

  /** Writes the group of SignalPool at a byte offset: every signal ever published on the instrument, expired ones among them. Returns its bytes. */
  writeGroup(i32: Int32Array, f64: Float64Array, groupByte: number, instrument: number): number {
    const entryBytes = PoolRecord.signals.blockLength;
    let entry = groupByte + GROUP_HEADER_BYTES;
    let count = 0;
    for (let agent = 0; agent < AGENTS_MAX; agent++) {
      const at = instrument * AGENTS_MAX + agent;
      if (this.sequences[at]! === 0) continue;
      f64[(entry + PoolRecord.signals.score) >> 3] = this.scores[at]!;
      f64[(entry + PoolRecord.signals.confidence) >> 3] = this.confidences[at]!;
      writeInt64(i32, (entry + PoolRecord.signals.publishedNs) >> 2, this.publishedNs[at]!);
      writeInt64(i32, (entry + PoolRecord.signals.expiresNs) >> 2, this.expiresNs[at]!);
      i32[(entry + PoolRecord.signals.agentIndex) >> 2] = agent;
      i32[(entry + PoolRecord.signals.sequence) >> 2] = this.sequences[at]!;
      entry += entryBytes;
      count += 1;
    }
    i32[groupByte >> 2] = entryBytes;
    i32[(groupByte + 4) >> 2] = count;
    return entry - groupByte;
  }

  /** Whether an agent's signal on an instrument counts now. */
  isAlive(instrument: number, agent: number, timeNs: Float64Array): boolean {
    return timeNs[0]! < this.expiresNs[instrument * AGENTS_MAX + agent]!;
  }

  /** The columns that decide later steps, for a state digest. */
  get columns(): readonly (Float64Array | Int32Array)[] {
    return this.allColumns;
  }
}
