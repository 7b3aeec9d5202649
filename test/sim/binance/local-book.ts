import assert from "node:assert/strict";

type Rows = readonly (readonly [string, string])[];
type Diff = { readonly U: number; readonly u: number; readonly b: Rows; readonly a: Rows };
type Snapshot = { readonly lastUpdateId: number; readonly bids: Rows; readonly asks: Rows };

/** A client's book by the venue's published rules, written for the tests: buffer, snapshot, then diffs without a gap. */
export class LocalBook {
  readonly bids: Map<string, string> = new Map();
  readonly asks: Map<string, string> = new Map();
  updateId = -1;
  #buffered: Diff[] = [];

  diff(event: Diff): void {
    if (this.updateId < 0) this.#buffered.push(event);
    else this.#apply(event);
  }

  /** False: the snapshot is older than the first buffered event, so it has to be fetched again. */
  snapshot(image: Snapshot): boolean {
    const first = this.#buffered[0];
    if (first !== undefined && image.lastUpdateId < first.U - 1) return false;
    this.updateId = image.lastUpdateId;
    for (const [price, quantity] of image.bids) this.bids.set(price, quantity);
    for (const [price, quantity] of image.asks) this.asks.set(price, quantity);
    for (const event of this.#buffered) this.#apply(event);
    this.#buffered = [];
    return true;
  }

  best(side: "bids" | "asks"): string {
    const prices = [...this[side].keys()].map(Number);
    const best = side === "bids" ? Math.max(...prices) : Math.min(...prices);
    const text = best.toFixed(8);
    return `${text} ${this[side].get(text)}`;
  }

  #apply(event: Diff): void {
    if (event.u <= this.updateId) return;
    assert.ok(
      event.U <= this.updateId + 1,
      `gap: book at ${this.updateId}, next event ${event.U}..${event.u}`,
    );
    set(this.bids, event.b);
    set(this.asks, event.a);
    this.updateId = event.u;
  }
}

function set(levels: Map<string, string>, rows: Rows): void {
  for (const [price, quantity] of rows) {
    if (Number(quantity) === 0) levels.delete(price);
    else levels.set(price, quantity);
  }
}
