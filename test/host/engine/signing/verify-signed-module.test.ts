import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import type { TrustContext } from "../../../../host/engine/index.ts";
import {
  EngineError,
  loadModule,
  MemoryPool,
  unsignedModule,
  verifySignedModule,
} from "../../../../host/engine/index.ts";
import { sha256 } from "../../../../host/engine/sha256.ts";
import { keyEntry, keyringOf, NOW_MS, signedBy, testKey, trustIn } from "../../../support/signing-desk.ts";
import { buildModule, pluginParts } from "../module-builder.ts";
import { refusal } from "../refusal.ts";
import { sampleManifest, withCustomSection, withDescription } from "../sample-module.ts";

const ann = testKey(1);
const stranger = testKey(9);
const keyring = keyringOf([keyEntry("ann-2026", "quant", ann, { owner: "ann" })]);
const production = trustIn(keyring);
const development = trustIn(keyring, { environment: "development" });

/** An agent of four instructions, with parts of its manifest replaced. */
function agent(manifest: Readonly<Record<string, unknown>> = {}): Uint8Array {
  return withDescription(buildModule(pluginParts([0x41, 0x00, 0x0b])), sampleManifest(manifest));
}

function assertRefused(bytes: Uint8Array, trust: TrustContext, code: EngineError["code"], text = /./): void {
  assert.throws(() => verifySignedModule(bytes, trust), refusal(code, text));
}

test("a signed module is accepted with its signers, and runs from the bytes that were judged", () => {
  const bytes = signedBy(agent(), ann);
  const verified = verifySignedModule(bytes, production);
  assert.deepEqual(verified.trust, {
    state: "signed",
    signers: ["ann-2026"],
    roles: ["quant"],
    environment: "production",
    expiresMs: Date.parse("2027-01-01T00:00:00Z"),
  });
  assert.equal(verified.sha256, sha256(bytes));
  assert.equal(verified.contentSha256, sha256(agent().subarray(8)));
  const module = loadModule(verified);
  assert.equal(module.trust, verified.trust);
  assert.equal(module.verifiedSha256, verified.sha256);
  const plugin = module.instantiate(new MemoryPool());
  assert.equal(plugin.trust, verified.trust);
  assert.equal(plugin.exports.handle(0, 0), 0);
});

test("[S1] an unsigned module runs in development, marked, and nowhere else", () => {
  assert.deepEqual(verifySignedModule(agent(), development).trust, { state: "unsigned" });
  assert.deepEqual(loadModule(agent()).trust, { state: "unsigned" });
  for (const environment of ["staging", "production"] as const) {
    assertRefused(agent(), { ...production, environment }, "SANDPIT_SIGNATURE_MISSING", /plugin sign/);
    assertRefused(
      agent(),
      { ...production, environment, keyring: null },
      "SANDPIT_SIGNATURE_KEYRING_MISSING",
    );
  }
});

test("[S1] a signature that nobody can judge, without a keyring, counts as none, but its form and hashes are held", () => {
  const nobody = { ...development, keyring: null };
  const bytes = signedBy(agent(), ann);
  assert.deepEqual(verifySignedModule(bytes, nobody).trust, { state: "unsigned" });
  const changed = Uint8Array.from(bytes);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  assertRefused(changed, nobody, "SANDPIT_SIGNATURE_HASH_MISMATCH");
});

test("[S2] a module whose signature was stripped is refused like one that never had one", () => {
  const stripped = unsignedModule(signedBy(agent(), ann));
  assert.deepEqual(stripped, agent());
  assertRefused(stripped, production, "SANDPIT_SIGNATURE_MISSING");
});

