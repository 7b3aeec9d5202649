import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { replaceWholeFile, writeNewFile } from "../../../cli/plugins/new-files.ts";
import { commandSigner, newKey, readPublicKey, readSigner } from "../../../cli/plugins/signing-key.ts";
import { isSignedBy } from "../../../host/engine/index.ts";
import { testKey } from "../../support/signing-desk.ts";
import { freshDirectory } from "../sandpit.ts";

const directory = freshDirectory();
let count = 0;

function keyFile(content: string | Uint8Array, extension = ""): string {
  count += 1;
  const path = join(directory, `key-${count}${extension}`);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

test("a new key of either format signs and verifies after it was written and read", () => {
  const message = Buffer.from("message");
  for (const format of ["pem", "wasmsign2"] as const) {
    const { publicKey, privateFile, publicFile } = newKey(format);
    const signer = readSigner(keyFile(privateFile));
    assert.deepEqual(signer.publicKey.bytes, publicKey.bytes);
    assert.deepEqual(readPublicKey(keyFile(publicFile)).bytes, publicKey.bytes);
    assert.ok(isSignedBy(publicKey, message, signer.sign(message)));
    assert.ok(!isSignedBy(newKey(format).publicKey, message, signer.sign(message)));
  }
});

test("the wasmsign2 form has 65 and 33 bytes, with their tags", () => {
  const { privateFile, publicFile } = newKey("wasmsign2");
  assert.deepEqual([privateFile.length, privateFile[0], publicFile.length, publicFile[0]], [65, 0x81, 33, 1]);
  const seed = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
  const { publicKey } = testKey(seed);
  const pair = Buffer.concat([Buffer.of(0x81), seed, publicKey.bytes]);
  assert.equal(readSigner(keyFile(pair)).publicKey.keyId, "5a64496e13b2692d0cee20b2");
});

test("[S11] what is no Ed25519 private key is refused, and so are halves that do not belong together", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1_024 }).privateKey;
  const { privateFile, publicFile } = newKey("wasmsign2");
  const mixed = Buffer.concat([privateFile.subarray(0, 33), newKey("wasmsign2").publicKey.bytes]);
  for (const [content, expected] of [
    ["", /no private key/],
    ["nonsense", /no private key/],
    [publicFile, /no private key/],
    [privateFile.subarray(0, 64), /no private key/],
    [rsa.export({ format: "pem", type: "pkcs8" }), /of the type rsa, not Ed25519/],
    [mixed, /do not belong together/],
    [Buffer.alloc(4_097), /has 4097 bytes/],
  ] as const)
    assert.throws(() => readSigner(keyFile(content)), expected);
  assert.throws(() => readPublicKey(keyFile("nonsense")), /the public key is refused/);
});

test("a key command is given the message and gives the signature", () => {
  const key = newKey("pem");
  const path = keyFile(key.privateFile);
  const script = keyFile(
    `const { createPrivateKey, sign } = require("node:crypto"); const { readFileSync } = require("node:fs");
     process.stdout.write(sign(null, readFileSync(0), createPrivateKey(readFileSync(${JSON.stringify(path)}))).toString("hex") + "\\n");`,
    ".cjs",
  );
  const signer = commandSigner(`"${process.execPath}" "${script}"`, key.publicKey);
  const message = Buffer.from([0, 255, 10, 13, 0]);
  assert.ok(isSignedBy(key.publicKey, message, signer.sign(message)));
});

test("a key command that fails, or prints something else, is told with what it said", () => {
  const { publicKey } = newKey("pem");
  const node = (text: string): string => `"${process.execPath}" -e "${text}"`;
  const sign = (command: string) => () => commandSigner(command, publicKey).sign(Buffer.from("x"));
  assert.throws(sign(node("console.error('sealed'); process.exit(3)")), /status 3.*sealed/s);
  assert.throws(sign(node("console.log('abc')")), /printed no signature/);
});

test("nothing is overwritten by a new file, and a replacement is whole", () => {
  const path = keyFile("old");
  assert.throws(() => writeNewFile(path, Buffer.from("new"), 0o600), /exists/);
  assert.throws(
    () => writeNewFile(join(directory, "no", "folder"), Buffer.from("x"), 0o600),
    /cannot be written/,
  );
  replaceWholeFile(path, Buffer.from("new"));
  assert.throws(() => replaceWholeFile(directory, Buffer.from("x")), /cannot be written/);
});
