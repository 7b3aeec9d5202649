/** Executions of an instrument that the venue is asked for again: as many as can have come in another order than they happened. */
const RECENT = 64;
const TWO_TO_32 = 4_294_967_296;

/** The last executions that were applied, by instrument: from where a list of trades has to begin so that none is missed. */
export class RecentTrades {
  private readonly ids: Float64Array;
  private readonly heads: Int32Array;
  /** By instrument: the highest trade that a list has shown; 0 before the first. */
  readonly listedMax: Float64Array;

  constructor(instrumentCount: number) {
    this.ids = new Float64Array(instrumentCount * RECENT);
    this.heads = new Int32Array(instrumentCount);
    this.listedMax = new Float64Array(instrumentCount);
  }

  /** Remembers an execution by the halves of its id. */
  add(instrument: number, low: number, high: number): void {
    const head = this.heads[instrument]!;
    this.ids[instrument * RECENT + head] = (high >>> 0) * TWO_TO_32 + (low >>> 0);
    this.heads[instrument] = head + 1 === RECENT ? 0 : head + 1;
  }

  /**
   * Writes to `cells[0]` the trade from which to ask: the oldest of the recent ones, or 0, the venue's latest, while there are fewer than are kept:
   * then one that was missed can be older than all of them.
   */
  writeFirst(instrument: number, cells: Float64Array): void {
    let first = Number.POSITIVE_INFINITY;
    for (let place = 0; place < RECENT; place++)
      first = Math.min(first, this.ids[instrument * RECENT + place]!);
    cells[0] = first;
  }
}
