import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EngineError, readModuleSignature, verifySignedModule } from "../../../../host/engine/index.ts";
import { bundledModules } from "../../../support/bundled-modules.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { keyEntry, keyringOf, signedBy, testKey, trustIn } from "../../../support/signing-desk.ts";

const keys = [testKey(1), testKey(2), testKey(3)] as const;
const [ann, bea, cyd] = keys;
const keyring = keyringOf([
  keyEntry("ann", "risk", ann),
  keyEntry("bea", "risk", bea),
  keyEntry("cyd", "risk", cyd),
]);
const production = trustIn(keyring);
const rule = (await bundledModules("position-limit")).get("position-limit") ?? new Uint8Array(0);
// More signatures than the two that are needed: none of them may be damaged either.
const signed = signedBy(rule, ann, bea, cyd);

/** The code of the refusal, or null: accepted. Anything but an EngineError is a fault of the host. */
function codeOf(bytes: Uint8Array, environment: "production" | "development" = "production"): string | null {
  try {
    verifySignedModule(bytes, { ...production, environment });
    return null;
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
}

test("[S5] a signed risk rule with any one bit flipped is refused, at every position", () => {
  assert.equal(codeOf(signed), null);
  assert.ok(signed.length > 2_000);
  const codes = new Map<string, number>();
  for (let bit = 0; bit < signed.length * 8; bit++) {
    const bytes = Uint8Array.from(signed);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const code = codeOf(bytes);
    assert.notEqual(code, null, `bit ${bit} of ${signed.length * 8}`);
    codes.set(code ?? "", (codes.get(code ?? "") ?? 0) + 1);
  }
  // 3 signatures of 512 bits, 3 key ids of 96, and most of the rest is content.
  assert.equal(codes.get("SANDPIT_SIGNATURE_INVALID"), 3 * 512);
  assert.equal(codes.get("SANDPIT_SIGNATURE_KEY_UNKNOWN"), 3 * 96);
  assert.ok((codes.get("SANDPIT_SIGNATURE_HASH_MISMATCH") ?? 0) > rule.length * 7);
});

test("[S5] the whole module cut at any byte is refused", () => {
  for (let length = 0; length < signed.length; length++)
    assert.notEqual(codeOf(signed.subarray(0, length)), null, `${length} bytes`);
});

test(`[S5][S6] no change of a signed module is accepted, and none throws anything but a refusal (seed ${randomSeed})`, () => {
  const change = fc.record({
    at: fc.nat({ max: signed.length }),
    removed: fc.nat({ max: 40 }),
    inserted: fc.uint8Array({ maxLength: 40 }),
  });
  const property = fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
    let bytes = Buffer.from(signed);
    for (const { at, removed, inserted } of changes)
      bytes = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
    fc.pre(!bytes.equals(signed));
    assert.notEqual(codeOf(bytes), null);
  });
  fc.assert(property, { numRuns: 3_000, seed: randomSeed });
});

test(`[S6] changes within the signature section alone are refused everywhere, or leave no section of that name (seed ${randomSeed})`, () => {
  const length = signed.length - rule.length;
  const flip = fc.record({ at: fc.nat({ max: length - 1 }), value: fc.integer({ min: 1, max: 255 }) });
  const property = fc.property(fc.array(flip, { minLength: 1, maxLength: 6 }), (flips) => {
    const bytes = Buffer.from(signed);
    for (const { at, value } of flips) bytes[8 + at] = (bytes[8 + at] ?? 0) ^ value;
    fc.pre(!bytes.equals(signed));
    assert.notEqual(codeOf(bytes), null);
    const open = codeOf(bytes, "development");
    if (open === null) assert.equal(readModuleSignature(bytes).records.length, 0);
  });
  fc.assert(property, { numRuns: 3_000, seed: randomSeed });
});

test(`[S6] random bytes as a signature are refused with a code (seed ${randomSeed})`, () => {
  const { contentOffset } = readModuleSignature(rule);
  const property = fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
    const body = Buffer.concat([Buffer.from("\tsignature\u0001\u0001\u0001", "latin1"), data]);
    const size = Buffer.from([(body.length & 0x7f) | 0x80, body.length >> 7]);
    const section = Buffer.concat([Buffer.of(0), body.length < 128 ? Buffer.of(body.length) : size, body]);
    const bytes = Buffer.concat([rule.subarray(0, 8), section, rule.subarray(contentOffset)]);
    assert.match(codeOf(bytes, "development") ?? "", /^SANDPIT_SIGNATURE_/);
  });
  fc.assert(property, { numRuns: 3_000, seed: randomSeed });
});
