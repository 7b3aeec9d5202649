import { FRAME_KIND } from "../market/index.ts";
import type { RecordedFrame } from "../market/index.ts";
import type { ProductChannel } from "./channel.ts";
import { parseDecimal } from "./decimal.ts";

/** A level at a price that no mantissa with exponent -8 holds: somebody offers bitcoin for 138,991,023.41 dollars. */
export interface FarLevel {
  readonly side: "bid" | "offer";
  readonly price: string;
  /** "0" takes it away. */
  readonly quantity: string;
}

/** What an event is for the market, and its levels that are not in the market, which ends at 90,071,992.54. */
export interface EventFrames {
  readonly frames: readonly RecordedFrame[];
  readonly far: readonly FarLevel[];
}

/** Members of an object of a message. */
export type Fields = Readonly<Record<string, unknown>>;

/** Eight digits before the point or more: if that is no mantissa, it is too large for one, and sound otherwise. */
const LARGE = /^\d{8,15}(?:\.\d{1,8})?$/;

/** One product's events as frames of a market that follows it. */
export class ProductFrames {
  readonly #productId: string;
  /** Level2 messages have no number of their own; in one session none is missing, so they are counted. */
  #levelId = 0;

  constructor(productId: string) {
    this.#productId = productId;
  }

  /** Throws an Error that says what is wrong with the event. */
  take(channel: ProductChannel, type: "snapshot" | "update", event: Fields): EventFrames {
    if (channel === "level2") return this.#levels(type, event);
    if (channel !== "market_trades" || type === "snapshot") return { frames: [], far: [] };
    // The newest comes first; the market wants them as they happened.
    const trades = listOf(event["trades"], "trades").toReversed();
    return { frames: trades.map((trade) => this.#trade(fieldsOf(trade, "a trade"))), far: [] };
  }

  #levels(type: "snapshot" | "update", event: Fields): EventFrames {
    const frames: RecordedFrame[] = [];
    const far: FarLevel[] = [];
    if (type === "snapshot" && this.#levelId > 0) {
      // A further snapshot begins a further connection: what came in between is not known, as after a gap in the numbers.
      this.#levelId += 2;
      frames.push(this.#frame(FRAME_KIND.depth, this.#levelId, [], []));
    }
    this.#levelId += 1;
    const bids: number[] = [];
    const asks: number[] = [];
    for (const update of listOf(event["updates"], "updates")) {
      const { side, price_level: price, new_quantity: quantity } = fieldsOf(update, "an update");
      if (isFar(price))
        far.push({ side: side === "bid" ? "bid" : "offer", price, quantity: String(quantity) });
      else (side === "bid" ? bids : asks).push(mantissaOf(price), mantissaOf(quantity));
    }
    const kind = type === "snapshot" ? FRAME_KIND.snapshot : FRAME_KIND.depth;
    frames.push(this.#frame(kind, this.#levelId, bids, asks));
    return { frames, far };
  }

  #trade(trade: Fields): RecordedFrame {
    const print = [mantissaOf(trade["price"]), mantissaOf(trade["size"])];
    const sold = trade["side"] === "BUY";
    return this.#frame(FRAME_KIND.trade, Number(trade["trade_id"]), sold ? print : [], sold ? [] : print);
  }

  #frame(kind: RecordedFrame["kind"], id: number, bids: number[], asks: number[]): RecordedFrame {
    return { kind, symbol: this.#productId, firstUpdateId: id, lastUpdateId: id, bids, asks };
  }
}

export function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null) throw new Error(`${name} is not an object`);
  return value as Fields;
}

export function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${name} is not a list`);
  return value as readonly unknown[];
}

function isFar(price: unknown): price is string {
  return typeof price === "string" && LARGE.test(price) && parseDecimal(price) === null;
}

function mantissaOf(value: unknown): number {
  const mantissa = parseDecimal(value);
  if (mantissa === null) throw new Error(`${String(value)} is no decimal with at most 8 fraction digits`);
  return mantissa;
}
