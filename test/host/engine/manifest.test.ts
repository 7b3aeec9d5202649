import assert from "node:assert/strict";
import { test } from "node:test";
import { parseManifest } from "../../../host/engine/index.ts";
import { memoryMapOf } from "../../../abi/host/index.ts";
import { checkKindLimits, kindLimits } from "../../../host/engine/kind-limits.ts";
import { GAS_MAX } from "../../../host/engine/meter/meter-rules.ts";
import { refusal } from "./refusal.ts";
import { sampleLimits, sampleManifest } from "./sample-module.ts";

const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const invalid = (text: RegExp): ((error: unknown) => boolean) =>
  refusal("SANDPIT_ENGINE_MANIFEST_INVALID", text);
const gain = { name: "gain", type: "f64", default: 1, min: 0, max: 10, description: "" };

test("a manifest is read, lists that are left out are empty", () => {
  const manifest = parseManifest(encode(sampleManifest({ parameters: [gain], features: ["microprice"] })));
  assert.equal(manifest.name, "sample");
  assert.deepEqual(manifest.parameters, [gain]);
  assert.deepEqual(manifest.features, ["microprice"]);
  assert.deepEqual(manifest.outputs, []);
  assert.deepEqual(parseManifest(encode(sampleManifest())).parameters, []);
});

test("unknown keys are refused with their path", () => {
  assert.throws(
    () => parseManifest(encode(sampleManifest({ colour: 1 }))),
    invalid(/manifest: unknown key "colour"/),
  );
  assert.throws(
    () => parseManifest(encode(sampleManifest({ limits: { fuel: 1 } }))),
    invalid(/limits: unknown key "fuel"/),
  );
  assert.throws(
    () => parseManifest(encode(sampleManifest({ parameters: [{ ...gain, step: 1 }] }))),
    invalid(/parameters\.0: unknown key "step"/),
  );
});

test("[P21] the text of a refusal shows an unknown key escaped", () => {
  assert.throws(
    () => parseManifest(encode(sampleManifest({ "\u202e\u001b[2J": 1 }))),
    invalid(/"\\u202e\\u001b\[2J"/),
  );
});

test("[P20] a key named __proto__ is refused at any depth", () => {
  const text = JSON.stringify(sampleManifest());
  assert.throws(() => parseManifest(encode(`{"__proto__":{},${text.slice(1)}`)), invalid(/__proto__/));
  assert.throws(
    () => parseManifest(encode(text.replace('"limits":{', '"limits":{"__proto__":1,'))),
    invalid(/__proto__/),
  );
});

test("each part is held to its form", () => {
  const cases: readonly (readonly [Readonly<Record<string, unknown>>, RegExp])[] = [
    [{ name: "Sample" }, /name: must be kebab-case/],
    [{ version: "1.2" }, /version: must be three numbers/],
    [{ version: "01.2.3" }, /version/],
    [{ abi: 2 }, /abi/],
    [{ reads: ["quote"] }, /reads\.0/],
    [{ parameters: [{ ...gain, default: 11 }] }, /parameters\.0\.default/],
    [{ parameters: [{ ...gain, type: "i64", max: 1.5 }] }, /parameters\.0\.type/],
    [{ parameters: [gain, gain] }, /same name/],
    [
      { parameters: Array.from({ length: 65 }, (_, index) => ({ ...gain, name: `p${index}` })) },
      /parameters/,
    ],
    [{ outputs: ["a"] }, /outputs: only features/],
    [{ kind: "risk", features: ["a"] }, /features: only agents/],
    [{ kind: "feature", outputs: ["a", "a"] }, /two outputs/],
    [{ limits: { gasBase: 1.5 } }, /limits\.gasBase/],
    [{ limits: { pages: -1 } }, /limits\.pages/],
  ];
  for (const [parts, text] of cases) {
    assert.throws(() => parseManifest(encode(sampleManifest(parts))), invalid(text));
  }
  assert.throws(() => parseManifest(encode({ ...sampleManifest(), kind: "oracle" })), invalid(/kind/));
});

test("[P19] a manifest of another ABI version is refused", () => {
  assert.throws(() => parseManifest(encode(sampleManifest({ abi: 0 }))), invalid(/abi/));
});

