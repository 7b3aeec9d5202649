import {
  BookDelta,
  GROUP_HEADER_BYTES,
  HEADER_BYTES,
  SCHEMA_ID,
  SCHEMA_VERSION,
} from "../../abi/host/index.ts";

/** Price and size mantissas of one level. Numbers outside of the safe integers may be given to make a bad record. */
export type Level = readonly [price: number | bigint, size: number | bigint];

/** A BookDelta to write. */
export interface BookDeltaValues {
  readonly firstUpdateId: number | bigint;
  readonly lastUpdateId: number | bigint;
  readonly instrumentId?: number;
  readonly snapshot?: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** Longer blocks and entries, as a later schema would write them. */
  readonly blockLength?: number;
  readonly entryBytes?: number;
}

/** Where a record lies: what a reader is handed. */
export interface WrittenRecord {
  readonly blockByte: number;
  readonly limitByte: number;
}

/** Bytes that `BookRecordMemory.write` will use for these values. */
export function bookDeltaBytes(values: BookDeltaValues): number {
  const levels = values.bids.length + values.asks.length;
  const block = values.blockLength ?? BookDelta.blockLength;
  return (
    HEADER_BYTES + block + 2 * GROUP_HEADER_BYTES + levels * (values.entryBytes ?? BookDelta.bids.blockLength)
  );
}

/** Memory as a venue plugin would fill it: records one after another, or each over the last. */
export class BookRecordMemory {
  readonly i32: Int32Array;
  readonly view: DataView;
  private next: number;

  constructor(bytes: number) {
    const buffer = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
    this.i32 = new Int32Array(buffer);
    this.view = new DataView(buffer);
    this.next = 0;
  }

  /** Starts over at the first byte. */
  rewind(): void {
    this.next = 0;
  }

  /** Writes one record, header first, behind the last one. */
  write(values: BookDeltaValues): WrittenRecord {
    const { view } = this;
    const blockLength = values.blockLength ?? BookDelta.blockLength;
    const start = this.next;
    const blockByte = start + HEADER_BYTES;
    const words = [blockLength, BookDelta.templateId, SCHEMA_ID, SCHEMA_VERSION];
    for (const [index, word] of words.entries()) view.setUint16(start + 2 * index, word, true);
    view.setBigInt64(blockByte + BookDelta.firstUpdateId, BigInt(values.firstUpdateId), true);
    view.setBigInt64(blockByte + BookDelta.lastUpdateId, BigInt(values.lastUpdateId), true);
    view.setBigInt64(blockByte + BookDelta.tsEvent, 0n, true);
    view.setUint32(blockByte + BookDelta.instrumentId, values.instrumentId ?? 1, true);
    view.setUint32(blockByte + BookDelta.snapshot, values.snapshot ?? 0, true);
    const entryBytes = values.entryBytes ?? BookDelta.bids.blockLength;
    const asksByte = this.writeGroup(blockByte + blockLength, values.bids, entryBytes);
    this.next = this.writeGroup(asksByte, values.asks, entryBytes);
    return { blockByte, limitByte: this.next };
  }

  private writeGroup(headerByte: number, levels: readonly Level[], entryBytes: number): number {
    const { view } = this;
    view.setUint32(headerByte, entryBytes, true);
    view.setUint32(headerByte + 4, levels.length, true);
    let byte = headerByte + GROUP_HEADER_BYTES;
    for (const [price, size] of levels) {
      view.setBigInt64(byte + BookDelta.bids.price, BigInt(price), true);
      view.setBigInt64(byte + BookDelta.bids.size, BigInt(size), true);
      byte += entryBytes;
    }
    return byte;
  }
}
