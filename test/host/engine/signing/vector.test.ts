import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isSignedBy,
  readModuleSignature,
  signModule,
  unsignedModule,
} from "../../../../host/engine/index.ts";
import { signatureData } from "../../../../host/engine/signing/signature-writer.ts";
import { testKey } from "../../../support/signing-desk.ts";

// Made with wasmsign2 0.2.6: the seed is 01 02 … 20, the module exports one function f.
const seed = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const publicKey = "79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664";
const keyId = "5a64496e13b2692d0cee20b2";
const content = "01040160000003020100070501016600000a040102000b";
const module = Buffer.from(`0061736d01000000${content}`, "hex");
const hash = "b19bf6990641f87bea055b426f2eb5e68d9e6c2b98589c25915da96cd1387772";
const signature =
  "a5a7572cd85e064af9b789cbe70552b1a27feb1616c5a5cc577a468b7d14b2be2e0f804738ac68ae70c4753ad8dffe8ab0d70eda5568aaf766bd613df83fc20f";
const data = `010101017201${hash}014f0c${keyId}0140${signature}`;
const signed = `0061736d01000000008101097369676e6174757265${data}${content}`;

test("a module signed here is byte for byte the one that wasmsign2 makes", () => {
  const key = testKey(seed);
  assert.equal(key.publicKey.bytes.toString("hex"), publicKey);
  assert.equal(key.publicKey.keyId, keyId);
  assert.equal(module.length, 31);
  const { message, contentSha256, records } = readModuleSignature(module);
  assert.deepEqual(records, []);
  assert.equal(contentSha256, hash);
  assert.equal(message.toString("hex"), `7761736d736967010101${hash}`);
  const made = Buffer.from(signModule(module, key.publicKey, key.sign));
  assert.equal(made.length, 163);
  assert.equal(made.toString("hex"), signed);
});

test("the module that wasmsign2 signed is read, verified, and written again to the same bytes", () => {
  const key = testKey(seed);
  const read = readModuleSignature(Buffer.from(signed, "hex"));
  const [record] = read.records;
  assert.ok(record !== undefined && read.records.length === 1);
  assert.equal(record.keyId, keyId);
  assert.ok(isSignedBy(key.publicKey, read.message, record.signature));
  const again = signatureData([{ hashes: read.hashes, signatures: read.records }]);
  assert.equal(again.length, 119);
  assert.equal(Buffer.from(again).toString("hex"), data);
  assert.deepEqual(Buffer.from(unsignedModule(Buffer.from(signed, "hex"))), module);
});
