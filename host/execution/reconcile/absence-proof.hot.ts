import { committed } from "../../../abi/host/index.ts";

/** A venue gives up on a request after 10 s, and takes one that is at most 5 s old: what was sent cannot come to life later than that. */
export const PROOF_WINDOW_NS = 16e9;
/** Two answers nearer than this may come from one state of one cache. */
export const ANSWERS_APART_NS = 2e9;
/** How long queries must say so where the engine cannot be asked: many times what their cache is known to lag by. */
export const QUERIES_ALONE_NS = 60e9;
const ANSWERS_NEEDED = 2;

/** Who said that there is no such order. */
export const Source = { ENGINE: 0, QUERY: 1 } as const;
const SOURCES = 2;

/**
 * The rule by which "no such order" proves that there is none. The answer must have been asked for after the window since the send has passed;
 * it must have been given twice, apart in time, by the matching engine itself, to cancels; and twice by queries. Queries are answered from caches
 * that lag, and alone prove nothing. The engine alone does not either: to it an order that was filled is as absent as one that never was.
 *
 * Some venues cancel by ids of their own alone, so that their engine cannot be asked about an order that they never named. There queries have to
 * say so for a minute after the window, and nothing may have shown the order meanwhile. A cache that lags by more would have the last word too
 * early; what it then shows of the order halts its instrument.
 */
export class AbsenceProof {
  /** Which order the evidence in a slot is about: an order's slot comes round again. */
  private readonly epochs: Int32Array;
  private readonly sequences: Int32Array;
  private readonly counts: Uint8Array;
  private readonly lastNs: Float64Array;
  /** By slot: the first late answer of a query. */
  private readonly firstNs: Float64Array;

  constructor(capacity: number) {
    this.epochs = committed(new Int32Array(capacity));
    this.sequences = committed(new Int32Array(capacity));
    this.counts = committed(new Uint8Array(capacity * SOURCES));
    this.lastNs = committed(new Float64Array(capacity * SOURCES));
    this.firstNs = committed(new Float64Array(capacity));
  }

  /**
   * Takes an answer for the order in `slot`, of that client order id. `times` holds in cell 0 when the order was sent, in cell 1 when the question was,
   * in cell 2 the time now. Returns whether absence is proven by now.
   */
  take(slot: number, epoch: number, sequence: number, source: number, times: Float64Array): boolean {
    if (this.epochs[slot] !== epoch || this.sequences[slot] !== sequence) this.begin(slot, epoch, sequence);
    const cell = slot * SOURCES + source;
    const isLate = times[1]! - times[0]! >= PROOF_WINDOW_NS;
    const isApart = this.counts[cell] === 0 || times[2]! - this.lastNs[cell]! >= ANSWERS_APART_NS;
    if (isLate && isApart) {
      if (source === Source.QUERY && this.counts[cell] === 0) this.firstNs[slot] = times[2]!;
      this.counts[cell] = Math.min(this.counts[cell]! + 1, ANSWERS_NEEDED);
      this.lastNs[cell] = times[2]!;
    }
    return (
      this.counts[slot * SOURCES + Source.ENGINE]! >= ANSWERS_NEEDED &&
      this.counts[slot * SOURCES + Source.QUERY]! >= ANSWERS_NEEDED
    );
  }

  /** Whether the answers of queries, of which the last one was just taken, have said so for long enough to stand alone. */
  isSaidForLong(slot: number): boolean {
    const cell = slot * SOURCES + Source.QUERY;
    return (
      this.counts[cell]! >= ANSWERS_NEEDED && this.lastNs[cell]! - this.firstNs[slot]! >= QUERIES_ALONE_NS
    );
  }

  /** The venue has shown the order: whatever was said before is void. */
  void(slot: number): void {
    this.epochs[slot] = 0;
    this.sequences[slot] = 0;
  }

  private begin(slot: number, epoch: number, sequence: number): void {
    this.epochs[slot] = epoch;
    this.sequences[slot] = sequence;
    for (let source = 0; source < SOURCES; source++) this.counts[slot * SOURCES + source] = 0;
  }
}
