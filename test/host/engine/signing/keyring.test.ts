import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { KeyringFile } from "../../../../host/engine/index.ts";
import {
  EngineError,
  KEYRING_BYTES_MAX,
  parseKeyring,
  parsePublicKey,
  publicKeyOf,
  publicKeyPem,
} from "../../../../host/engine/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { keyEntry, testKey } from "../../../support/signing-desk.ts";
import { refusal } from "../refusal.ts";

const ann = testKey(1);
const entry = keyEntry("ann-2026", "quant", ann, { owner: "ann" });
const hash = "ab".repeat(32);
const file: KeyringFile = {
  format: 1,
  keys: [entry, keyEntry("bea-2026", "risk", testKey(2))],
  policy: { risk: { roles: ["risk"], threshold: 3 } },
  revoked: {
    keys: [{ keyId: testKey(3).publicKey.keyId, reason: "lost" }],
    modules: [{ sha256: hash, reason: "loses money" }],
  },
  minimumVersions: { momentum: "1.2.0" },
};

/** The file with the value at a path replaced, or taken out for undefined. */
function changed(path: string, value: unknown): string {
  const copy: unknown = structuredClone(file);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let at = copy as Record<string, unknown>;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return JSON.stringify(copy);
}

function assertInvalid(text: string, expected: RegExp): void {
  assert.throws(
    () => parseKeyring(text, "keyring.json"),
    refusal("SANDPIT_SIGNATURE_KEYRING_INVALID", expected),
  );
}

test("a keyring is read whole", () => {
  const keyring = parseKeyring(JSON.stringify(file), "keyring.json");
  assert.deepEqual(
    keyring.keys.map(({ name, owner, role, notBeforeMs, expiresMs, publicKey }) => [
      name,
      owner,
      role,
      notBeforeMs,
      expiresMs,
      publicKey.keyId,
    ]),
    [
      ["ann-2026", "ann", "quant", Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1), ann.publicKey.keyId],
      [
        "bea-2026",
        "bea-2026",
        "risk",
        Date.UTC(2026, 0, 1),
        Date.UTC(2027, 0, 1),
        testKey(2).publicKey.keyId,
      ],
    ],
  );
  assert.equal(keyring.policyOf("risk").threshold, 3);
  assert.deepEqual(keyring.policyOf("agent"), { roles: ["quant"], threshold: 1 });
  assert.equal(keyring.whyKeyRevoked(testKey(3).publicKey.keyId), "lost");
  assert.equal(keyring.whyKeyRevoked(ann.publicKey.keyId), null);
  assert.equal(keyring.whyModuleRevoked(hash), "loses money");
  assert.equal(keyring.minimumVersionOf("momentum"), "1.2.0");
  assert.equal(keyring.minimumVersionOf("constructor"), null);
});

test("what is left out has defaults: nothing revoked, two owners for a risk rule", () => {
  const keyring = parseKeyring(JSON.stringify({ format: 1, keys: [entry] }), "keyring.json");
  assert.deepEqual(keyring.policyOf("risk"), { roles: ["risk"], threshold: 2 });
  assert.equal(keyring.whyModuleRevoked(hash), null);
  assert.equal(keyring.minimumVersionOf("momentum"), null);
});

test("a fault is told with the path of its key, and an unknown key is one", () => {
  for (const [path, value, expected] of [
    ["format", 2, /format: /],
    ["keyz", [], /\(top level\): unknown key "keyz"/],
    ["keys", [], /keys: /],
    ["keys.0.rôle", "quant", /keys\.0: unknown key "r\\u00f4le"/],
    ["keys.0.role", "admin", /keys\.0\.role: /],
    ["keys.1.name", "a b", /keys\.1\.name: must be letters/],
    ["keys.0.expires", "2026-13-01T00:00:00Z", /keys\.0\.expires: must be a time/],
    ["keys.0.expires", "2026-01-01T00:00:00Z", /keys\.0\.expires: must be after notBefore/],
    ["keys.0.notBefore", undefined, /keys\.0\.notBefore: /],
    ["keys.0.environments", [], /keys\.0\.environments: /],
    ["keys.0.environments", ["production", "production"], /names an environment twice/],
    ["policy.risk.threshold", 0, /policy\.risk\.threshold: /],
    ["policy.risk.roles", ["risk", "risk"], /policy\.risk\.roles: names a role twice/],
    ["policy.risks", {}, /policy: unknown key "risks"/],
    ["revoked.key", [], /revoked: unknown key "key"/],
    ["revoked.keys.0.keyId", "zz", /revoked\.keys\.0\.keyId: must be 24/],
    ["revoked.modules.0.sha256", "zz", /revoked\.modules\.0\.sha256: must be 64/],
    ["revoked.modules.0.reason", "", /revoked\.modules\.0\.reason: /],
    ["minimumVersions.momentum", "1.2", /minimumVersions\.momentum: must be three numbers/],
  ] as const)
    assertInvalid(changed(path, value), expected);
});

test("what is no JSON, too large, or sets a prototype is refused", () => {
  assertInvalid("{,}", /no JSON/);
  assertInvalid(" ".repeat(KEYRING_BYTES_MAX + 1), /the limit is/);
  assertInvalid(`{"__proto__":{},${JSON.stringify(file).slice(1)}`, /__proto__/);
});