describe("[S3] a key that does not count is refused with its own code", () => {
  const entry = keyEntry("ann-2026", "quant", ann);
  const revoked = { revoked: { keys: [{ keyId: ann.publicKey.keyId, reason: "lost" }], modules: [] } };
  const other = keyEntry("bob-2026", "quant", testKey(2));
  const cases = [
    ["unknown", keyringOf([other]), "SANDPIT_SIGNATURE_KEY_UNKNOWN"],
    ["expired", keyringOf([{ ...entry, expires: "2026-11-22T08:00:00Z" }]), "SANDPIT_SIGNATURE_KEY_EXPIRED"],
    [
      "not valid yet",
      keyringOf([{ ...entry, notBefore: "2026-11-22T08:00:01Z" }]),
      "SANDPIT_SIGNATURE_KEY_NOT_YET_VALID",
    ],
    ["revoked", keyringOf([entry], revoked), "SANDPIT_SIGNATURE_KEY_REVOKED"],
    ["revoked and taken out", keyringOf([other], revoked), "SANDPIT_SIGNATURE_KEY_REVOKED"],
    [
      "of another environment",
      keyringOf([{ ...entry, environments: ["staging"] }]),
      "SANDPIT_SIGNATURE_KEY_ENVIRONMENT",
    ],
    ["of another role", keyringOf([{ ...entry, role: "venue" }]), "SANDPIT_SIGNATURE_KEY_ROLE"],
    ["of an operator", keyringOf([{ ...entry, role: "operator" }]), "SANDPIT_SIGNATURE_KEY_ROLE"],
  ] as const;
  for (const [what, keys, code] of cases)
    test(`[S3] ${what}`, () => {
      assertRefused(signedBy(agent(), ann), trustIn(keys), code);
    });
  test("[S3] a key counts from its first millisecond to the one before its last", () => {
    const short = keyringOf([
      { ...entry, notBefore: "2026-11-22T08:00:00Z", expires: "2026-11-22T08:00:01Z" },
    ]);
    for (const late of [0, 999])
      assert.ok(verifySignedModule(signedBy(agent(), ann), trustIn(short, { nowMs: NOW_MS + late })));
    for (const late of [-1, 1_000])
      assert.throws(() =>
        verifySignedModule(signedBy(agent(), ann), trustIn(short, { nowMs: NOW_MS + late })),
      );
  });
});

test("[S4] a signature moved to another module is refused, in development too", () => {
  const signed = signedBy(agent(), ann);
  const section = signed.subarray(8, signed.length - (agent().length - 8));
  const other = agent({ description: "another one" });
  const moved = Buffer.concat([other.subarray(0, 8), section, other.subarray(8)]);
  for (const trust of [production, development])
    assertRefused(moved, trust, "SANDPIT_SIGNATURE_HASH_MISMATCH");
});

test("[S4] a signature in the name of a key of the keyring that is not by it is refused", () => {
  const signed = Buffer.from(signedBy(agent(), stranger));
  const renamed = Buffer.from(signed);
  const at = renamed.indexOf(Buffer.from(stranger.publicKey.keyId, "hex"));
  Buffer.from(ann.publicKey.keyId, "hex").copy(renamed, at);
  assertRefused(renamed, production, "SANDPIT_SIGNATURE_INVALID", /ann-2026/);
});

test("[S8] a module past its expiry, or before its time, is refused, signed or not", () => {
  const expired = agent({ expires: "2026-11-22T08:00:00Z" });
  assertRefused(signedBy(expired, ann), production, "SANDPIT_SIGNATURE_MODULE_EXPIRED");
  assertRefused(expired, development, "SANDPIT_SIGNATURE_MODULE_EXPIRED");
  const early = agent({ notBefore: "2026-11-22T08:00:01Z" });
  assertRefused(signedBy(early, ann), production, "SANDPIT_SIGNATURE_MODULE_NOT_YET_VALID");
  const inTime = agent({ notBefore: "2026-11-22T08:00:00Z", expires: "2026-11-22T08:00:01Z" });
  const { trust } = verifySignedModule(signedBy(inTime, ann), production);
  assert.ok(trust.state === "signed");
  assert.equal(trust.expiresMs, NOW_MS + 1_000);
});

test("[S9] a module is held to the environments, accounts and instruments of its manifest", () => {
  const cases: [Readonly<Record<string, unknown>>, EngineError["code"]][] = [
    [{ environments: ["staging"] }, "SANDPIT_SIGNATURE_ENVIRONMENT"],
    [{ accounts: ["desk-8"] }, "SANDPIT_SIGNATURE_ACCOUNT"],
    [{ instruments: ["ETHUSDT"] }, "SANDPIT_SIGNATURE_INSTRUMENT"],
    [{ abi: 2 }, "SANDPIT_ENGINE_MANIFEST_INVALID"],
  ];
  for (const [manifest, code] of cases) assertRefused(signedBy(agent(manifest), ann), production, code);
  const allowed = agent({
    environments: ["production"],
    accounts: ["desk-7"],
    instruments: ["ETHUSDT", "BTCUSDT"],
  });
  assert.ok(verifySignedModule(signedBy(allowed, ann), production));
  assertRefused(
    signedBy(allowed, ann),
    { ...production, instruments: ["BTCUSDT", "SOLUSDT"] },
    "SANDPIT_SIGNATURE_INSTRUMENT",
    /SOLUSDT/,
  );
  const unasked = { ...production, account: null, instruments: null };
  assert.ok(verifySignedModule(signedBy(agent({ accounts: ["x"], instruments: ["Y"] }), ann), unasked));
});

