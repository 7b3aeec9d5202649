import type { Field, FieldType, Group, RecordSchema } from "./model.ts";
import { primitiveSizes } from "./model.ts";
import { requireUnique } from "./require-unique.ts";
import type { Xml } from "./xml.ts";
import { list, optional, string } from "./xml.ts";

/**
 * Gives every field its offset and holds the two rules that make an SBE block an AssemblyScript object: natural alignment, and
 * blocks of a multiple of 8 bytes that are filled to the last one (padding is written out as fields, so nothing is implicit).
 */
export function layOut(xml: Xml, types: ReadonlyMap<string, FieldType>): RecordSchema {
  const name = string(xml, "name");
  const fields = layOutFields(name, list(xml["field"]), types);
  const blockLength = checkedBlockLength(name, xml, fields);
  const groups = list(xml["group"]).map((group): Group => {
    const groupName = `${name}.${string(group, "name")}`;
    const groupFields = layOutFields(groupName, list(group["field"]), types);
    return {
      name: string(group, "name"),
      fields: groupFields,
      blockLength: checkedBlockLength(groupName, group, groupFields),
    };
  });
  return {
    name,
    templateId: Number(string(xml, "id")),
    blockLength,
    description: optional(xml, "description"),
    fields,
    groups,
  };
}

function layOutFields(owner: string, xml: readonly Xml[], types: ReadonlyMap<string, FieldType>): Field[] {
  let offsetBytes = 0;
  requireUnique(
    `field of ${owner}`,
    xml.map((field) => string(field, "name")),
  );
  return xml.map((field) => {
    const name = string(field, "name");
    const type = types.get(string(field, "type"));
    if (type === undefined)
      throw new Error(`abi: ${owner}.${name} has the unknown type "${string(field, "type")}"`);
    const size = primitiveSizes[type.primitive];
    if (offsetBytes % size !== 0)
      throw new Error(
        `abi: ${owner}.${name} would lie at offset ${offsetBytes}, not a multiple of ${size}; add padding before it`,
      );
    const laidOut = { name, type, offsetBytes, description: optional(field, "description") };
    offsetBytes += size * type.length;
    return laidOut;
  });
}

function checkedBlockLength(owner: string, xml: Xml, fields: readonly Field[]): number {
  const last = fields.at(-1);
  const used =
    last === undefined ? 0 : last.offsetBytes + primitiveSizes[last.type.primitive] * last.type.length;
  const declared = Number(string(xml, "blockLength"));
  if (declared !== used || declared % 8 !== 0) {
    throw new Error(
      `abi: ${owner} declares blockLength ${declared} and its fields take ${used}; both must agree and be a multiple of 8`,
    );
  }
  return declared;
}
