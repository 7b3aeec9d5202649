import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { EngineErrorCode } from "../../../../host/engine/index.ts";
import { readModuleSignature, signModule, unsignedModule } from "../../../../host/engine/index.ts";
import { wasmLimits } from "../../../../host/engine/wasm/wasm-limits.ts";
import { signatureSection } from "../../../../host/engine/signing/signature-writer.ts";
import { signedBy, testKey } from "../../../support/signing-desk.ts";
import { refusal } from "../refusal.ts";
import { withCustomSection } from "../sample-module.ts";

const base = Buffer.from("0061736d0100000001040160000003020100070501016600000a040102000b", "hex");
const [ann, bea] = [testKey(1), testKey(2)];
const nonce = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);
const delimited = (module: Uint8Array, byte = 7): Uint8Array =>
  withCustomSection(module, "signature_delimiter", nonce(byte));
const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes.subarray(8)).digest("hex");
const hashesOf = (bytes: Uint8Array): string[] =>
  readModuleSignature(bytes).hashes.map((hash) => Buffer.from(hash).toString("hex"));

/** Two parts: the code, and a section that follows the delimiter. */
const first = delimited(base);
const whole = withCustomSection(first, "more", "appended");

function assertRefused(bytes: Uint8Array, code: EngineErrorCode, text = /./): void {
  assert.throws(() => readModuleSignature(bytes), refusal(code, text));
}

test("a module has one hash for each part: up to a delimiter, and up to the end", () => {
  assert.deepEqual(hashesOf(base), [hashOf(base)]);
  assert.deepEqual(hashesOf(first), [hashOf(first)]);
  assert.deepEqual(hashesOf(whole), [hashOf(first), hashOf(whole)]);
  const three = delimited(whole, 8);
  assert.deepEqual(hashesOf(three), [hashOf(first), hashOf(three)]);
  assert.equal(readModuleSignature(whole).contentSha256, hashOf(whole));
});

test("a module of parts is signed whole, and the signature leaves its content as it was", () => {
  const signed = signedBy(whole, ann, bea);
  assert.equal(readModuleSignature(signed).records.length, 2);
  assert.deepEqual(hashesOf(signed), hashesOf(whole));
  assert.deepEqual(unsignedModule(signed), new Uint8Array(whole));
});

test("[S5] a signed module cut at a delimiter is refused, though a signed hash covers what is left", () => {
  const signed = signedBy(whole, ann);
  const cut = signed.subarray(0, signed.length - (whole.length - first.length));
  assertRefused(cut, "SANDPIT_SIGNATURE_PARTIAL", /2 parts of a module of 1/);
});

test("[S6] a signature over the first parts alone is refused, not ignored, also beside one over all of them", () => {
  const [h1, h2] = readModuleSignature(whole).hashes;
  assert.ok(h1 !== undefined && h2 !== undefined);
  const record = { keyId: ann.publicKey.keyId, signature: ann.sign(readModuleSignature(first).message) };
  const full = { keyId: bea.publicKey.keyId, signature: bea.sign(readModuleSignature(whole).message) };
  const withSets = (sets: Parameters<typeof signatureSection>[0]): Uint8Array =>
    Buffer.concat([whole.subarray(0, 8), signatureSection(sets), whole.subarray(8)]);
  const partial = { hashes: [h1], signatures: [record] };
  assertRefused(withSets([partial]), "SANDPIT_SIGNATURE_PARTIAL");
  assertRefused(
    withSets([partial, { hashes: [h1, h2], signatures: [full] }]),
    "SANDPIT_SIGNATURE_PARTIAL",
    /1 parts of a module of 2/,
  );
  assertRefused(
    withSets([{ hashes: [h2, h1], signatures: [full] }]),
    "SANDPIT_SIGNATURE_HASH_MISMATCH",
    /part 1/,
  );
});

test("[S5] a delimiter renamed, of another length, or with other bytes is refused", () => {
  const signed = Buffer.from(signedBy(whole, ann));
  const at = signed.indexOf("signature_delimiter");
  const renamed = Buffer.from(signed);
  renamed[at] = 0x53;
  assertRefused(renamed, "SANDPIT_SIGNATURE_PARTIAL");
  const other = Buffer.from(signed);
  other[at + 20] = 8;
  assertRefused(other, "SANDPIT_SIGNATURE_HASH_MISMATCH");
  const short = withCustomSection(base, "signature_delimiter", new Uint8Array(15));
  assertRefused(short, "SANDPIT_SIGNATURE_MALFORMED", /16 bytes/);
});

test("more sections than a module may have cannot be parts", () => {
  let many: Uint8Array = base;
  for (let index = 0; index < 64; index++) many = delimited(many, index);
  assert.equal(hashesOf(many).length, 64);
  assertRefused(delimited(many), "SANDPIT_ENGINE_LIMIT_EXCEEDED", /64 custom sections/);
  // The signature section would be the 65th.
  assert.throws(() => signModule(many, ann.publicKey, ann.sign), refusal("SANDPIT_ENGINE_LIMIT_EXCEEDED"));
});

test("a key signs a module once, and its signature is checked before it is used", () => {
  const signed = signedBy(base, ann);
  assert.throws(
    () => signModule(signed, ann.publicKey, ann.sign),
    refusal("SANDPIT_SIGNATURE_DUPLICATE", /has signed this module already/),
  );
  assert.throws(
    () => signModule(base, ann.publicKey, bea.sign),
    refusal("SANDPIT_SIGNATURE_INVALID", /belong together/),
  );
  assert.throws(
    () => signModule(base, ann.publicKey, () => new Uint8Array(63)),
    refusal("SANDPIT_SIGNATURE_INVALID"),
  );
  const broken = Buffer.from(signed);
  broken[broken.length - 2] = 1;
  assert.throws(
    () => signModule(broken, bea.publicKey, bea.sign),
    refusal("SANDPIT_SIGNATURE_HASH_MISMATCH"),
  );
});

test("a module that its signature would take beyond the size cap is not signed", () => {
  const room = wasmLimits.moduleBytes - base.length - 20;
  const large = withCustomSection(base, "filler", new Uint8Array(room));
  assert.throws(() => signModule(large, ann.publicKey, ann.sign), refusal("SANDPIT_ENGINE_MODULE_TOO_LARGE"));
});
