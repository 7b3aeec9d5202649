import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineErrorCode } from "../../../../host/engine/index.ts";
import type { HashSet } from "../../../../host/engine/signing/signature-layout.ts";
import { readModuleSignature } from "../../../../host/engine/index.ts";
import { signatureData, signatureSection } from "../../../../host/engine/signing/signature-writer.ts";
import { ByteWriter } from "../../../../host/engine/wasm/byte-writer.ts";
import { signedBy, testKey } from "../../../support/signing-desk.ts";
import { refusal } from "../refusal.ts";
import { withCustomSection } from "../sample-module.ts";

const module = Buffer.from("0061736d0100000001040160000003020100070501016600000a040102000b", "hex");
const header = module.subarray(0, 8);
const content = module.subarray(8);
const [ann, bea] = [testKey(1), testKey(2)];
const signed = Buffer.from(signedBy(module, ann));
const { hashes, records } = readModuleSignature(signed);
const record = records[0] ?? { keyId: "", signature: new Uint8Array(64) };

/** The module with these bytes as the DATA of its signature section, all lengths in the shortest form. */
function withData(data: Uint8Array): Buffer {
  const body = new ByteWriter();
  body.name("signature");
  body.raw(data);
  const section = new ByteWriter();
  section.byte(0);
  section.u32(body.length);
  section.raw(body.view());
  return Buffer.concat([header, section.view(), content]);
}

function withSets(...sets: readonly HashSet[]): Buffer {
  return Buffer.concat([header, signatureSection(sets), content]);
}

/** DATA with some bytes replaced, in hexadecimal. */
function dataWith(from: string, to: string): Buffer {
  const text = Buffer.from(signatureData([{ hashes, signatures: records }])).toString("hex");
  const changed = text.replace(from, to);
  assert.notEqual(changed, text, from);
  return Buffer.from(changed, "hex");
}

function assertRefused(bytes: Uint8Array, code: EngineErrorCode, text = /./): void {
  assert.throws(() => readModuleSignature(bytes), refusal(code, text));
}

const set: HashSet = { hashes, signatures: [record] };
const hashText = Buffer.from(hashes[0] ?? []).toString("hex");

test("the form that the writer makes is the one that is read", () => {
  assert.deepEqual(withSets(set), signed);
  assert.deepEqual(withData(signatureData([set])), signed);
  assert.deepEqual(
    readModuleSignature(signed).records.map(({ keyId }) => keyId),
    [ann.publicKey.keyId],
  );
});

test("[S6] a signature section that is not the first, or stands twice, is refused", () => {
  const section = signatureSection([set]);
  assertRefused(Buffer.concat([module, section]), "SANDPIT_SIGNATURE_MISPLACED", /reordered/);
  assertRefused(Buffer.concat([signed, section]), "SANDPIT_SIGNATURE_REPEATED");
  assertRefused(Buffer.concat([header, section, section, content]), "SANDPIT_SIGNATURE_REPEATED");
  const custom = withCustomSection(header, "name", "x");
  assertRefused(Buffer.concat([custom, section, content]), "SANDPIT_SIGNATURE_MISPLACED");
});

test("[S6] content that was reordered, extended or cut is not what was signed", () => {
  const [type, rest] = [content.subarray(0, 6), content.subarray(6)];
  const extended = Buffer.from(withCustomSection(signed, "more", "x"));
  assertRefused(extended, "SANDPIT_SIGNATURE_HASH_MISMATCH");
  assertRefused(
    Buffer.concat([signed.subarray(0, signed.length - content.length), rest]),
    "SANDPIT_SIGNATURE_HASH_MISMATCH",
  );
  const moved = Buffer.concat([signed.subarray(0, signed.length - content.length), rest, type]);
  assertRefused(moved, "SANDPIT_ENGINE_MODULE_MALFORMED", /out of order/);
  const padded = Buffer.from("8400", "hex");
  const long = Buffer.concat([
    signed.subarray(0, signed.length - content.length),
    type.subarray(0, 1),
    padded,
    type.subarray(2),
    rest,
  ]);
  assertRefused(long, "SANDPIT_SIGNATURE_HASH_MISMATCH");
});

test("[S6] bytes after the end of the data, of a set or of a signature are refused", () => {
  const data = signatureData([set]);
  assertRefused(withData(Buffer.concat([data, Buffer.of(0)])), "SANDPIT_SIGNATURE_TRAILING_BYTES");
  // Lengths of the set (0x72) and of the record (0x4f) one larger, with a byte more behind.
  const longSet = Buffer.concat([dataWith("010101017201", "010101017301"), Buffer.of(0)]);
  assertRefused(withData(longSet), "SANDPIT_SIGNATURE_TRAILING_BYTES", /the last signature/);
  const longRecord = Buffer.concat([
    dataWith(`7201${hashText}014f0c`, `7301${hashText}01500c`),
    Buffer.of(0),
  ]);
  assertRefused(withData(longRecord), "SANDPIT_SIGNATURE_TRAILING_BYTES", /a signature/);
});