test("[S15] a second list of revocations does not silently replace the first", () => {
  const more = '"revoked":{"keys":[],"modules":[]}';
  assertInvalid(`{${more},${JSON.stringify(file).slice(1)}`, /"revoked" stands twice/);
});

test("[S15] a key or a name that stands twice refuses the keyring", () => {
  assertInvalid(changed("keys.1.name", "ann-2026"), /keys\.1\.name: "ann-2026" stands twice/);
  assertInvalid(
    changed("keys.1.publicKey", entry.publicKey),
    /keys\.1\.publicKey: it is the key of "ann-2026"/,
  );
  assertInvalid(changed("keys.1.publicKey", publicKeyPem(ann.publicKey)), /it is the key of "ann-2026"/);
});

const P = 2n ** 255n - 19n;
const modulo = (value: bigint): bigint => ((value % P) + P) % P;
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let bit = 254n; bit >= 0n; bit--) {
    result = modulo(result * result);
    if ((exponent >> bit) & 1n) result = modulo(result * base);
  }
  return result;
}
const inverse = (value: bigint): bigint => power(modulo(value), P - 2n);
const D = modulo(-121_665n * inverse(121_666n));

/** Whether eight times the point is the neutral one. The point is doubled by x² and y², which its sign does not change. */
function isOfSmallOrder(encoded: Buffer): boolean {
  const bytes = Buffer.from(encoded).reverse();
  let y = BigInt(`0x${bytes.toString("hex")}`) & (2n ** 255n - 1n);
  let xx = modulo((y * y - 1n) * inverse(D * y * y + 1n));
  for (let doubling = 0; doubling < 3; doubling++) {
    const yy = modulo(y * y);
    const product = modulo(D * xx * yy);
    y = modulo((yy + xx) * inverse(1n - product));
    xx = modulo(4n * xx * yy * power(inverse(1n + product), 2n));
  }
  return y === 1n && xx === 0n;
}

describe("[S11] public keys", () => {
  const malformed = refusal("SANDPIT_SIGNATURE_KEY_MALFORMED");
  const tagged = Buffer.concat([Buffer.of(1), ann.publicKey.bytes]);

  test("[S11] PEM, hexadecimal and base64 give the same key", () => {
    const forms = [publicKeyPem(ann.publicKey), tagged.toString("hex"), tagged.toString("base64")];
    for (const form of forms) {
      const { bytes, keyId } = parsePublicKey(form);
      assert.deepEqual([bytes, keyId], [ann.publicKey.bytes, ann.publicKey.keyId]);
    }
  });

  test("[S11] keys of other algorithms, lengths and forms are refused, and in a keyring by their path", () => {
    const pemOf = (type: "x25519" | "ed448"): string =>
      (type === "x25519" ? generateKeyPairSync("x25519") : generateKeyPairSync("ed448")).publicKey
        .export({ format: "pem", type: "spki" })
        .toString();
    const curve = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
    const faulty = [
      "",
      "abc",
      pemOf("x25519"),
      pemOf("ed448"),
      curve.export({ format: "pem", type: "spki" }).toString(),
      ann.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
      `${publicKeyPem(ann.publicKey)}${publicKeyPem(testKey(2).publicKey)}`,
      `x${publicKeyPem(ann.publicKey)}`,
      ann.publicKey.bytes.toString("hex"),
      `${tagged.toString("hex")}00`,
      tagged.toString("hex").replace(/^01/, "81"),
      tagged.subarray(0, 32).toString("base64"),
      tagged.toString("base64").replace(/.$/, ""),
      "A".repeat(2_000),
    ];
    for (const text of faulty) assert.throws(() => parsePublicKey(text), malformed, text);
    assertInvalid(changed("keys.0.publicKey", pemOf("x25519")), /keys\.0\.publicKey: .*Ed25519/);
    assert.throws(() => publicKeyOf(new Uint8Array(31)), malformed);
  });

  test("[S11] a key of small order, by which a signature fits many messages, is refused", () => {
    const points = [
      "00".repeat(32),
      `01${"00".repeat(31)}`,
      `${"00".repeat(31)}80`,
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      `ec${"ff".repeat(30)}7f`,
    ];
    for (const point of points) {
      assert.throws(() => publicKeyOf(Buffer.from(point, "hex")), malformed, point);
      assert.ok(isOfSmallOrder(Buffer.from(point, "hex")), `${point} is what it is taken for`);
    }
    assert.ok(!isOfSmallOrder(ann.publicKey.bytes));
  });

  test("[S11] a second encoding of a point is refused", () => {
    assert.throws(() => publicKeyOf(Buffer.from(`f0${"ff".repeat(30)}7f`, "hex")), malformed);
    assert.throws(() => publicKeyOf(Buffer.from(`ed${"ff".repeat(31)}`, "hex")), malformed);
  });
});

test(`a keyring with changed characters is read or refused, and nothing else is thrown (seed ${randomSeed})`, () => {
  const text = JSON.stringify(file);
  const property = fc.property(
    fc.nat({ max: text.length }),
    fc.string({ maxLength: 4 }),
    fc.nat({ max: 4 }),
    (at, put, gone) => {
      try {
        parseKeyring(text.slice(0, at) + put + text.slice(at + gone), "keyring.json");
      } catch (error) {
        assert.ok(error instanceof EngineError, String(error));
      }
    },
  );
  fc.assert(property, { numRuns: 2_000, seed: randomSeed });
});
