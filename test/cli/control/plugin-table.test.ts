import assert from "node:assert/strict";
import { test } from "node:test";
import { differencesText, pluginTable } from "../../../cli/control/plugin-table.ts";
import type { PluginView } from "../../../host/control/api/index.ts";

const counters = { calls: 1_234, outputBytes: 0, refusals: 0, gasMax: 0, faults: 0 };
const alone: PluginView = {
  slot: "hedge",
  kind: "ensemble",
  plugin: "hedge",
  version: "1.0.0",
  sha256: "00",
  trust: "unsigned",
  state: "running",
  placement: "inline",
  generation: 1,
  fault: null,
  beside: null,
  waiting: null,
  counters,
};
const besideOf = (more: Partial<NonNullable<PluginView["beside"]>>): PluginView => ({
  ...alone,
  slot: "momentum",
  kind: "agent",
  beside: {
    role: "candidate",
    plugin: "momentum",
    version: "1.0.1",
    sha256: "01",
    state: "running",
    fault: null,
    calls: 1_000,
    equal: 990,
    missing: 1,
    extra: 2,
    different: 7,
    differences: [],
    isParted: false,
    paper: [],
    ...more,
  },
});

test("a plugin on a thread of its own says so", () => {
  assert.match(pluginTable([{ ...alone, placement: "thread" }]), /running, thread/);
});

test("what runs beside a plugin has a row below it, with its comparison and what stopped it", () => {
  const text = pluginTable([
    alone,
    besideOf({}),
    besideOf({ state: "faulted", fault: "out of gas", isParted: true }),
  ]);
  const lines = text.split("\n").map((line) => line.replaceAll(/ {2,}/g, " | "));
  assert.deepEqual(lines, [
    "slot | kind | plugin | trust | state | calls | fault, or comparison",
    "hedge | ensemble | hedge 1.0.0 | unsigned | running | 1,234",
    "momentum | agent | hedge 1.0.0 | unsigned | running | 1,234",
    " | beside | candidate | momentum 1.0.1 | running | 1,000 | 990 equal, 1 missing, 2 extra, 7 different",
    "momentum | agent | hedge 1.0.0 | unsigned | running | 1,234",
    " | beside | candidate | momentum 1.0.1 | faulted | 1,000 | 990 equal, 1 missing, 2 extra, 7 different; on paper; out of gas",
    "",
  ]);
});

test("what was deployed and is shown nothing yet has a row as well", () => {
  const waiting = { plugin: "hedge", version: "1.1.0", sha256: "02", trust: "signed" };
  const text = pluginTable([{ ...alone, waiting }]).replaceAll(/ {2,}/g, " | ");
  assert.match(text, /^ \| waiting \| candidate \| hedge 1\.1\.0 \| signed \| shadow, promote or drop it$/m);
});

test("an empty slot and a fault are told in their row", () => {
  const text = pluginTable([
    { ...alone, plugin: null, version: null, trust: null, state: "empty" },
    { ...alone, state: "faulted", fault: "unreachable" },
  ]);
  assert.match(text, /^hedge +ensemble +\(empty\) +empty +1,234$/m);
  assert.match(text, /^hedge .* faulted +1,234 +unreachable$/m);
});

test("the first difference of each slot is told with both outputs, and nothing where all was equal", () => {
  const differences = [
    { call: 12, live: [], beside: ["Signal {}", "OrderIntent {}"] },
    { call: 13, live: ["code -5"], beside: [] },
  ];
  const side = { orders: 1_000, fills: 2, resting: 1, position: -0.01, profit: -1.239 };
  const paper = [
    { venue: "binance", symbol: "BTCUSDT", live: side, beside: { ...side, profit: null } },
    { venue: "binance", symbol: "ETHUSDT", live: { ...side, profit: -0.001 }, beside: side },
  ];
  assert.equal(
    differencesText([alone, besideOf({}), besideOf({ role: "predecessor", differences, paper })]),
    [
      "momentum: call 12 is the first that differs",
      "  live        (nothing)",
      "  predecessor Signal {}",
      "              OrderIntent {}",
      "  on paper    BTCUSDT live: 1,000 orders, 2 fills, 1 resting, position -0.01, profit -1.24",
      "  on paper    BTCUSDT predecessor: 1,000 orders, 2 fills, 1 resting, position -0.01, no price",
      "  on paper    ETHUSDT live: 1,000 orders, 2 fills, 1 resting, position -0.01, profit 0.00",
      "  on paper    ETHUSDT predecessor: 1,000 orders, 2 fills, 1 resting, position -0.01, profit -1.24",
      "",
    ].join("\n"),
  );
});
