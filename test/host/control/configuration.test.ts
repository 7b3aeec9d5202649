import assert from "node:assert/strict";
import { test } from "node:test";
import type { Configuration } from "../../../host/control/configuration-shape.ts";
import { ConfigurationError, parseConfiguration } from "../../../host/control/configuration.ts";
import { laneConfigurationOf } from "../../../host/control/lane-configuration-of.ts";
import { sampleConfiguration } from "../../support/short-session.ts";

const facts = { epoch: 7, startWallMs: 1_704_067_200_000 };

/** A copy with one value changed, by the path of its key. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredClone(sampleConfiguration) as unknown as Record<string, unknown>;
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let at: Record<string, unknown> = copy;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  at[last] = value;
  return copy;
}

test("the default configuration is valid, and what is parsed is what was given", () => {
  assert.deepEqual(parseConfiguration(structuredClone(sampleConfiguration), "default"), sampleConfiguration);
});

test("an unknown key is refused with its path, wherever it stands [O3]", () => {
  for (const [path, told] of [
    ["leverage", '(top level): unknown key "leverage"'],
    ["venue.secret", 'venue: unknown key "secret"'],
    ["instruments.0.limits.postionMax", 'instruments.0.limits: unknown key "postionMax"'],
    ["risk.orderRate.burst", 'risk.orderRate: unknown key "burst"'],
  ] as const) {
    assert.throws(
      () => parseConfiguration(changed(path, 1), "host.json"),
      (error: unknown) =>
        error instanceof ConfigurationError &&
        error.message.startsWith("host.json cannot be used:") &&
        error.message.includes(told),
      path,
    );
  }
});

test("every fault is told at once, each with its key", () => {
  const faulty = changed("http.port", 70_000) as Record<string, unknown>;
  faulty["environment"] = "test";
  assert.throws(() => parseConfiguration(faulty, "host.json"), /environment: [\s\S]*http\.port: /);
});

test("values out of range or of another form are refused by key", () => {
  const cases: [string, unknown][] = [
    ["instruments.0.tickSize", 0.01],
    ["instruments.0.tickSize", "-0.01"],
    ["instruments.0.symbol", "btcusdt"],
    ["agents.0.share", 1.5],
    ["agents.0.plugin", "../evil"],
    ["venue.restUrl", "ftp://x"],
    ["features.staleAfterSeconds", 0],
    ["risk.messageRate.cancelReserve", 0],
    ["orders.capacity", 32],
  ];
  for (const [path, value] of cases)
    assert.throws(
      () => parseConfiguration(changed(path, value), "x"),
      new RegExp(path.replaceAll(".", "\\.")),
      path,
    );
});

test("a lane's configuration has mantissas, nanoseconds and numbers for names", () => {
  const lane = laneConfigurationOf(sampleConfiguration, facts);
  const [instrument] = lane.instruments;
  assert.equal(instrument?.tickSize, 1_000_000);
  assert.equal(instrument.minNotional, 500_000_000);
  assert.deepEqual(
    lane.assets.map(({ assetId, code }) => [assetId, code]),
    [
      [1, "BTC"],
      [2, "USDT"],
      [3, "BNB"],
    ],
  );
  assert.deepEqual([instrument.baseAssetId, instrument.quoteAssetId], [1, 2]);
  assert.equal(lane.featureStaleAfterNs, 10e9);
  assert.deepEqual(
    lane.agents.map(({ sharePpm }) => sharePpm),
    [400_000, 600_000],
  );
  assert.deepEqual([lane.epoch, lane.startWallMs], [7, facts.startWallMs]);
  assert.equal(lane.limits.instruments[0]?.referenceAgeMaxNs, 5e9);
});

test("a decimal that the instrument cannot hold, and an asset that nobody defines, are told by key", () => {
  const precise = changed("instruments.0.lotSize", "0.000000001") as Configuration;
  assert.throws(
    () => laneConfigurationOf(precise, facts),
    /instruments\.0\.lotSize: "0\.000000001" has more than 8 decimals/,
  );
  const large = changed("instruments.0.limits.positionMax", "999999999999") as Configuration;
  assert.throws(() => laneConfigurationOf(large, facts), /instruments\.0\.limits\.positionMax/);
  const foreign = changed("risk.grossNotionalMax", { EUR: "5" }) as Configuration;
  assert.throws(() => laneConfigurationOf(foreign, facts), /EUR/);
});

test("[S1] outside of development a configuration without keyring or floor is refused by key", () => {
  const trust = { keyring: "keyring.json", floorDirectory: "floor", moduleDirectory: null };
  for (const environment of ["staging", "production"]) {
    const label = environment === "production" ? "production" : "testnet";
    const bare = changed("venue.key.label", label) as Record<string, unknown>;
    bare["environment"] = environment;
    assert.throws(
      () => parseConfiguration(bare, "host.json"),
      /trust\.keyring: is needed[\s\S]*trust\.floorDirectory: is needed/,
    );
    bare["trust"] = { ...trust, floorDirectory: null };
    assert.throws(
      () => parseConfiguration(bare, "host.json"),
      /: {0,2}\n {2}trust\.floorDirectory: is needed.*$/,
    );
    bare["trust"] = trust;
    assert.deepEqual(parseConfiguration(bare, "host.json").trust, trust);
  }
});

test("trust that is left out is none", () => {
  const none = { keyring: null, floorDirectory: null, moduleDirectory: null };
  const bare = changed("trust", undefined) as Record<string, unknown>;
  Reflect.deleteProperty(bare, "trust");
  assert.deepEqual(parseConfiguration(bare, "host.json").trust, none);
});

test("[O6] a key of another environment is refused by its path", () => {
  for (const [environment, label, isTaken] of [
    ["development", "simulation", true],
    ["development", "testnet", true],
    ["development", "production", false],
    ["staging", "testnet", true],
    ["staging", "production", false],
    ["production", "production", true],
    ["production", "testnet", false],
    ["production", "simulation", false],
  ] as const) {
    const whole = changed("venue.key.label", label) as Record<string, unknown>;
    whole["environment"] = environment;
    whole["trust"] = { keyring: "keyring.json", floorDirectory: "floor", moduleDirectory: null };
    const parse = (): unknown => parseConfiguration(whole, "host.json");
    if (isTaken) assert.doesNotThrow(parse, `${environment} ${label}`);
    else assert.throws(parse, /venue\.key\.label: is /, `${environment} ${label}`);
  }
});

test("[O3] the keys that venue.key has replaced are refused, with what to write instead", () => {
  const old = changed("venue.privateKeyFile", "key.pem") as { venue: Record<string, unknown> };
  old.venue["apiKey"] = "k";
  Reflect.deleteProperty(old.venue, "key");
  assert.throws(
    () => parseConfiguration(old, "host.json"),
    /"privateKeyFile" is retired; write "key": \{"apiKey": "…", "from": \{"file": "PATH"\}[\s\S]*"apiKey" has moved/,
  );
});

test("a key comes from exactly one place, in one of three forms", () => {
  for (const from of [
    { file: "key.pem" },
    { environment: "BINANCE_KEY" },
    { command: ["/usr/bin/vault", "read", "x"] },
    { command: ["/usr/bin/vault"], passes: ["HOME", "VAULT_ADDR"] },
  ])
    assert.doesNotThrow(() => parseConfiguration(changed("venue.key.from", from), "host.json"));
  for (const from of [
    {},
    "key.pem",
    { file: "" },
    { file: "key.pem", environment: "KEY" },
    { environment: "A=B" },
    { command: "vault read x" },
    { command: ["vault", "read"] },
    { command: [] },
    { file: "key.pem", passes: ["HOME"] },
  ])
    assert.throws(
      () => parseConfiguration(changed("venue.key.from", from), "host.json"),
      /venue\.key\.from/,
      JSON.stringify(from),
    );
  assert.throws(
    () => parseConfiguration(changed("venue.key.from", { pem: "x" }), "host.json"),
    /venue\.key\.from: must be \{"file": "PATH"\}/,
  );
});
