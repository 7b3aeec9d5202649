import { FRAME_KIND, RecordingColumns } from "../market/index.ts";
import type { RecordedFrame, Recording } from "../market/index.ts";
import type { ProductChannel } from "./channel.ts";
import { parseDecimal } from "./decimal.ts";
import { parseStamp } from "./clock.ts";

/** A level at a price that no mantissa with exponent -8 holds: somebody offers bitcoin for 138,991,023.41 dollars. */
export interface FarLevel {
  readonly side: "bid" | "offer";
  readonly price: string;
  /** "0" takes it away. */
  readonly quantity: string;
}

/** One recorded message of one product, ready to be sent again. */
export interface RecordedStep {
  /** By the venue's own stamp, nanoseconds since the session's first message. */
  readonly timeNs: number;
  readonly channel: ProductChannel;
  readonly type: "snapshot" | "update";
  /** The text of its `events`. */
  readonly events: string;
  /** Its levels that are not in the market, which ends at 90,071,992.54. Nothing trades there. */
  readonly far: readonly FarLevel[];
  /** The market's lines that belong to it end before this one. */
  readonly lineEnd: number;
}

/** One product of a recorded session: its market for RecordedMarket, and its messages. */
export interface RecordedProduct {
  readonly productId: string;
  readonly recording: Recording;
  readonly steps: readonly RecordedStep[];
}

export interface RecordedSession {
  /** The stamp of the first message. */
  readonly startEpochNs: bigint;
  readonly products: ReadonlyMap<string, RecordedProduct>;
}

/** Eight digits before the point or more: if that is no mantissa, it is too large for one, and sound otherwise. */
const LARGE = /^\d{8,15}(?:\.\d{1,8})?$/;

const CHANNELS: ReadonlyMap<string, ProductChannel> = new Map<string, ProductChannel>([
  ["l2_data", "level2"],
  ["market_trades", "market_trades"],
  ["ticker", "ticker"],
  ["candles", "candles"],
]);

/**
 * Reads a recorded session of market data: JSON lines, of which those with `"t":"recv"` hold in `data` a message as it was
 * received. Times are the venue's stamps, not those of receipt. Throws an Error with the line's number when a line cannot
 * be read.
 */
export function parseRecordedSession(text: string): RecordedSession {
  const reader = new SessionReader();
  let number = 0;
  for (const line of text.split("\n")) {
    number += 1;
    if (line === "") continue;
    try {
      reader.line(JSON.parse(line));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`recorded session, line ${number}: ${reason}`, { cause: error });
    }
  }
  return reader.finish();
}

type Fields = Readonly<Record<string, unknown>>;

class SessionReader {
  readonly #products = new Map<string, ProductReader>();
  #startEpochNs: bigint | null = null;
  #lastNs = 0;

  line(line: unknown): void {
    const { t, data } = fieldsOf(line, "the line");
    if (t !== "recv") return;
    if (typeof data !== "string") throw new Error("data is not a text");
    const message = fieldsOf(JSON.parse(data), "data");
    const channel = CHANNELS.get(String(message["channel"]));
    const epochNs = parseStamp(String(message["timestamp"]));
    if (epochNs === null) throw new Error("timestamp is not in RFC 3339");
    this.#startEpochNs ??= epochNs;
    if (channel === undefined) return;
    // Stamps of neighbours may be out of order by microseconds; the order of sending counts.
    this.#lastNs = Math.max(this.#lastNs, Number(epochNs - this.#startEpochNs));
    for (const event of listOf(message["events"], "events"))
      this.#event(channel, fieldsOf(event, "an event"));
  }

  finish(): RecordedSession {
    const products = new Map<string, RecordedProduct>();
    for (const [productId, reader] of this.#products) products.set(productId, reader.finish());
    return { startEpochNs: this.#startEpochNs ?? 0n, products };
  }

  #event(channel: ProductChannel, event: Fields): void {
    const type = event["type"];
    if (type !== "snapshot" && type !== "update") throw new Error("an event is neither snapshot nor update");
    const productId = productOf(event);
    const known = this.#products.get(productId) ?? new ProductReader(productId);
    this.#products.set(productId, known);
    known.add(channel, type, event, this.#lastNs);
  }
}

class ProductReader {
  readonly #productId: string;
  readonly #columns = new RecordingColumns();
  readonly #steps: RecordedStep[] = [];
  /** Level2 messages have no number of their own; in one session none is missing, so they are counted. */
  #levelId = 0;
  #far: FarLevel[] = [];

  constructor(productId: string) {
    this.#productId = productId;
  }

  add(channel: ProductChannel, type: "snapshot" | "update", event: Fields, timeNs: number): void {
    const epochNs = BigInt(timeNs);
    this.#far = [];
    if (channel === "level2") this.#line(epochNs, this.#levels(type, event));
    if (channel === "market_trades" && type === "update") {
      // The newest comes first; the market wants them as they happened.
      for (const trade of listOf(event["trades"], "trades").toReversed())
        this.#line(epochNs, this.#trade(fieldsOf(trade, "a trade")));
    }
    const events = JSON.stringify([event]);
    this.#steps.push({ timeNs, channel, type, events, far: this.#far, lineEnd: this.#columns.length });
  }

  finish(): RecordedProduct {
    const recording = this.#columns.finish(new Uint8Array(0));
    return { productId: this.#productId, recording, steps: this.#steps };
  }

  #line(epochNs: bigint, frame: RecordedFrame): void {
    this.#columns.add(epochNs, 0, 0, frame);
  }

  #levels(type: "snapshot" | "update", event: Fields): RecordedFrame {
    this.#levelId += 1;
    const bids: number[] = [];
    const asks: number[] = [];
    for (const update of listOf(event["updates"], "updates")) {
      const { side, price_level: price, new_quantity: quantity } = fieldsOf(update, "an update");
      if (isFar(price))
        this.#far.push({ side: side === "bid" ? "bid" : "offer", price, quantity: String(quantity) });
      else (side === "bid" ? bids : asks).push(mantissaOf(price), mantissaOf(quantity));
    }
    const kind = type === "snapshot" ? FRAME_KIND.snapshot : FRAME_KIND.depth;
    return this.#frame(kind, this.#levelId, bids, asks);
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

/** The product of an event; messages of one product alone are read, as the venue sends them. */
function productOf(event: Fields): string {
  const members = event["trades"] ?? event["tickers"] ?? event["candles"];
  const holder =
    members === undefined ? event : fieldsOf(listOf(members, "an event's list")[0], "its first member");
  const productId = holder["product_id"];
  if (typeof productId !== "string") throw new Error("an event names no product");
  return productId;
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null) throw new Error(`${name} is not an object`);
  return value as Fields;
}

function listOf(value: unknown, name: string): readonly unknown[] {
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