test("[S6] a length in a longer form than it needs is refused, wherever it stands", () => {
  const shift = (count: number): string => (0x72 + count).toString(16);
  const cases = [
    dataWith("010101017201", "01010181007201"),
    dataWith("010101017201", "01010101f20001"),
    dataWith(`7201${hashText}`, `${shift(1)}8100${hashText}`),
    dataWith(`7201${hashText}014f`, `${shift(1)}01${hashText}81004f`),
    dataWith(`7201${hashText}014f`, `${shift(1)}01${hashText}01cf00`),
    dataWith(`7201${hashText}014f0c`, `${shift(1)}01${hashText}01508c00`),
    Buffer.from(
      dataWith(`7201${hashText}014f`, `${shift(1)}01${hashText}0150`)
        .toString("hex")
        .replace("0140", "01c000"),
      "hex",
    ),
  ];
  for (const data of cases) assertRefused(withData(data), "SANDPIT_SIGNATURE_LENGTH_FORM", /longer/);
});

test("[S6] a section whose own length or name's length is longer than it needs is refused", () => {
  const data = signatureData([set]);
  const name = Buffer.from("signature", "latin1");
  const size = 1 + name.length + data.length;
  const low = (size & 0x7f) | 0x80;
  const at = (lengths: readonly number[], nameLength: readonly number[]): Buffer =>
    Buffer.concat([header, Buffer.of(0, ...lengths, ...nameLength), name, data, content]);
  assert.deepEqual(at([low, size >> 7], [9]), signed);
  assertRefused(at([low, 0x80 | (size >> 7), 0], [9]), "SANDPIT_SIGNATURE_LENGTH_FORM");
  assertRefused(at([low + 1, size >> 7], [0x89, 0]), "SANDPIT_SIGNATURE_LENGTH_FORM");
});

test("[S11] another specification, content, hash function or algorithm is refused, whatever else is right", () => {
  for (const [from, to] of [
    ["010101017201", "020101017201"],
    ["010101017201", "010201017201"],
    ["010101017201", "010102017201"],
    [`${record.keyId}0140`, `${record.keyId}0240`],
    [`${record.keyId}0140`, `${record.keyId}0040`],
  ] as const)
    assertRefused(withData(dataWith(from, to)), "SANDPIT_SIGNATURE_UNSUPPORTED", /the only one is 1/);
});

test("[S11] a signature of another length, and data that ends too early, are refused", () => {
  assertRefused(
    withData(dataWith(`${record.keyId}0140`, `${record.keyId}013f`)),
    "SANDPIT_SIGNATURE_MALFORMED",
    /64 bytes/,
  );
  const data = signatureData([set]);
  for (let length = 0; length < data.length; length++)
    assert.throws(() => readModuleSignature(withData(data.subarray(0, length))), /SIGNATURE|signature/);
  assertRefused(withData(new Uint8Array(0)), "SANDPIT_SIGNATURE_MALFORMED", /ends in the middle/);
});

test("a number of more than 32 bits is refused", () => {
  for (const text of ["8080808010", "808080808000", "ffffffff7f"])
    assertRefused(withData(Buffer.from(`010101${text}`, "hex")), "SANDPIT_SIGNATURE_MALFORMED", /32 bits/);
});

test("counts beyond the caps are refused before anything is read by them", () => {
  for (const [data, text] of [
    ["01010141", /65 sets/],
    ["010101ffffffff0f", /4294967295 sets/],
    ["010101010141", /65 hashes/],
    [`010101012301${hashText}8102`, /257 signatures/],
    [`010101012601${hashText}010341ff01`, /65 bytes of key id/],
  ] as const)
    assertRefused(withData(Buffer.from(data, "hex")), "SANDPIT_SIGNATURE_LIMIT_EXCEEDED", text);
});

test("a section without sets, a set without signatures, and one without hashes are refused", () => {
  assertRefused(withSets(), "SANDPIT_SIGNATURE_MALFORMED", /no hashes/);
  assertRefused(withSets({ hashes, signatures: [] }), "SANDPIT_SIGNATURE_MALFORMED", /no signature/);
  assertRefused(withSets({ hashes: [], signatures: [record] }), "SANDPIT_SIGNATURE_PARTIAL");
});

test("what is repeated is refused: a set, a signature, a key's id", () => {
  const other = { keyId: bea.publicKey.keyId, signature: bea.sign(readModuleSignature(module).message) };
  assertRefused(withSets(set, set), "SANDPIT_SIGNATURE_DUPLICATE", /set of hashes/);
  for (const twin of [
    record,
    { ...other, keyId: record.keyId },
    { ...record, keyId: other.keyId },
    { ...record, keyId: "" },
  ])
    assertRefused(withSets({ hashes, signatures: [record, twin] }), "SANDPIT_SIGNATURE_DUPLICATE");
  const two = readModuleSignature(withSets({ hashes, signatures: [record, other] }));
  assert.equal(two.records.length, 2);
});
