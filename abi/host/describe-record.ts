import { GROUP_HEADER_BYTES, HEADER_BYTES, recordLayouts } from "./records.ts";

type Value = number | bigint | string | readonly (number | bigint)[];
type Fields = Record<string, Value>;

/** A record in words: for the command line, logs and tests; never on the hot path. */
export interface DescribedRecord {
  readonly name: string;
  readonly fields: Fields;
  readonly groups: Readonly<Record<string, readonly Fields[]>>;
}

interface Layout {
  readonly name: string;
  readonly fields: readonly string[];
  readonly groups: readonly { readonly name: string; readonly fields: readonly string[] }[];
}

const layouts: ReadonlyMap<number, Layout> = new Map(
  Object.entries(recordLayouts).map(([name, text]) => parseLayout(name, text)),
);

/**
 * Reads the record whose header starts at `offsetBytes`. Returns null when there is no such record or it does not fit. Of a shorter,
 * earlier form it has the fields that are there.
 */
export function describeRecord(view: DataView, offsetBytes: number): DescribedRecord | null {
  if (offsetBytes + HEADER_BYTES > view.byteLength) return null;
  const layout = layouts.get(view.getUint16(offsetBytes + 2, true));
  const block = offsetBytes + HEADER_BYTES;
  const blockLength = view.getUint16(offsetBytes, true);
  if (layout === undefined || block + blockLength > view.byteLength) return null;
  const groups: Record<string, Fields[]> = {};
  let at = block + blockLength;
  for (const group of layout.groups) {
    if (at + GROUP_HEADER_BYTES > view.byteLength) return null;
    const entryBytes = view.getUint16(at, true);
    const count = view.getUint32(at + 4, true);
    at += GROUP_HEADER_BYTES;
    // Entries of no bytes fit in any number: what is made here must not be larger than what there is.
    if (entryBytes * count > view.byteLength - at || (entryBytes === 0 && count > 0)) return null;
    groups[group.name] = Array.from({ length: count }, (_, index) =>
      readFields(view, at + index * entryBytes, entryBytes, group.fields),
    );
    at += entryBytes * count;
  }
  return { name: layout.name, fields: readFields(view, block, blockLength, layout.fields), groups };
}

function parseLayout(name: string, text: string): readonly [number, Layout] {
  const [head = "", ...rest] = text.split(/ (?![^{]*\})/);
  const fields = rest.filter((part) => !part.includes("{"));
  const groups = rest
    .filter((part) => part.includes("{"))
    .map((part) => {
      const open = part.indexOf("{");
      return { name: part.slice(0, open), fields: part.slice(open + 1, -1).split(" ") };
    });
  return [Number(head.slice(1)), { name, fields, groups }];
}

const fieldPattern = /^(\w+):(\w+)(?:\[(\d+)\])?@(\d+)$/;

/** The fields that lie within the block: one made with an earlier, shorter form of the record has fewer. */
function readFields(view: DataView, block: number, blockLength: number, fields: readonly string[]): Fields {
  const values: Fields = {};
  for (const field of fields) {
    const [, name = "", type = "", length, offset = "0"] = fieldPattern.exec(field) ?? [];
    const count = length === undefined ? 1 : Number(length);
    if (name.startsWith("padding") || Number(offset) + count * sizeOf(type) > blockLength) continue;
    values[name] = readField(view, block + Number(offset), type, count);
  }
  return values;
}

function readField(view: DataView, at: number, type: string, length: number): Value {
  if (type === "char")
    return Buffer.from(view.buffer, view.byteOffset + at, length)
      .toString("latin1")
      .replace(/\0+$/, "");
  if (length === 1) return readPrimitive(view, at, type);
  return Array.from({ length }, (_, index) => readPrimitive(view, at + index * sizeOf(type), type));
}

/** Bytes of a value of a primitive type; enumerations have one. */
function sizeOf(type: string): number {
  const bits = /^u?int(\d+)$/.exec(type)?.[1];
  if (bits !== undefined) return Number(bits) / 8;
  return type === "double" ? 8 : 1;
}

function readPrimitive(view: DataView, at: number, type: string): number | bigint {
  switch (type) {
    case "int64":
      return view.getBigInt64(at, true);
    case "uint64":
      return view.getBigUint64(at, true);
    case "double":
      return view.getFloat64(at, true);
    case "int32":
      return view.getInt32(at, true);
    case "uint32":
      return view.getUint32(at, true);
    case "uint16":
      return view.getUint16(at, true);
    case "int8":
      return view.getInt8(at);
    default:
      return view.getUint8(at);
  }
}