test("[S15] a revoked module is refused by the hash of its file or of its content, signed again or not at all", () => {
  const bytes = signedBy(agent(), ann);
  const verified = verifySignedModule(bytes, production);
  const revoking = (hash: string): TrustContext =>
    trustIn(
      keyringOf([keyEntry("ann-2026", "quant", ann)], {
        revoked: { keys: [], modules: [{ sha256: hash, reason: "loses money" }] },
      }),
      { environment: "development" },
    );
  assertRefused(bytes, revoking(verified.sha256), "SANDPIT_SIGNATURE_MODULE_REVOKED", /loses money/);
  const content = revoking(verified.contentSha256);
  assertRefused(bytes, content, "SANDPIT_SIGNATURE_MODULE_REVOKED");
  assertRefused(agent(), content, "SANDPIT_SIGNATURE_MODULE_REVOKED");
});

test("[S7] a version below the keyring's least one is refused, and one at it is not", () => {
  const least = (version: string): TrustContext =>
    trustIn(keyringOf([keyEntry("ann-2026", "quant", ann)], { minimumVersions: { sample: version } }));
  const bytes = signedBy(agent(), ann);
  assert.ok(verifySignedModule(bytes, least("1.2.3")));
  assertRefused(bytes, least("1.2.4"), "SANDPIT_SIGNATURE_VERSION_BELOW_FLOOR", /the keyring/);
  assertRefused(bytes, least("1.10.0"), "SANDPIT_SIGNATURE_VERSION_BELOW_FLOOR");
});

test("[P5] a module beyond the size cap is refused before it is copied", () => {
  assertRefused(new Uint8Array(4_194_305), production, "SANDPIT_ENGINE_MODULE_TOO_LARGE");
});

test("a module without a manifest, or with two, is refused", () => {
  const bare = buildModule(pluginParts([0x41, 0x00, 0x0b]));
  assertRefused(signedBy(bare, ann), production, "SANDPIT_ENGINE_MANIFEST_MISSING");
  const twice = withCustomSection(agent(), "sandpit.manifest", JSON.stringify(sampleManifest()));
  assertRefused(signedBy(twice, ann), production, "SANDPIT_ENGINE_MANIFEST_MISSING");
});

describe("[S10] bytes that change meanwhile", () => {
  const good = signedBy(agent(), ann);
  const shared = new Uint8Array(new SharedArrayBuffer(good.length));
  let worker: Worker;
  before(() => {
    shared.set(good);
    // Flips the instruction's operand to and fro as fast as a thread can, until it is ended.
    const text = `const bytes = new Uint8Array(require("node:worker_threads").workerData);
      require("node:worker_threads").parentPort.postMessage("running");
      for (;;) bytes[${good.length - 1}] ^= 1;`;
    worker = new Worker(text, { eval: true, workerData: shared.buffer });
    return new Promise<void>((resolve) => {
      worker.once("message", () => {
        resolve();
      });
    });
  });
  after(() => worker.terminate());
  test("[S10] what is accepted is what was signed, in each of at least 5,000 tries", () => {
    let accepted = 0;
    let refused = 0;
    const hasSeenBoth = (): boolean => accepted > 0 && refused > 0;
    // On a busy machine the other thread may not run for long.
    for (let count = 0; count < 5_000 || (count < 1_000_000 && !hasSeenBoth()); count++) {
      try {
        const verified = verifySignedModule(shared, production);
        accepted += 1;
        assert.equal(sha256(verified.copyBytes()), sha256(good));
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        refused += 1;
      }
    }
    assert.ok(hasSeenBoth(), `${accepted} accepted, ${refused} refused`);
  });
  test("[S10] a caller's later changes, also to the copy for the journal, reach nothing", () => {
    const bytes = Buffer.from(good);
    const verified = verifySignedModule(bytes, production);
    bytes.fill(0);
    verified.copyBytes().fill(0);
    const module = loadModule(verified);
    assert.equal(module.verifiedSha256, sha256(good));
    assert.equal(module.instantiate(new MemoryPool()).exports.handle(0, 0), 0);
  });
});

test("a judged module is checked, metered and compiled once, and two judgements of the same bytes are two", () => {
  const bytes = agent();
  const verified = verifySignedModule(bytes, development);
  assert.equal(loadModule(verified), loadModule(verified));
  assert.notEqual(loadModule(verified), loadModule(verifySignedModule(bytes, development)));
});
