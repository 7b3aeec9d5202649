const STAMP_MS = 1_700_000_000_000;

/** Price and size as the venue writes them. */
export type TextLevel = readonly [price: string, size: string];

/** Frames of a Binance market stream, made up: each depth update begins where the last one ended. */
export class BinanceFrames {
  /** Last update id so far. */
  updateId = 1_000;
  readonly symbol: string;
  private tradeId = 1;

  constructor(symbol = "BTCUSDT") {
    this.symbol = symbol;
  }

  /** The next depth update, of three ids. */
  depth(
    bids: readonly TextLevel[],
    asks: readonly TextLevel[],
    changes: Readonly<Record<string, unknown>> = {},
  ): string {
    const first = this.updateId + 1;
    this.updateId += 3;
    const data = {
      e: "depthUpdate",
      E: STAMP_MS,
      s: this.symbol,
      U: first,
      u: this.updateId,
      b: bids,
      a: asks,
      ...changes,
    };
    return JSON.stringify({ stream: `${this.symbol.toLowerCase()}@depth@100ms`, data });
  }

  /** A snapshot as of now, or of another id. */
  snapshot(
    bids: readonly TextLevel[],
    asks: readonly TextLevel[],
    lastUpdateId: number = this.updateId,
  ): string {
    return JSON.stringify({ lastUpdateId, bids, asks });
  }

  /** A quote with the id of the last depth update or newer. */
  ticker(bid: TextLevel, ask: TextLevel, updateId: number = this.updateId): string {
    const data = { u: updateId, s: this.symbol, b: bid[0], B: bid[1], a: ask[0], A: ask[1] };
    return JSON.stringify({ stream: `${this.symbol.toLowerCase()}@bookTicker`, data });
  }

  trade(price: string, size: string, isBuyerMaker = false): string {
    this.tradeId += 1;
    const data = {
      e: "trade",
      E: STAMP_MS,
      s: this.symbol,
      t: this.tradeId,
      p: price,
      q: size,
      T: STAMP_MS,
      m: isBuyerMaker,
      M: true,
    };
    return JSON.stringify({ stream: `${this.symbol.toLowerCase()}@trade`, data });
  }
}
