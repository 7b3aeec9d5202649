import assert from "node:assert/strict";
import { test } from "node:test";
import { emitAssembly } from "../../../abi/schema/emit-assembly.ts";
import { emitDocs } from "../../../abi/schema/emit-docs.ts";
import { emitHost, layoutOf } from "../../../abi/schema/emit-host.ts";
import { parseSchema } from "../../../abi/schema/parse.ts";

/** A schema around some messages. */
function schemaOf(messages: string, types = ""): string {
  return `<?xml version="1.0"?>
<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="p" id="9" version="3" byteOrder="littleEndian">
  <types>
    <type name="Code" primitiveType="char" length="8" description="text"/>
    <type name="Three" primitiveType="double" length="3"/>
    <enum name="Side" encodingType="uint8"><validValue name="BUY">1</validValue><validValue name="SELL" description="down">2</validValue></enum>
    ${types}
  </types>
  ${messages}
</sbe:messageSchema>`;
}

const field = (name: string, type: string): string => `<field name="${name}" type="${type}"/>`;
const message = (name: string, id: number, blockLength: number, body: string): string =>
  `<sbe:message name="${name}" id="${id}" blockLength="${blockLength}">${body}</sbe:message>`;

const full = schemaOf(
  `<sbe:message name="Order" id="5" blockLength="48" description="an order">
    <field name="price" type="int64" description="mantissa"/>
    <field name="code" type="Code"/>
    <field name="slots" type="Three"/>
    <field name="side" type="Side"/><field name="padding" type="uint8"/><field name="count" type="uint16"/><field name="id" type="uint32"/>
    <group name="levels" id="1" blockLength="8" dimensionType="groupSizeEncoding"><field name="size" type="int64"/></group>
  </sbe:message>`,
);

test("a schema is read with offsets, enumerations, arrays and groups", () => {
  const { packageName, id, version, enumerations, records } = parseSchema(full);
  assert.deepEqual([packageName, id, version], ["p", 9, 3]);
  assert.deepEqual(enumerations, [
    {
      name: "Side",
      primitive: "uint8",
      values: [
        { name: "BUY", value: 1, description: "" },
        { name: "SELL", value: 2, description: "down" },
      ],
    },
  ]);
  const [order] = records;
  assert.ok(order !== undefined && records.length === 1);
  assert.deepEqual(
    [order.name, order.templateId, order.blockLength, order.description],
    ["Order", 5, 48, "an order"],
  );
  assert.deepEqual(
    order.fields.map(({ name, offsetBytes, type }) => [
      name,
      offsetBytes,
      type.primitive,
      type.length,
      type.enumeration,
    ]),
    [
      ["price", 0, "int64", 1, null],
      ["code", 8, "char", 8, null],
      ["slots", 16, "double", 3, null],
      ["side", 40, "uint8", 1, "Side"],
      ["padding", 41, "uint8", 1, null],
      ["count", 42, "uint16", 1, null],
      ["id", 44, "uint32", 1, null],
    ],
  );
  assert.deepEqual(
    order.groups.map(({ name, blockLength, fields }) => [name, blockLength, fields.length]),
    [["levels", 8, 1]],
  );
  assert.equal(
    layoutOf(order),
    "#5 price:int64@0 code:char[8]@8 slots:double[3]@16 side:Side@40 padding:uint8@41 count:uint16@42 id:uint32@44 levels{size:int64@0}",
  );
});

test("a misaligned field is refused with its record, its name and what to do", () => {
  const text = schemaOf(message("Quote", 1, 16, field("flag", "uint8") + field("price", "int64")));
  assert.throws(
    () => parseSchema(text),
    /Quote\.price would lie at offset 1, not a multiple of 8; add padding/,
  );
  const group = `<group name="bids" blockLength="8">${field("a", "uint16")}${field("b", "uint32")}</group>`;
  assert.throws(
    () => parseSchema(schemaOf(message("Book", 1, 8, field("x", "int64") + group))),
    /Book\.bids\.b would lie at offset 2/,
  );
});

