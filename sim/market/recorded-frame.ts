import { parseMantissa } from "./decimal.ts";

/** What a recorded line carries. */
export const FRAME_KIND = { depth: 1, bookTicker: 2, trade: 3, snapshot: 4 } as const;
export type FrameKind = (typeof FRAME_KIND)[keyof typeof FRAME_KIND];

/** Levels as flat pairs: price mantissa, quantity mantissa. */
export interface RecordedFrame {
  readonly kind: FrameKind;
  /** Lower case, as in the stream's name; empty for a snapshot, which names none. */
  readonly symbol: string;
  /** U of a depth frame, otherwise the same as lastUpdateId. */
  readonly firstUpdateId: number;
  /** u, lastUpdateId of a snapshot, t of a trade. */
  readonly lastUpdateId: number;
  /** Bids; the single print of a trade whose taker sold. */
  readonly bids: readonly number[];
  /** Asks; the single print of a trade whose taker bought. */
  readonly asks: readonly number[];
}

/** Reads one combined-stream frame or REST depth snapshot. Throws an Error that says what is wrong with it. */
export function parseRecordedFrame(json: string): RecordedFrame {
  const root = fieldsOf(JSON.parse(json) as unknown, "the frame");
  if (root["lastUpdateId"] !== undefined) return snapshotFrame(root);
  const stream = root["stream"];
  if (typeof stream !== "string") throw new Error("neither a combined-stream frame nor a depth snapshot");
  const [symbol = "", name = ""] = stream.split("@");
  const data = fieldsOf(root["data"], "data");
  if (name === "depth") return depthFrame(symbol, data);
  if (name === "bookTicker") return bookTickerFrame(symbol, data);
  if (name === "trade") return tradeFrame(symbol, data);
  throw new Error(`stream "${stream}" is none of depth, bookTicker, trade; filter it out of the recording`);
}

function snapshotFrame(data: Fields): RecordedFrame {
  const id = idOf(data, "lastUpdateId");
  const bids = levelsOf(data["bids"], "bids");
  const asks = levelsOf(data["asks"], "asks");
  return { kind: FRAME_KIND.snapshot, symbol: "", firstUpdateId: id, lastUpdateId: id, bids, asks };
}

function depthFrame(symbol: string, data: Fields): RecordedFrame {
  const firstUpdateId = idOf(data, "U");
  const lastUpdateId = idOf(data, "u");
  const bids = levelsOf(data["b"], "b");
  const asks = levelsOf(data["a"], "a");
  return { kind: FRAME_KIND.depth, symbol, firstUpdateId, lastUpdateId, bids, asks };
}

function bookTickerFrame(symbol: string, data: Fields): RecordedFrame {
  const id = idOf(data, "u");
  const bids = [mantissaOf(data["b"], "b"), mantissaOf(data["B"], "B")];
  const asks = [mantissaOf(data["a"], "a"), mantissaOf(data["A"], "A")];
  return { kind: FRAME_KIND.bookTicker, symbol, firstUpdateId: id, lastUpdateId: id, bids, asks };
}

function tradeFrame(symbol: string, data: Fields): RecordedFrame {
  const id = idOf(data, "t");
  const print = [mantissaOf(data["p"], "p"), mantissaOf(data["q"], "q")];
  const buyerIsMaker = data["m"];
  if (typeof buyerIsMaker !== "boolean") throw new Error("field m is not a boolean");
  const bids = buyerIsMaker ? print : [];
  const asks = buyerIsMaker ? [] : print;
  return { kind: FRAME_KIND.trade, symbol, firstUpdateId: id, lastUpdateId: id, bids, asks };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null) throw new Error(`${name} is not an object`);
  return value as Fields;
}

function idOf(data: Fields, name: string): number {
  const id = data[name];
  if (typeof id !== "number" || !Number.isSafeInteger(id)) throw new Error(`field ${name} is not an integer`);
  return id;
}

function mantissaOf(value: unknown, name: string): number {
  const mantissa = typeof value === "string" ? parseMantissa(value) : null;
  if (mantissa === null) throw new Error(`field ${name} is no decimal string with at most 8 fraction digits`);
  return mantissa;
}

function levelsOf(value: unknown, name: string): number[] {
  if (!Array.isArray(value)) throw new Error(`field ${name} is not an array`);
  const levels: number[] = [];
  for (const level of value as readonly unknown[]) {
    if (!Array.isArray(level)) throw new Error(`field ${name} holds something that is not a level`);
    const [price, quantity] = level as readonly unknown[];
    levels.push(mantissaOf(price, name), mantissaOf(quantity, name));
  }
  return levels;
}
