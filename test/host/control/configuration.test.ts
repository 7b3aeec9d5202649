import assert from "node:assert/strict";
import { test } from "node:test";
import type { Configuration } from "../../../host/control/configuration-shape.ts";
import { ConfigurationError, parseConfiguration } from "../../../host/control/configuration.ts";
import { laneConfigurationOf } from "../../../host/control/lane-configuration-of.ts";
import { instrumentName } from "../../../host/lane/index.ts";
import { sampleConfiguration } from "../../support/short-session.ts";
import { twoVenueConfiguration } from "../../support/two-venue-session.ts";

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
    ["venue", '(top level): unknown key "venue"'],
    ["venues.0.secret", 'venues.0: unknown key "secret"'],
    ["venues.0.marketUrl", 'venues.0: unknown key "marketUrl"'],
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
    ["venues.0.restUrl", "ftp://x"],
    ["venues.0.kind", "kraken"],
    ["features.staleAfterSeconds", 0],
    ["venues.0.messageRate.cancelReserve", 0],
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
    const bare = changed("venues.0.key.label", label) as Record<string, unknown>;
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
    const whole = changed("venues.0.key.label", label) as Record<string, unknown>;
    whole["environment"] = environment;
    whole["trust"] = { keyring: "keyring.json", floorDirectory: "floor", moduleDirectory: null };
    const parse = (): unknown => parseConfiguration(whole, "host.json");
    if (isTaken) assert.doesNotThrow(parse, `${environment} ${label}`);
    else assert.throws(parse, /venues\.0\.key\.label: is /, `${environment} ${label}`);
  }
});

test("[O3] the keys that a venue's key has replaced are refused, with what to write instead", () => {
  const old = changed("venues.0.privateKeyFile", "key.pem") as { venues: Record<string, unknown>[] };
  const [venue] = old.venues;
  Object.assign(venue ?? assert.fail(), { apiKey: "k" });
  Reflect.deleteProperty(venue ?? {}, "key");
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
    assert.doesNotThrow(() => parseConfiguration(changed("venues.0.key.from", from), "host.json"));
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
      () => parseConfiguration(changed("venues.0.key.from", from), "host.json"),
      /venues\.0\.key\.from/,
      JSON.stringify(from),
    );
  assert.throws(
    () => parseConfiguration(changed("venues.0.key.from", { pem: "x" }), "host.json"),
    /venues\.0\.key\.from: must be \{"file": "PATH"\}/,
  );
});

const second = (): Configuration => twoVenueConfiguration();

test("several venues may have one symbol, and a lane numbers them and their instruments in the file's order", () => {
  const configuration = parseConfiguration(structuredClone(second()), "host.json");
  const lane = laneConfigurationOf(configuration, facts);
  assert.deepEqual(
    lane.venues.map(({ name, plugin, feed, partBytes }) => [name, plugin, feed, partBytes]),
    [
      ["binance", "binance", "update-id", 0],
      ["other", "binance", "update-id", 0],
    ],
  );
  assert.deepEqual(
    lane.instruments.map((instrument, index) => [instrument.venueIndex, instrumentName(lane, index)]),
    [
      [0, "BTCUSDT.BINANCE"],
      [1, "BTCUSDT.OTHER"],
    ],
  );
  assert.deepEqual(
    lane.limits.messageRates.map(({ venueIndex, messagesMax }) => [venueIndex, messagesMax]),
    [
      [0, 200],
      [1, 200],
    ],
  );
  assert.deepEqual(lane.assets.length, 3, "an asset that both trade is one asset");
});

test("a venue of another kind has that kind's keys and books by its rules", () => {
  const given = second();
  const [binance] = given.venues;
  const { name, plugin, restUrl, key, messageRate } = binance ?? assert.fail();
  const coinbase = {
    ...{ name, plugin, restUrl, key, messageRate },
    kind: "coinbase",
    marketUrl: "wss://market",
    userUrl: "wss://user",
  };
  const mixed = { ...given, venues: [coinbase, given.venues[1]] };
  const lane = laneConfigurationOf(parseConfiguration(mixed, "x"), facts);
  assert.deepEqual(
    lane.venues.map(({ feed, partBytes }) => [feed, partBytes]),
    [
      ["sequenced", 131_072],
      ["update-id", 0],
    ],
  );
  const strange = { ...mixed, venues: [{ ...coinbase, streamUrl: "wss://x" }, given.venues[1]] };
  assert.throws(() => parseConfiguration(strange, "x"), /venues\.0: unknown key "streamUrl"/);
});

