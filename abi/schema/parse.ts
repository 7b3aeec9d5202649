import { XMLParser } from "fast-xml-parser";
import { layOut } from "./layout.ts";
import type { Enumeration, FieldType, Primitive, Schema } from "./model.ts";
import { primitiveSizes } from "./model.ts";
import { requireUnique } from "./require-unique.ts";
import type { Xml } from "./xml.ts";
import { list, optional, string } from "./xml.ts";

/** Parses an SBE schema and lays its records out. Throws with the record's and the field's name when a rule of the ABI is broken. */
export function parseSchema(text: string): Schema {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseAttributeValue: false,
    removeNSPrefix: true,
  });
  const root = (parser.parse(text) as Xml)["messageSchema"] as Xml;
  const types = root["types"] as Xml;
  const enumerations = list(types["enum"]).map(parseEnumeration);
  const fieldTypes = new Map<string, FieldType>();
  for (const primitive of Object.keys(primitiveSizes) as Primitive[]) {
    fieldTypes.set(primitive, { name: primitive, primitive, length: 1, enumeration: null });
  }
  for (const type of list(types["type"])) {
    const name = string(type, "name");
    const primitive = primitiveOf(string(type, "primitiveType"));
    fieldTypes.set(name, { name, primitive, length: Number(type["length"] ?? 1), enumeration: null });
  }
  for (const enumeration of enumerations) {
    const { name, primitive } = enumeration;
    fieldTypes.set(name, { name, primitive, length: 1, enumeration: name });
  }
  const records = list(root["message"]).map((message) => layOut(message, fieldTypes));
  requireUnique(
    "record name",
    records.map(({ name }) => name),
  );
  requireUnique(
    "template id",
    records.map(({ templateId }) => templateId),
  );
  return {
    packageName: string(root, "package"),
    id: Number(string(root, "id")),
    version: Number(string(root, "version")),
    enumerations,
    records,
  };
}

function parseEnumeration(xml: Xml): Enumeration {
  const values = list(xml["validValue"]).map((value) => ({
    name: string(value, "name"),
    value: Number(value["#text"]),
    description: optional(value, "description"),
  }));
  const name = string(xml, "name");
  requireUnique(
    `value of ${name}`,
    values.map(({ value }) => value),
  );
  return { name, primitive: primitiveOf(string(xml, "encodingType")), values };
}

function primitiveOf(name: string): Primitive {
  if (!Object.hasOwn(primitiveSizes, name))
    throw new Error(
      `abi: unknown primitive type "${name}"; use one of ${Object.keys(primitiveSizes).join(", ")}`,
    );
  return name as Primitive;
}
