import { formatMantissa } from "../../../sim/market/index.ts";

/** Price and quantity as small whole numbers: mantissas are a hundred million times as great. */
export type WholeLevel = readonly [price: number, quantity: number];

const SCALE = 100_000_000;

/** Writes a recording line by line, 1 s apart unless told otherwise. */
export class RecordedLines {
  private readonly lines: string[] = [];
  private ns: bigint;

  constructor(startNs = 1_700_000_000_123_456_789n) {
    this.ns = startNs;
  }

  get bytes(): Uint8Array {
    return new TextEncoder().encode(this.lines.map((line) => `${line}\n`).join(""));
  }

  /** The next line comes that much after the last. */
  after(ns: number): this {
    this.ns += BigInt(ns) - 1_000_000_000n;
    return this;
  }

  snapshot(lastUpdateId: number, bids: readonly WholeLevel[], asks: readonly WholeLevel[]): this {
    return this.add({ lastUpdateId, bids: bids.map(strings), asks: asks.map(strings) });
  }

  depth(U: number, u: number, bids: readonly WholeLevel[], asks: readonly WholeLevel[]): this {
    const data = { e: "depthUpdate", s: "BTCUSDT", U, u, b: bids.map(strings), a: asks.map(strings) };
    return this.add({ stream: "btcusdt@depth@100ms", data });
  }

  ticker(u: number, bid: WholeLevel, ask: WholeLevel): this {
    const [b, B] = strings(bid);
    const [a, A] = strings(ask);
    return this.add({ stream: "btcusdt@bookTicker", data: { u, s: "BTCUSDT", b, B, a, A } });
  }

  /** A print; the maker's side is the bid when the taker sold. */
  trade(takerSide: "B" | "S", level: WholeLevel): this {
    const [p, q] = strings(level);
    return this.add({
      stream: "btcusdt@trade",
      data: { e: "trade", s: "BTCUSDT", t: 1, p, q, m: takerSide === "S" },
    });
  }

  private add(json: unknown): this {
    this.lines.push(`${this.ns} ${JSON.stringify(json)}`);
    this.ns += 1_000_000_000n;
    return this;
  }
}

function strings([price, quantity]: WholeLevel): [string, string] {
  return [formatMantissa(price * SCALE), formatMantissa(quantity * SCALE)];
}
