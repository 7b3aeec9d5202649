import { describeRecord, GROUP_HEADER_BYTES, HEADER_BYTES } from "../../abi/host/index.ts";
import type { DescribedRecord, RecordName } from "../../abi/host/index.ts";
import type { Output, RecordTold } from "./record-fields.ts";

/** The records that lie between two offsets of a memory. Throws an Error where one is none of the schema's. */
export function readOutputs(view: DataView, start: number, lengthBytes: number): Output[] {
  const found: Output[] = [];
  for (let at = start; at < start + lengthBytes;) {
    const record = describeRecord(view, at);
    if (record === null)
      throw new Error(`at byte ${at - start} of the outbox is no record of the schema: use the kit's emit()`);
    const size = sizeOf(view, at, record);
    found.push(told(view, at, record));
    // Records begin at multiples of eight bytes.
    at += (size + 7) & ~7;
  }
  return found;
}

/** Those of one record. */
export function only<Name extends RecordName>(outputs: readonly Output[], name: Name): RecordTold<Name>[] {
  return outputs.filter((output) => output.record === name) as unknown as RecordTold<Name>[];
}

function sizeOf(view: DataView, at: number, record: DescribedRecord): number {
  let size = HEADER_BYTES + view.getUint16(at, true);
  for (const entries of Object.values(record.groups))
    size += GROUP_HEADER_BYTES + entries.length * view.getUint16(at + size, true);
  return record.name === "OutboundFrame" ? size + Number(record.fields["lengthBytes"]) : size;
}

function told(view: DataView, at: number, { name, fields, groups }: DescribedRecord): Output {
  const output = { record: name, ...fields, ...groups };
  if (name !== "OutboundFrame") return output as unknown as Output;
  const start = at + HEADER_BYTES + view.getUint16(at, true);
  const payload = Buffer.from(view.buffer, view.byteOffset + start, Number(fields["lengthBytes"]));
  return { ...output, payload: payload.toString("utf8") } as unknown as Output;
}
