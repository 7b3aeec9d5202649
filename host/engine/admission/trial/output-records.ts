import {
  BookDelta,
  GROUP_HEADER_BYTES,
  HEADER_BYTES,
  OutboundFrame,
  recordLayouts,
  SCHEMA_VERSION,
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
  // Today's lengths are those of version 1. When a record grows, its first length has to be told here, and in the lane's routes.
  if ((SCHEMA_VERSION as number) !== 1)
    throw new Error("admission: the schema has grown; keep first lengths");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: OutputRecord[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + HEADER_BYTES > bytes.length) return null;
    const blockLength = view.getUint16(at, true);
    const name = namesById.get(view.getUint16(at + 2, true));
    const block = at + HEADER_BYTES;
    if (name === undefined || blockLength < abi[name].blockLength || blockLength > BLOCK_BYTES_MAX)
      return null;
    if (blockLength % 8 !== 0 || block + blockLength > bytes.length) return null;
    const end = endOf(view, name, block, blockLength);
    if (end === null) return null;
    const rest = block + blockLength;
    records.push({ name, block: part(bytes, block, rest), rest: part(bytes, rest, end) });
    at = Math.ceil(end / 8) * 8;
  }
  return records;
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