test("names that are used twice or lead nowhere are told by key [O3]", () => {
  const { venues, instruments, groups } = second();
  const [one, two] = instruments;
  const [venue] = venues;
  const [group] = groups;
  const cases: readonly (readonly [Partial<Record<keyof Configuration, unknown>>, RegExp])[] = [
    [{ venues: [venue, venue] }, /venues\.1\.name: is the name of another venue too/],
    [
      { instruments: [one, { ...two, venue: "none" }] },
      /instruments\.1\.venue: there is no venue "none"; name one of binance, other/,
    ],
    [{ instruments: [one, one], groups: [] }, /instruments\.1\.symbol: is configured twice at this venue/],
    [{ instruments: [one], groups: [] }, /venues\.1\.name: has no instrument/],
    [{ venues: [] }, /venues: /],
    [{ venues: [{ ...venue, name: "hedge" }] }, /venues\.0\.name: is the name of a plugin's place too/],
    [{ groups: [group, group] }, /groups\.1\.name: is the name of another group too/],
    [
      { groups: [{ ...group, instruments: ["BTCUSDT.BINANCE", "BTCUSDT"] }] },
      /groups\.0\.instruments: BTCUSDT is not configured/,
    ],
    [
      { groups: [{ ...group, instruments: ["BTCUSDT.OTHER", "BTCUSDT.OTHER"] }] },
      /groups\.0\.instruments: names an instrument twice/,
    ],
    [{ groups: [{ ...group, instruments: ["BTCUSDT.OTHER"] }] }, /groups\.0\.instruments: /],
    [
      { instruments: [one, { ...two, baseAsset: "ETH" }] },
      /groups\.0\.instruments: has the base assets BTC, ETH/,
    ],
  ];
  for (const [changes, told] of cases)
    assert.throws(() => parseConfiguration({ ...second(), ...changes }, "host.json"), told, String(told));
  const bare: Record<string, unknown> = { ...second() };
  Reflect.deleteProperty(bare, "groups");
  assert.deepEqual(parseConfiguration(bare, "host.json").groups, []);
});

const onThread = { on: "thread", overflow: "conflate" } as const;

test("a plugin is placed on a thread with its overflow policy alone, and what is left out has its default", () => {
  const parsed = parseConfiguration(changed("agents.0.placement", onThread), "host.json");
  const { agents, features, ensemble } = laneConfigurationOf(parsed, facts);
  assert.deepEqual(agents[0]?.placement, {
    on: "thread",
    overflow: "conflate",
    deadlineNs: 10e6,
    ringBytes: 262_144,
    decisionAgeMaxNs: 1e9,
  });
  assert.ok(
    [agents[1], ...features, ensemble].every((plugin) => plugin !== undefined && !("placement" in plugin)),
  );
});

test("features and the ensemble may be placed too, and inline is what is left out", () => {
  for (const path of ["features.plugins.2", "ensemble", "agents.1"]) {
    parseConfiguration(
      changed(`${path}.placement`, { ...onThread, overflow: "drop", ringKiB: 64 }),
      "host.json",
    );
    const inline = parseConfiguration(changed(`${path}.placement`, "inline"), "host.json");
    assert.deepEqual(laneConfigurationOf(inline, facts), laneConfigurationOf(sampleConfiguration, facts));
  }
});

test("a rule or a codec on a thread is refused, with the reason", () => {
  for (const path of ["risk.rules.0", "venues.0"])
    assert.throws(
      () => parseConfiguration(changed(`${path}.placement`, onThread), "host.json"),
      (error: unknown) =>
        error instanceof ConfigurationError &&
        error.message.includes(`${path}.placement: must be "inline" or left out`) &&
        error.message.includes("is needed within the step"),
      path,
    );
});

test("a placement without a policy, with an unknown key, or with a number out of its range is refused with the form that it should have", () => {
  for (const wrong of [
    "thread",
    { on: "thread" },
    { on: "process", overflow: "drop" },
    { ...onThread, overflow: "wait" },
  ])
    assert.throws(
      () => parseConfiguration(changed("agents.0.placement", wrong), "host.json"),
      /agents\.0\.placement: must be "inline", or an object with "on": "thread", "overflow": "conflate" or "drop"/,
      JSON.stringify(wrong),
    );
  for (const [key, value, told] of [
    ["ringKiB", 100, "must be a power of two"],
    ["ringKiB", 32, ">=64"],
    ["ringKiB", 131_072, "<=65536"],
    ["deadlineMs", 4, ">=5"],
    ["decisionAgeSecondsMax", 0, ">0"],
    ["priority", 1, 'unknown key "priority"'],
  ] as const)
    assert.throws(
      () => parseConfiguration(changed("agents.0.placement", { ...onThread, [key]: value }), "host.json"),
      (error: unknown) =>
        error instanceof ConfigurationError &&
        error.message.includes(key === "priority" ? "agents.0.placement: " : `agents.0.placement.${key}: `) &&
        error.message.includes(told),
      `${key} ${value}`,
    );
});
