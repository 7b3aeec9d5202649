import { FRAME_KIND, parseRecordedFrame } from "./recorded-frame.ts";
import type { FrameKind, RecordedFrame } from "./recorded-frame.ts";

/**
 * A recorded session in columns. Line i has
 *
 *   bytes[jsonBegin[i], jsonEnd[i])              the frame as it was received
 *   entries [entryBegin[i], asksBegin[i])        its bids (a trade whose taker sold: the print)
 *   entries [asksBegin[i], entryBegin[i + 1])    its asks (a trade whose taker bought: the print)
 *
 * and an entry is a quantity and the place of its price among all prices of the recording, which are known beforehand:
 * a book is then an array over these places.
 */
export interface Recording {
  readonly length: number;
  /** Lower case; empty when the recording holds snapshots alone. */
  readonly symbol: string;
  /** Receive time of the first line, nanoseconds since 1970. */
  readonly startEpochNs: bigint;
  readonly bytes: Uint8Array;
  readonly jsonBegin: Float64Array;
  readonly jsonEnd: Float64Array;
  /** Receive time, nanoseconds since the first line. */
  readonly timeNs: Float64Array;
  /** See FRAME_KIND. */
  readonly kind: Uint8Array;
  /** U and u; lastUpdateId of a snapshot and t of a trade stand in both. */
  readonly firstUpdateId: Float64Array;
  readonly lastUpdateId: Float64Array;
  readonly entryBegin: Uint32Array;
  readonly asksBegin: Uint32Array;
  readonly entryPlace: Uint32Array;
  readonly entryQuantity: Float64Array;
  /** All distinct prices, rising. */
  readonly prices: Float64Array;
}

const NEWLINE = 10;
const SPACE = 32;
const STAMP = /^\d{10,19}$/;
const DECODER = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads lines of `<receive ns> <JSON>`; files that continue one another may simply be joined. The bytes are kept, not
 * copied. Throws an Error with the line's number when a line cannot be read.
 */
export function parseRecording(bytes: Uint8Array): Recording {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new Error("the recording is compressed; gunzip it first");
  const columns = new Columns();
  let begin = 0;
  while (begin < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, begin);
    const end = newline === -1 ? bytes.length : newline;
    if (end > begin) readLine(columns, bytes, begin, end);
    begin = end + 1;
  }
  return columns.finish(bytes);
}

/** The place of a price among the recording's prices, or -1. */
export function placeOf(recording: Recording, price: number): number {
  const { prices } = recording;
  let low = 0;
  let high = prices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((prices[middle] ?? 0) < price) low = middle + 1;
    else high = middle;
  }
  return prices[low] === price ? low : -1;
}

function readLine(columns: Columns, bytes: Uint8Array, begin: number, end: number): void {
  try {
    const space = bytes.indexOf(SPACE, begin);
    const stamp = space === -1 || space > end ? "" : DECODER.decode(bytes.subarray(begin, space));
    if (!STAMP.test(stamp)) throw new Error("no receive time in nanoseconds and space at its beginning");
    columns.add(
      BigInt(stamp),
      space + 1,
      end,
      parseRecordedFrame(DECODER.decode(bytes.subarray(space + 1, end))),
    );
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`recording line ${columns.length + 1}: ${text}`, { cause: error });
  }
}

/** Grows with what has been read, and is cut to typed arrays at the end. */
class Columns {
  private startEpochNs: bigint | null = null;
  private symbol = "";
  private lastNs = 0;
  private readonly jsonBegin: number[] = [];
  private readonly jsonEnd: number[] = [];
  private readonly timeNs: number[] = [];
  private readonly kind: FrameKind[] = [];
  private readonly firstUpdateId: number[] = [];
  private readonly lastUpdateId: number[] = [];
  private readonly entryBegin: number[] = [];
  private readonly asksBegin: number[] = [];
  private readonly price: number[] = [];
  private readonly quantity: number[] = [];

  get length(): number {
    return this.kind.length;
  }

  add(epochNs: bigint, begin: number, end: number, frame: RecordedFrame): void {
    this.checkSymbol(frame);
    this.startEpochNs ??= epochNs;
    const timeNs = Number(epochNs - this.startEpochNs);
    if (timeNs < this.lastNs) throw new Error("its receive time is before that of the line above");
    this.lastNs = timeNs;
    this.jsonBegin.push(begin);
    this.jsonEnd.push(end);
    this.timeNs.push(timeNs);
    this.kind.push(frame.kind);
    this.firstUpdateId.push(frame.firstUpdateId);
    this.lastUpdateId.push(frame.lastUpdateId);
    this.entryBegin.push(this.price.length);
    this.addEntries(frame.bids);
    this.asksBegin.push(this.price.length);
    this.addEntries(frame.asks);
  }

  finish(bytes: Uint8Array): Recording {
    const prices = Float64Array.from(new Set(this.price)).sort();
    const places = new Map<number, number>();
    prices.forEach((price, place) => places.set(price, place));
    return {
      length: this.length,
      symbol: this.symbol,
      startEpochNs: this.startEpochNs ?? 0n,
      bytes,
      jsonBegin: Float64Array.from(this.jsonBegin),
      jsonEnd: Float64Array.from(this.jsonEnd),
      timeNs: Float64Array.from(this.timeNs),
      kind: Uint8Array.from(this.kind),
      firstUpdateId: Float64Array.from(this.firstUpdateId),
      lastUpdateId: Float64Array.from(this.lastUpdateId),
      entryBegin: Uint32Array.from([...this.entryBegin, this.price.length]),
      asksBegin: Uint32Array.from(this.asksBegin),
      entryPlace: Uint32Array.from(this.price, (price) => places.get(price) ?? 0),
      entryQuantity: Float64Array.from(this.quantity),
      prices,
    };
  }

  private checkSymbol(frame: RecordedFrame): void {
    if (frame.kind === FRAME_KIND.snapshot) return;
    if (this.symbol === "") this.symbol = frame.symbol;
    if (frame.symbol !== this.symbol) {
      throw new Error(
        `symbol ${frame.symbol} in a recording of ${this.symbol}; split the recording by symbol`,
      );
    }
  }

  private addEntries(levels: readonly number[]): void {
    levels.forEach((value, index) => (index % 2 === 0 ? this.price : this.quantity).push(value));
  }
}
