import { ChannelWord } from "./channel-layout.ts";

/** A host that was paused sees its worker where it was: only several looks in a row, each with its own chance to move on, blame the worker. */
const LOOKS_MIN = 3;
/** Between calls only host code runs, at most an image of 16 MiB: a silence is the machine's doing for much longer than a call is. */
const SILENCE_DEADLINES = 25;
const SILENCE_NS_MIN = 250e6;
/** A thread takes some 50 ms to start, and on a busy machine a multiple of it. */
const START_NS_MAX = 10e9;

const STUCK = "stuck";
const DIED = "died";
const NONE = "";

/**
 * Judges a plugin's thread by the words that it writes.
 *
 * | state     | what the words say                       | verdict after                           |
 * |-----------|------------------------------------------|-----------------------------------------|
 * | starting  | READY is 0                               | 10 s                                    |
 * | in a call | IN_CALL is the same record as at first   | the deadline, and three looks in a row  |
 * | idle      | BEAT is the same as at first             | 25 deadlines, at least 250 ms           |
 * | dead      | the thread has ended                     | at once                                 |
 */
export class ThreadWatch {
  private readonly deadlineNs: number;
  private isWatching = false;
  private seenCall = 0;
  private seenBeat = 0;
  private looks = 0;
  /** Cells: since when the words stand as they do; when the thread was seen first. */
  private readonly sinceNs = new Float64Array(2);
  private isFirstLook = true;
  private death = "";
  private cause: typeof STUCK | typeof DIED | typeof NONE = NONE;
  private diedInCall = 0;
  private lastBeatNs = 0;

  constructor(deadlineNs: number) {
    this.deadlineNs = deadlineNs;
  }

  /** A thread was started. */
  begin(): void {
    this.isWatching = true;
    this.isFirstLook = true;
    this.looks = 0;
    this.seenCall = 0;
    this.death = "";
    this.cause = NONE;
  }

  /** The thread is being ended: nothing more is to be said of it. */
  end(): void {
    this.isWatching = false;
  }

  /** The thread has ended by itself, or by somebody else. */
  died(reason: string): void {
    this.death = reason;
  }

  /** How long ago the worker was last seen to move, at `nowNs`. */
  beatAgeNs(nowNs: number): number {
    return this.isWatching && this.lastBeatNs > 0 ? Math.max(0, nowNs - this.lastBeatNs) : 0;
  }

  /** Why the thread has to go; null while all is well. */
  look(control: Int32Array, nowNs: number): string | null {
    if (!this.isWatching) return null;
    if (this.death !== "") {
      this.cause = DIED;
      this.seenCall = Atomics.load(control, ChannelWord.IN_CALL);
      return this.death;
    }
    const call = Atomics.load(control, ChannelWord.IN_CALL);
    const beat = Atomics.load(control, ChannelWord.BEAT);
    const isReady = Atomics.load(control, ChannelWord.READY) === 1;
    if (this.isFirstLook || call !== this.seenCall || (call === 0 && beat !== this.seenBeat)) {
      if (call !== this.seenCall || beat !== this.seenBeat || this.isFirstLook) this.lastBeatNs = nowNs;
      this.isFirstLook = false;
      this.seenCall = call;
      this.seenBeat = beat;
      this.sinceNs[0] = nowNs;
      this.looks = 0;
      return null;
    }
    this.looks += 1;
    const standsNs = nowNs - (this.sinceNs[0] ?? 0);
    if (this.looks < LOOKS_MIN || standsNs <= this.limitNs(isReady, call)) return null;
    this.cause = STUCK;
    const ms = Math.round(standsNs / 1e6);
    if (!isReady) return `its thread was not ready after ${ms} ms`;
    return call === 0 ? `its thread gave no sign for ${ms} ms` : `one call took longer than ${ms} ms`;
  }

  /**
   * Low half of the number of the record that the plugin fails on; 0 when none is to blame. Of a thread that died, or was ended, one death is no proof:
   * the second on the same record is.
   */
  poison(takenSequence: number): number {
    if (this.cause === STUCK) return this.seenCall;
    if (this.cause === NONE) return takenSequence | 0;
    const isAgain = this.seenCall !== 0 && this.seenCall === this.diedInCall;
    this.diedInCall = this.seenCall;
    return isAgain ? this.seenCall : 0;
  }

  private limitNs(isReady: boolean, call: number): number {
    if (!isReady) return START_NS_MAX;
    return call === 0 ? Math.max(SILENCE_NS_MIN, this.deadlineNs * SILENCE_DEADLINES) : this.deadlineNs;
  }
}