test("a block length that its fields do not fill, or that is no multiple of 8, is refused with both numbers", () => {
  for (const [declared, fields, used] of [
    [16, field("a", "int64"), 8],
    [8, field("a", "int64") + field("b", "int64"), 16],
    [4, field("a", "uint32"), 4],
    [8, "", 0],
  ] as const)
    assert.throws(
      () => parseSchema(schemaOf(message("Quote", 1, declared, fields))),
      new RegExp(`Quote declares blockLength ${declared} and its fields take ${used}`),
    );
  const group = `<group name="bids" blockLength="16">${field("a", "int64")}</group>`;
  assert.throws(
    () => parseSchema(schemaOf(message("Book", 1, 8, field("x", "int64") + group))),
    /Book\.bids declares blockLength 16/,
  );
});

test("an unknown type, an unknown primitive and a missing attribute are refused by name", () => {
  assert.throws(
    () => parseSchema(schemaOf(message("Quote", 1, 8, field("price", "Price")))),
    /Quote\.price has the unknown type "Price"/,
  );
  assert.throws(
    () => parseSchema(schemaOf("", '<type name="X" primitiveType="decimal"/>')),
    /unknown primitive type "decimal"/,
  );
  assert.throws(
    () => parseSchema(schemaOf("", '<type name="X" primitiveType="toString"/>')),
    /unknown primitive type "toString"/,
  );
  assert.throws(
    () => parseSchema(schemaOf("", '<enum name="E" encodingType="int"></enum>')),
    /unknown primitive type "int"/,
  );
  assert.throws(
    () => parseSchema(schemaOf('<sbe:message name="Q" id="1"></sbe:message>')),
    /attribute "blockLength" is missing/,
  );
  assert.throws(
    () => parseSchema(schemaOf('<sbe:message id="1" blockLength="0"></sbe:message>')),
    /attribute "name" is missing/,
  );
});

test("two records of one id or name, and two values of one enumeration, are refused", () => {
  const body = field("a", "int64");
  assert.throws(
    () => parseSchema(schemaOf(message("One", 1, 8, body) + message("Two", 1, 8, body))),
    /template id 1 stands for two/,
  );
  assert.throws(
    () => parseSchema(schemaOf(message("One", 1, 8, body) + message("One", 2, 8, body))),
    /record name One stands for two/,
  );
  assert.throws(
    () => parseSchema(schemaOf(message("One", 1, 16, body + body))),
    /field of One a stands for two/,
  );
  const twice =
    '<enum name="E" encodingType="uint8"><validValue name="A">1</validValue><validValue name="B">1</validValue></enum>';
  assert.throws(() => parseSchema(schemaOf("", twice)), /value of E 1 stands for two/);
});

test("a schema without records, or with one alone, is read", () => {
  assert.deepEqual(parseSchema(schemaOf("")).records, []);
  assert.equal(parseSchema(schemaOf(message("One", 1, 8, field("a", "int64")))).records.length, 1);
});

test("what is generated names every field: classes in place, offset tables, and a page", () => {
  const schema = parseSchema(full);
  const assembly = emitAssembly(schema);
  for (const text of [
    "@unmanaged\nexport class Order {",
    "static readonly TEMPLATE_ID: u16 = 5;",
    "  price: i64;",
    "  private code7: u8;",
    "  private slots2: f64;",
    "assert(<u32>index < 3);",
    "load<f64>(changetype<usize>(this) + 16 + <usize>index * 8)",
    "  side: u8;",
    "export class OrderLevels {",
    "export const SELL: u8 = 2;",
  ])
    assert.ok(assembly.includes(text), text);
  const host = emitHost(schema);
  for (const text of [
    "export const SCHEMA_ID = 9;",
    "/** an order */\nexport const Order = {\n  templateId: 5,\n  blockLength: 48,",
    "  /** mantissa */\n  price: 0,",
    "  slots: 16,",
    "  levels: {\n    blockLength: 8,",
    "  SELL: 2,",
  ])
    assert.ok(host.includes(text), text);
  const docs = emitDocs(schema);
  for (const text of [
    "### Order (template 5, 48 bytes)",
    "| 0 | 8 | price | int64 | mantissa |",
    "| 16 | 24 | slots | Three |  |",
    "Group `levels`, 8 bytes an entry:",
    "**Side** (uint8): BUY = 1, SELL = 2 (down).",
  ])
    assert.ok(docs.includes(text), text);
});
