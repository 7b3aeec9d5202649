import { HEADER_BYTES, SCHEMA_ID, SCHEMA_VERSION, recordLayouts } from "../../abi/host/index.ts";
import type { RecordName } from "../../abi/host/index.ts";

/** Values by field name; fields that are left out are zero. */
export type FieldValues = Readonly<Record<string, number | bigint | string>>;

const fieldPattern = /^(\w+):(\w+)(?:\[(\d+)\])?@(\d+)$/;
const widths: Readonly<Record<string, number>> = {
  int64: 8,
  uint64: 8,
  double: 8,
  int32: 4,
  uint32: 4,
  uint16: 2,
  // The one enumeration of four bytes; the others have one.
  BookImage: 4,
};

/** A record with its header, and what follows its block, as the host would lay it into an inbox. Unknown fields throw. */
export function writeRecord(
  name: RecordName,
  values: FieldValues,
  payload: Uint8Array = new Uint8Array(),
): Buffer {
  const [head = "", ...parts] = recordLayouts[name].split(" ");
  const fields = new Map(
    parts.flatMap((part) =>
      fieldPattern.test(part) ? [[part.slice(0, part.indexOf(":")), part] as const] : [],
    ),
  );
  const blockLength = Math.max(...[...fields.values()].map(endOf));
  const record = Buffer.alloc(HEADER_BYTES + blockLength + payload.length);
  record.writeUInt16LE(blockLength, 0);
  record.writeUInt16LE(Number(head.slice(1)), 2);
  record.writeUInt16LE(SCHEMA_ID, 4);
  record.writeUInt16LE(SCHEMA_VERSION, 6);
  for (const [field, value] of Object.entries(values)) {
    const layout = fields.get(field);
    if (layout === undefined) throw new Error(`${name} has no field "${field}"; docs/abi.md lists them`);
    writeField(record, layout, value);
  }
  record.set(payload, HEADER_BYTES + blockLength);
  return record;
}

function endOf(field: string): number {
  const [, , type = "", length = "1", offset = "0"] = fieldPattern.exec(field) ?? [];
  return Number(offset) + Number(length) * (widths[type] ?? 1);
}

function writeField(record: Buffer, field: string, value: number | bigint | string): void {
  const [, , type = "", , offset = "0"] = fieldPattern.exec(field) ?? [];
  const at = HEADER_BYTES + Number(offset);
  if (typeof value === "string") record.write(value, at, "utf8");
  else if (type === "int64") record.writeBigInt64LE(BigInt(value), at);
  else if (type === "uint64") record.writeBigUInt64LE(BigInt(value), at);
  else if (type === "double") record.writeDoubleLE(Number(value), at);
  else if (type === "int32") record.writeInt32LE(Number(value), at);
  else if (type === "uint32" || type === "BookImage") record.writeUInt32LE(Number(value), at);
  else if (type === "uint16") record.writeUInt16LE(Number(value), at);
  else if (type === "int8") record.writeInt8(Number(value), at);
  else record.writeUInt8(Number(value), at);
}