test("what is too long or no JSON in UTF-8 is refused", () => {
  assert.throws(() => parseManifest(new Uint8Array(65_537)), invalid(/65537 bytes/));
  assert.throws(() => parseManifest(encode("{")), invalid(/not JSON/));
  assert.throws(() => parseManifest(Uint8Array.of(0x22, 0xff, 0x22)), invalid(/not JSON/));
  assert.throws(() => parseManifest(encode("[".repeat(60_000))), invalid(/not JSON/));
});

test("a limit above the most of its kind is refused by name", () => {
  for (const [name, most] of Object.entries(kindLimits("agent"))) {
    const manifest = parseManifest(
      encode(sampleManifest({ limits: { ...sampleLimits, [name]: Number(most) + 1 } })),
    );
    assert.throws(
      () => checkKindLimits(manifest),
      refusal("SANDPIT_ENGINE_KIND_LIMIT", new RegExp(`limits\\.${name} is`)),
    );
  }
  checkKindLimits(parseManifest(encode(sampleManifest({ limits: kindLimits("agent") }))));
});

test("a memory that leaves the plugin no page of its own is refused", () => {
  assert.throws(
    () => checkKindLimits(parseManifest(encode(sampleManifest({ limits: { pages: 1 } })))),
    refusal("SANDPIT_ENGINE_KIND_LIMIT", /at least 2/),
  );
  assert.throws(
    () => checkKindLimits(parseManifest(encode(sampleManifest({ kind: "venue", limits: { pages: 32 } })))),
    refusal("SANDPIT_ENGINE_KIND_LIMIT", /at least 33/),
  );
});

test("the largest budget that a manifest can ask for fits the counter", () => {
  for (const kind of ["venue", "feature", "agent", "ensemble", "risk"] as const) {
    const { gasBase, gasPerByte, initGas } = kindLimits(kind);
    assert.ok(gasBase + gasPerByte * memoryMapOf(kind).inboxCapacity <= GAS_MAX);
    assert.ok(initGas <= GAS_MAX);
  }
});

test("what a manifest leaves out of place, time and state is null: nothing is narrowed by it", () => {
  const { environments, notBeforeMs, expiresMs, instruments, accounts, state } = parseManifest(
    encode(sampleManifest()),
  );
  assert.deepEqual(
    { environments, notBeforeMs, expiresMs, instruments, accounts, state },
    {
      environments: null,
      notBeforeMs: null,
      expiresMs: null,
      instruments: null,
      accounts: null,
      state: null,
    },
  );
});

test("place, time and state are read, times as milliseconds since 1970", () => {
  const parts = {
    environments: ["staging", "production"],
    notBefore: "2026-11-22T08:00:00Z",
    expires: "2027-11-22T08:00:00Z",
    instruments: ["BTCUSDT"],
    accounts: ["desk-7"],
    state: { version: 3, restores: [2, 3] },
  };
  const { notBefore, expires, ...same } = parts;
  const { environments, notBeforeMs, expiresMs, instruments, accounts, state } = parseManifest(
    encode(sampleManifest(parts)),
  );
  assert.deepEqual({ environments, instruments, accounts, state }, same);
  assert.deepEqual([notBeforeMs, expiresMs], [Date.parse(notBefore), Date.parse(expires)]);
});

test("[S8][S9] place, time and state of another form are refused: what cannot be read narrows nothing", () => {
  for (const [parts, expected] of [
    [{ environments: [] }, /environments: /],
    [{ environments: ["prod"] }, /environments\.0: /],
    [{ notBefore: "2026-11-22" }, /notBefore: must be a time/],
    [{ expires: 1 }, /expires: /],
    [{ notBefore: "2026-11-22T08:00:00Z", expires: "2026-11-22T08:00:00Z" }, /expires: must be after/],
    [{ instruments: [] }, /instruments: /],
    [{ instruments: ["btcusdt"] }, /instruments\.0: /],
    [{ accounts: [""] }, /accounts\.0: /],
    [{ state: { version: 1 } }, /state\.restores: /],
    [{ state: { version: -1, restores: [] } }, /state\.version: /],
    [{ state: { version: 1, restores: [1, 1] } }, /state\.restores: names a version twice/],
    [{ state: { version: 1, restores: [], format: 2 } }, /state: unknown key "format"/],
  ] as const)
    assert.throws(() => parseManifest(encode(sampleManifest(parts))), invalid(expected));
});
