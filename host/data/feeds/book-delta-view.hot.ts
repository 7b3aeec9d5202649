import { BookDelta, BookImage, GROUP_HEADER_BYTES, HEADER_BYTES } from "../../../abi/host/index.ts";

/** Cells of `BookDeltaView.updateIds`. */
export const FIRST_UPDATE_ID = 0;
export const LAST_UPDATE_ID = 1;

const TWO_32 = 4_294_967_296;
/** Bits 53 to 63 of a 64-bit value, as bits of its high half: all 0 in a safe integer of 0 or more. */
const UNSAFE_HIGH_SHIFT = 21;

/**
 * Reads the outline of one BookDelta record that a plugin wrote, believing nothing:
 *
 * ```
 * blockByte - 8        blockByte                 + blockLength     + 8             + entryBytes × numInGroup
 * ├─ header: block ────┼─ firstUpdateId u64  0 ──┼─ bids header ───┼─ bid entries ─┼─ asks header ─ ask entries ┤ ≤ limitByte
 * │  Length u16,       │  lastUpdateId  u64  8   │  entryBytes u16 │  price  i64 0
 * │  templateId u16    │  instrumentId  u32 24   │  (unused)   u16 │  size   i64 8
 * │  …                 │  snapshot      u32 28   │  numInGroup u32 │
 * ```
 *
 * Each word is read once. Blocks and entries longer than this host knows are stepped over by their own lengths.
 */
export class BookDeltaView {
  /** `[firstUpdateId, lastUpdateId]`, safe integers of 0 or more. */
  readonly updateIds: Float64Array;
  /** As 32 bits with a sign, so that no id is ever boxed: compare with `id | 0`. */
  instrumentId: number;
  /** BookImage. */
  snapshot: number;
  bidsByte: number;
  bidBytes: number;
  bidCount: number;
  asksByte: number;
  askBytes: number;
  askCount: number;
  /** Just behind the last entry. */
  endByte: number;

  constructor() {
    this.updateIds = new Float64Array(2);
    this.instrumentId = 0;
    this.snapshot = 0;
    this.bidsByte = 0;
    this.bidBytes = 0;
    this.bidCount = 0;
    this.asksByte = 0;
    this.askBytes = 0;
    this.askCount = 0;
    this.endByte = 0;
  }

  /**
   * @param blockByte where the block begins; the header stands in the 8 bytes before it
   * @param limitByte end of the bytes that the plugin said it wrote
   * @returns 1 when the record is sound, 0 when it is to be refused (the fields then mean nothing)
   */
  read(i32: Int32Array, blockByte: number, limitByte: number): number {
    if ((blockByte & 3) !== 0 || blockByte < HEADER_BYTES || limitByte > i32.length * 4) return 0;
    if (limitByte - blockByte < BookDelta.blockLength + 2 * GROUP_HEADER_BYTES) return 0;
    const header = i32[(blockByte - HEADER_BYTES) >> 2]!;
    const blockLength = header & 0xffff;
    if (header >>> 16 !== BookDelta.templateId) return 0;
    if (blockLength < BookDelta.blockLength || (blockLength & 3) !== 0) return 0;
    return this.readBlock(i32, blockByte >> 2) & this.readGroups(i32, blockByte + blockLength, limitByte);
  }

  private readBlock(i32: Int32Array, word: number): number {
    const firstHigh = i32[word + BookDelta.firstUpdateId / 4 + 1]!;
    const lastHigh = i32[word + BookDelta.lastUpdateId / 4 + 1]!;
    if ((firstHigh | lastHigh) >>> UNSAFE_HIGH_SHIFT !== 0) return 0;
    const first = firstHigh * TWO_32 + (i32[word + BookDelta.firstUpdateId / 4]! >>> 0);
    const last = lastHigh * TWO_32 + (i32[word + BookDelta.lastUpdateId / 4]! >>> 0);
    const snapshot = i32[word + BookDelta.snapshot / 4]!;
    if (first > last || snapshot < BookImage.DELTA || snapshot > BookImage.LAST) return 0;
    if (snapshot !== BookImage.DELTA && first !== last) return 0;
    this.updateIds[FIRST_UPDATE_ID] = first;
    this.updateIds[LAST_UPDATE_ID] = last;
    this.snapshot = snapshot;
    this.instrumentId = i32[word + BookDelta.instrumentId / 4]!;
    return 1;
  }

  private readGroups(i32: Int32Array, bidsHeader: number, limitByte: number): number {
    if (bidsHeader + 2 * GROUP_HEADER_BYTES > limitByte) return 0;
    const bidBytes = i32[bidsHeader >> 2]! & 0xffff;
    const bidCount = i32[(bidsHeader >> 2) + 1]!;
    const bidsByte = bidsHeader + GROUP_HEADER_BYTES;
    if (bidBytes < BookDelta.bids.blockLength || (bidBytes & 3) !== 0) return 0;
    // Counts are at most 2^31 - 1 and entries 65,535 bytes: the product is an exact double before it is compared.
    if (bidCount < 0 || bidBytes * bidCount > limitByte - bidsByte - GROUP_HEADER_BYTES) return 0;
    const asksHeader = bidsByte + bidBytes * bidCount;
    const askBytes = i32[asksHeader >> 2]! & 0xffff;
    const askCount = i32[(asksHeader >> 2) + 1]!;
    const asksByte = asksHeader + GROUP_HEADER_BYTES;
    if (askBytes < BookDelta.asks.blockLength || (askBytes & 3) !== 0) return 0;
    if (askCount < 0 || askBytes * askCount > limitByte - asksByte) return 0;
    this.bidsByte = bidsByte;
    this.bidBytes = bidBytes;
    this.bidCount = bidCount;
    this.asksByte = asksByte;
    this.askBytes = askBytes;
    this.askCount = askCount;
    this.endByte = asksByte + askBytes * askCount;
    return 1;
  }
}
