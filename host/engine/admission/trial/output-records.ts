import {
  BookDelta,
  firstBlockLength,
  GROUP_HEADER_BYTES,
  HEADER_BYTES,
  OutboundFrame,
  recordLayouts,
} from "../../../../abi/host/index.ts";
import type { RecordName } from "../../../../abi/host/index.ts";
import * as abi from "../../../../abi/host/index.ts";

/** One record of an outbox: its block, in a copy. */
export interface OutputRecord {
  readonly name: RecordName;
  readonly block: DataView;
  /** What follows the block. */
  readonly rest: DataView;
}

const namesById: ReadonlyMap<number, RecordName> = new Map(
  (Object.keys(recordLayouts) as RecordName[]).map((name) => [abi[name].templateId, name]),
);
const BLOCK_BYTES_MAX = 512;

/**
 * Takes a copied outbox apart, as the lane does. Returns null where the bytes are no sequence of records: a block that is cut, longer than any, or
 * shorter than the record's, a group or message that reaches beyond the end.
 */
export function outputRecords(bytes: Uint8Array): OutputRecord[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: OutputRecord[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + HEADER_BYTES > bytes.length) return null;
    const blockLength = view.getUint16(at, true);
    const name = namesById.get(view.getUint16(at + 2, true));
    const block = at + HEADER_BYTES;
    if (name === undefined || blockLength < firstBlockLength(name) || blockLength > BLOCK_BYTES_MAX)
      return null;
    if (blockLength % 8 !== 0 || block + blockLength > bytes.length) return null;
    const end = endOf(view, name, block, blockLength);
    if (end === null) return null;
    const rest = block + blockLength;
    records.push({
      name,
      block: whole(part(bytes, block, rest), abi[name].blockLength),
      rest: part(bytes, rest, end),
    });
    at = Math.ceil(end / 8) * 8;
  }
  return records;
}

/** A block of an earlier, shorter form, filled up with zeros as the lane does it. */
function whole(block: DataView, length: number): DataView {
  if (block.byteLength >= length) return block;
  const filled = new Uint8Array(length);
  filled.set(new Uint8Array(block.buffer, block.byteOffset, block.byteLength));
  return new DataView(filled.buffer);
}

function part(bytes: Uint8Array, start: number, end: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
}

/** Where a record ends, or null when it reaches beyond the bytes. */
function endOf(view: DataView, name: RecordName, block: number, blockLength: number): number | null {
  const blockEnd = block + blockLength;
  if (name === "BookDelta") {
    const bidsEnd = groupEnd(view, blockEnd, BookDelta.bids.blockLength);
    return bidsEnd === null ? null : groupEnd(view, bidsEnd, BookDelta.asks.blockLength);
  }
  if (name !== "OutboundFrame") return blockEnd;
  const end = blockEnd + view.getUint32(block + OutboundFrame.lengthBytes, true);
  return end > view.byteLength ? null : end;
}

function groupEnd(view: DataView, start: number, entryBytesMin: number): number | null {
  if (start + GROUP_HEADER_BYTES > view.byteLength) return null;
  const entryBytes = view.getUint16(start, true);
  const count = view.getUint32(start + 4, true);
  const end = start + GROUP_HEADER_BYTES + entryBytes * count;
  const isSound = count === 0 || (entryBytes >= entryBytesMin && entryBytes % 8 === 0);
  return isSound && end <= view.byteLength ? end : null;
}
