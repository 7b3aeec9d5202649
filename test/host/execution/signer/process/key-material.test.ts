import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { test } from "node:test";
import { fingerprintOf, parseKey } from "../../../../../host/execution/signer/process/key-material.ts";
import { SignerError } from "../../../../../host/execution/signer/signer-error.ts";
import type { VenueProtocol } from "../../../../../host/execution/signer/signer-key.ts";
import { ed25519, formsOf, p256, rawEd25519 } from "../../../../support/signer-keys.ts";

function refusalOf(text: string, protocol: VenueProtocol): SignerError {
  const bytes = Buffer.from(text, "latin1");
  try {
    parseKey(bytes, "venue", protocol);
    assert.fail(`taken: ${text}`);
  } catch (error) {
    assert.ok(error instanceof SignerError, String(error));
    assert.ok(
      bytes.every((byte) => byte === 0),
      "the bytes are gone",
    );
    return error;
  }
}

const codeOf = (text: string, protocol: VenueProtocol): string =>
  refusalOf(text, protocol).code.replace("SANDPIT_SIGNER_", "");

test("keys are taken in the forms that the venues give them, and what they were read from is filled with zeros", () => {
  const sec1 = p256.privateKey.export({ format: "pem", type: "sec1" }).toString();
  for (const [text, protocol, key] of [
    [ed25519.pem, "binance", ed25519],
    [ed25519.pem.replaceAll("\n", "\\n"), "binance", ed25519],
    [ed25519.pem.replaceAll("\n", "\r\n"), "binance", ed25519],
    [rawEd25519, "coinbase", ed25519],
    [`${rawEd25519}\n`, "coinbase", ed25519],
    [p256.pem, "coinbase", p256],
    [sec1, "coinbase", p256],
    [sec1.replaceAll("\n", "\\n"), "coinbase", p256],
  ] as const) {
    const bytes = Buffer.from(text, "latin1");
    assert.equal(fingerprintOf(parseKey(bytes, "venue", protocol)), fingerprintOf(key.privateKey));
    assert.ok(bytes.every((byte) => byte === 0));
  }
});

test("keys of other kinds are refused by kind, and what is no key as malformed", () => {
  const pemOf = (kind: "rsa" | "ec" | "x25519"): string => {
    const pair =
      kind === "rsa"
        ? generateKeyPairSync("rsa", { modulusLength: 1_024 })
        : kind === "ec"
          ? generateKeyPairSync("ec", { namedCurve: "secp384r1" })
          : generateKeyPairSync("x25519");
    return pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  };
  for (const text of [p256.pem, pemOf("rsa"), pemOf("ec"), pemOf("x25519")])
    assert.equal(codeOf(text, "binance"), "KEY_KIND");
  for (const text of [pemOf("rsa"), pemOf("ec")]) assert.equal(codeOf(text, "coinbase"), "KEY_KIND");
  const locked = ed25519.privateKey
    .export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "x" })
    .toString();
  const open = ed25519.publicKey.export({ format: "pem", type: "spki" }).toString();
  for (const text of ["", "hunter2", locked, open, ed25519.pem.slice(0, 60), rawEd25519.slice(4)])
    assert.equal(codeOf(text, "binance"), "KEY_MALFORMED", text);
});

test("[P24] no refusal repeats a part of the key, in any of its forms, in text, stack or cause", () => {
  const broken = [
    ed25519.pem.replace("BEGIN PRIVATE", "BEGIN PUBLIC"),
    ed25519.pem.replace("-----END", "----END"),
    `x${ed25519.pem}`.replace("MC4", "MC5"),
    `${rawEd25519}${rawEd25519}`,
    p256.pem,
  ];
  for (const text of broken) {
    const shown = inspect(refusalOf(text, "binance"), { depth: 9, showHidden: true });
    for (const form of [...formsOf(ed25519), ...formsOf(p256)]) assert.ok(!shown.includes(form), shown);
  }
});
