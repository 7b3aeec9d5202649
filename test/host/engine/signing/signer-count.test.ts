import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineErrorCode, Keyring, KeyringFile } from "../../../../host/engine/index.ts";
import { EngineError, readModuleSignature } from "../../../../host/engine/index.ts";
import { countSigners } from "../../../../host/engine/signing/signer-count.ts";
import type { SigningRole } from "../../../../host/engine/signing/signing-role.ts";
import { signatureSection } from "../../../../host/engine/signing/signature-writer.ts";
import type { TestKey } from "../../../support/signing-desk.ts";
import { keyEntry, keyringOf, NOW_MS, signedBy, testKey } from "../../../support/signing-desk.ts";

const module = Buffer.from("0061736d0100000001040160000003020100070501016600000a040102000b", "hex");
const kinds = ["agent", "feature", "ensemble", "risk", "venue"] as const;
type Kind = (typeof kinds)[number];
const [ann, bea, cyd] = [testKey(1), testKey(2), testKey(3)];

/** The names of the keys that count, or the code of the refusal. */
function outcome(signed: Uint8Array, keyring: Keyring, kind: Kind): string[] | EngineErrorCode {
  try {
    const question = { kind, environment: "production", nowMs: NOW_MS } as const;
    return countSigners(readModuleSignature(signed), keyring, question).map(({ name }) => name);
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
}

function riskRing(
  more: Partial<KeyringFile> = {},
  changes: Partial<KeyringFile["keys"][number]> = {},
): Keyring {
  return keyringOf(
    [
      keyEntry("ann-1", "risk", ann, { owner: "ann", ...changes }),
      keyEntry("bea-1", "risk", bea, { owner: "bea" }),
      keyEntry("cyd-1", "risk", cyd, { owner: "cyd" }),
    ],
    more,
  );
}

test("which role may sign which kind", () => {
  const expected: Readonly<Record<SigningRole, readonly Kind[]>> = {
    quant: ["agent", "feature", "ensemble"],
    risk: ["risk"],
    venue: ["venue"],
    operator: [],
  };
  for (const [role, allowed] of Object.entries(expected) as [SigningRole, readonly Kind[]][]) {
    const keyring = keyringOf([keyEntry("a", role, ann), keyEntry("b", role, bea)]);
    for (const kind of kinds)
      assert.deepEqual(
        outcome(signedBy(module, ann, bea), keyring, kind),
        allowed.includes(kind) ? ["a", "b"] : "SANDPIT_SIGNATURE_KEY_ROLE",
        `${role} ${kind}`,
      );
  }
});

test("[S15] a risk rule needs two owners: one stolen key signs nothing", () => {
  const table: [string, readonly TestKey[], Keyring, string[] | EngineErrorCode][] = [
    ["no signature", [], riskRing(), "SANDPIT_SIGNATURE_THRESHOLD"],
    ["one of three", [ann], riskRing(), "SANDPIT_SIGNATURE_THRESHOLD"],
    ["two of three", [ann, bea], riskRing(), ["ann-1", "bea-1"]],
    ["in any order", [cyd, ann], riskRing(), ["ann-1", "cyd-1"]],
    ["all three", [ann, bea, cyd], riskRing(), ["ann-1", "bea-1", "cyd-1"]],
    ["two keys of one owner", [ann, bea], riskRing({}, { owner: "bea" }), "SANDPIT_SIGNATURE_THRESHOLD"],
    [
      "two keys of one owner and another",
      [ann, bea, cyd],
      riskRing({}, { owner: "bea" }),
      ["ann-1", "cyd-1"],
    ],
    ["one of another role", [ann, bea], riskRing({}, { role: "quant" }), "SANDPIT_SIGNATURE_KEY_ROLE"],
    ["one of another role beside two", [ann, bea, cyd], riskRing({}, { role: "quant" }), ["bea-1", "cyd-1"]],
    [
      "one expired",
      [ann, bea],
      riskRing({}, { expires: "2026-11-01T00:00:00Z" }),
      "SANDPIT_SIGNATURE_KEY_EXPIRED",
    ],
    [
      "one expired beside two",
      [ann, bea, cyd],
      riskRing({}, { expires: "2026-11-01T00:00:00Z" }),
      ["bea-1", "cyd-1"],
    ],
    ["one unknown", [ann, testKey(8)], riskRing(), "SANDPIT_SIGNATURE_KEY_UNKNOWN"],
    ["one unknown beside two", [ann, bea, testKey(8)], riskRing(), "SANDPIT_SIGNATURE_KEY_UNKNOWN"],
  ];
  for (const [what, keys, keyring, expected] of table)
    assert.deepEqual(outcome(signedBy(module, ...keys), keyring, "risk"), expected, what);
});

test("[S15] the drill: revoking a stolen key shuts out what it helped to sign, unless enough others did", () => {
  const revoked = { keys: [{ keyId: ann.publicKey.keyId, reason: "stolen" }], modules: [] };
  assert.deepEqual(outcome(signedBy(module, ann, bea), riskRing(), "risk"), ["ann-1", "bea-1"]);
  const after = riskRing({ revoked });
  assert.equal(outcome(signedBy(module, ann, bea), after, "risk"), "SANDPIT_SIGNATURE_KEY_REVOKED");
  assert.deepEqual(outcome(signedBy(module, ann, bea, cyd), after, "risk"), ["bea-1", "cyd-1"]);
  assert.deepEqual(outcome(signedBy(module, bea, cyd), after, "risk"), ["bea-1", "cyd-1"]);
});

test("a keyring may ask for more, for fewer, or for other roles", () => {
  const three = riskRing({ policy: { risk: { roles: ["risk"], threshold: 3 } } });
  assert.equal(outcome(signedBy(module, ann, bea), three, "risk"), "SANDPIT_SIGNATURE_THRESHOLD");
  assert.deepEqual(outcome(signedBy(module, ann, bea, cyd), three, "risk"), ["ann-1", "bea-1", "cyd-1"]);
  const one = riskRing({ policy: { agent: { roles: ["risk", "quant"], threshold: 1 } } });
  assert.deepEqual(outcome(signedBy(module, bea), one, "agent"), ["bea-1"]);
  assert.equal(outcome(signedBy(module, bea), one, "risk"), "SANDPIT_SIGNATURE_THRESHOLD");
});

test("a key's id only names it: without one every key is tried, with a false one none is believed", () => {
  const { hashes, message } = readModuleSignature(module);
  const signature = ann.sign(message);
  const withId = (...signatures: { keyId: string; signature: Uint8Array }[]): Uint8Array =>
    Buffer.concat([module.subarray(0, 8), signatureSection([{ hashes, signatures }]), module.subarray(8)]);
  const quants = keyringOf([keyEntry("bea", "quant", bea), keyEntry("ann", "quant", ann)]);
  assert.deepEqual(outcome(withId({ keyId: "", signature }), quants, "agent"), ["ann"]);
  assert.equal(
    outcome(withId({ keyId: bea.publicKey.keyId, signature }), quants, "agent"),
    "SANDPIT_SIGNATURE_INVALID",
  );
  assert.equal(outcome(withId({ keyId: "00", signature }), quants, "agent"), "SANDPIT_SIGNATURE_KEY_UNKNOWN");
  assert.equal(
    outcome(withId({ keyId: "", signature: cyd.sign(message) }), quants, "agent"),
    "SANDPIT_SIGNATURE_KEY_UNKNOWN",
  );
});

test("[S15] two signatures of one key do not count twice: the second form of a signature is refused", () => {
  const { hashes, message } = readModuleSignature(module);
  const signature = ann.sign(message);
  // S + L is the same scalar; a verifier that does not compare it with the order L would take it.
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const scalar = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString("hex")}`) + order;
  const second = Buffer.from(scalar.toString(16).padStart(64, "0"), "hex").reverse();
  const signatures = [
    { keyId: ann.publicKey.keyId, signature },
    { keyId: "", signature: Buffer.concat([signature.subarray(0, 32), second]) },
  ];
  const twice = Buffer.concat([
    module.subarray(0, 8),
    signatureSection([{ hashes, signatures }]),
    module.subarray(8),
  ]);
  assert.equal(outcome(twice, riskRing(), "risk"), "SANDPIT_SIGNATURE_KEY_UNKNOWN");
});
