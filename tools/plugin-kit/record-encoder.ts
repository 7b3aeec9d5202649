import { inspect } from "node:util";
import {
  GROUP_HEADER_BYTES,
  HEADER_BYTES,
  recordLayouts,
  SCHEMA_ID,
  SCHEMA_VERSION,
} from "../../abi/host/index.ts";
import type { RecordName } from "../../abi/host/index.ts";
import type { RecordFields } from "./record-fields.ts";

type Scalar = number | bigint;
type Value = Scalar | string | readonly Scalar[] | readonly Fields[];
interface Fields {
  readonly [name: string]: Value | undefined;
}

interface Field {
  readonly name: string;
  readonly type: string;
  readonly count: number;
  readonly offset: number;
  /** Bytes of one value. */
  readonly width: number;
}

interface Layout {
  readonly templateId: number;
  readonly fields: readonly Field[];
  readonly groups: readonly { readonly name: string; readonly fields: readonly Field[] }[];
}

const BLOCK_UNIT = 8;
const fieldPattern = /^(\w+):(\w+)(?:\[(\d+)\])?@(\d+)$/;

/**
 * A record with its header, and its groups or the bytes that follow its block, as the host lays it into an inbox. Throws an Error for a field
 * that the record does not have and for a value that the field does not take.
 */
export function encodeRecord<Name extends RecordName>(
  name: Name,
  given: RecordFields<Name>,
  payload: Uint8Array = new Uint8Array(),
): Buffer {
  const layout = layoutOf(name);
  const values = given as Fields;
  const known = [...layout.fields, ...layout.groups].map((part) => part.name);
  checkNames(name, known, values);
  const block = encodeBlock(name, layout.fields, values);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16LE(block.length, 0);
  header.writeUInt16LE(layout.templateId, 2);
  header.writeUInt16LE(SCHEMA_ID, 4);
  header.writeUInt16LE(SCHEMA_VERSION, 6);
  const groups = layout.groups.map((group) =>
    encodeGroup(`${name}.${group.name}`, group.fields, (values[group.name] ?? []) as readonly Fields[]),
  );
  return Buffer.concat([header, block, ...groups, payload]);
}

function checkNames(record: string, known: readonly string[], values: Fields): void {
  const stranger = Object.keys(values).find((key) => !known.includes(key));
  if (stranger === undefined) return;
  const shown = known.filter((name) => !name.startsWith("padding"));
  throw new Error(`${record} has no field "${stranger}"; it has ${shown.join(", ")}`);
}

function layoutOf(name: RecordName): Layout {
  const [head = "", ...parts] = recordLayouts[name].split(/ (?![^{]*\})/);
  const groups = parts.filter((part) => part.includes("{"));
  return {
    templateId: Number(head.slice(1)),
    fields: parseFields(parts.filter((part) => !part.includes("{"))),
    groups: groups.map((part) => {
      const open = part.indexOf("{");
      return {
        name: part.slice(0, open),
        fields: parseFields(part.slice(open + 1, -1).split(" ")),
      };
    }),
  };
}

/** An enumeration's layout does not say how many bytes it has: it ends where the next field begins, or the block, at a multiple of eight. */
function parseFields(texts: readonly string[]): Field[] {
  const fields = texts.map((text) => {
    const [, name = "", type = "", count = "1", offset = "0"] = fieldPattern.exec(text) ?? [];
    return { name, type, count: Number(count), offset: Number(offset) };
  });
  return fields.map((field, index) => {
    const end = fields[index + 1]?.offset ?? Math.ceil((field.offset + 1) / BLOCK_UNIT) * BLOCK_UNIT;
    return { ...field, width: widthOf(field.type) ?? (end - field.offset) / field.count };
  });
}

function encodeGroup(name: string, fields: readonly Field[], entries: readonly Fields[]): Buffer {
  const known = fields.map((field) => field.name);
  for (const entry of entries) checkNames(name, known, entry);
  const blocks = entries.map((entry) => encodeBlock(name, fields, entry));
  const header = Buffer.alloc(GROUP_HEADER_BYTES);
  header.writeUInt16LE(encodeBlock(name, fields, {}).length, 0);
  header.writeUInt32LE(entries.length, 4);
  return Buffer.concat([header, ...blocks]);
}

function encodeBlock(name: string, fields: readonly Field[], values: Fields): Buffer {
  const block = Buffer.alloc(Math.max(...fields.map(({ width, count, offset }) => offset + count * width)));
  for (const field of fields) {
    const value = values[field.name];
    if (value === undefined) continue;
    try {
      encodeField(block, field, value);
    } catch (cause) {
      throw new Error(`${name}.${field.name} does not take ${inspect(value)}: ${String(cause)}`, { cause });
    }
  }
  return block;
}

function encodeField(block: Buffer, { type, count, offset, width }: Field, value: Value): void {
  if (type === "char") {
    if (typeof value !== "string") throw new TypeError("it holds text");
    const text = Buffer.from(value, "utf8");
    if (text.length > count) throw new RangeError(`it holds ${count} bytes`);
    text.copy(block, offset);
    return;
  }
  const list = (Array.isArray(value) ? value : [value]) as readonly Scalar[];
  if (list.length > count) throw new RangeError(`it holds ${count} values`);
  for (const [index, item] of list.entries())
    encodeScalar(block, offset + index * width, { type, width }, item);
}

function encodeScalar(
  block: Buffer,
  at: number,
  { type, width }: Pick<Field, "type" | "width">,
  value: Scalar,
): void {
  switch (type) {
    case "double":
      block.writeDoubleLE(Number(value), at);
      return;
    case "int64":
      block.writeBigInt64LE(BigInt(value), at);
      return;
    case "uint64":
      block.writeBigUInt64LE(BigInt(value), at);
      return;
    default:
      encodeSmall(block, at, { type, width }, Number(value));
  }
}

/** Buffer's methods refuse what lies outside of the range. */
function encodeSmall(
  block: Buffer,
  at: number,
  { type, width }: Pick<Field, "type" | "width">,
  value: number,
): void {
  if (!Number.isInteger(value)) throw new RangeError("it is no whole number");
  if (type.startsWith("int")) block.writeIntLE(value, at, width);
  else block.writeUIntLE(value, at, width);
}

/** Of a type that says it; null for an enumeration. */
function widthOf(type: string): number | null {
  const bits = /^u?int(\d+)$/.exec(type)?.[1];
  if (bits !== undefined) return Number(bits) / 8;
  if (type === "double") return 8;
  return type === "char" ? 1 : null;
}
