import { parseRecordedFrame } from "./recorded-frame.ts";
import { RecordingColumns } from "./recording-columns.ts";

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
const COMMENT = 35;
const BRACE = 123;
const STAMP = /^\d{10,19}$/;
const DECODER = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads lines of `<receive ns> <JSON>` or `<receive ns> <channel> <JSON>` and passes over those that begin with `#`; files that
 * continue one another may simply be joined. The bytes are kept, not copied. Throws an Error with the line's number when a line cannot be read.
 */
export function parseRecording(bytes: Uint8Array): Recording {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new Error("the recording is compressed; gunzip it first");
  const columns = new RecordingColumns();
  let begin = 0;
  while (begin < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, begin);
    const end = newline === -1 ? bytes.length : newline;
    if (end > begin && bytes[begin] !== COMMENT) readLine(columns, bytes, begin, end);
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

function readLine(columns: RecordingColumns, bytes: Uint8Array, begin: number, end: number): void {
  try {
    const space = bytes.indexOf(SPACE, begin);
    const stamp = space === -1 || space > end ? "" : DECODER.decode(bytes.subarray(begin, space));
    if (!STAMP.test(stamp)) throw new Error("no receive time in nanoseconds and space at its beginning");
    // Between the time and the message its channel may stand: the message itself says what it is.
    const json = frameBegin(bytes, space + 1, end);
    columns.add(BigInt(stamp), json, end, parseRecordedFrame(DECODER.decode(bytes.subarray(json, end))));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`recording line ${columns.length + 1}: ${text}`, { cause: error });
  }
}

/** Where a frame begins: here, or behind the channel's name and a space of the same line. */
function frameBegin(bytes: Uint8Array, from: number, end: number): number {
  if (bytes[from] === BRACE) return from;
  const space = bytes.indexOf(SPACE, from);
  return space < 0 || space >= end ? from : space + 1;
}
