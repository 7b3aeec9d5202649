import assert from "node:assert/strict";
import { before, test } from "node:test";
import { FeatureVector, OrdStatus, RiskCheck, SignalPool } from "../../../abi/host/index.ts";
import { FaultCode } from "../../../host/engine/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { DenialCode, rearmOrder, TradingMode } from "../../../host/execution/risk/index.ts";
import { LaneCounter } from "../../../host/lane/index.ts";
import {
  ASK,
  BID,
  cancelIntent,
  commandOf,
  intent,
  LaneUnderTest,
  puppetConfiguration,
  sends,
  signal,
  TICK,
} from "../../support/lane-under-test.ts";
import { order, puppetModules } from "../../support/puppet-plugins.ts";
import { Deed } from "../../support/puppet-source.ts";
import { writeRecord } from "../../support/record-writer.ts";
import { buildModule, pluginParts } from "../engine/module-builder.ts";
import { sampleManifest, withDescription } from "../engine/sample-module.ts";

/** What any plugin may do, whatever its kind: the title, the deed, and how the engine has to call it. */
const deeds: readonly (readonly [title: string, deed: number, code: number, reason: RegExp])[] = [
  ["[P1] loops for ever", Deed.LOOP, FaultCode.GAS, /gas/],
  ["[P3] recurses without end", Deed.RECURSE, FaultCode.DEPTH, /too deep/],
  ["[P8] writes out of bounds", Deed.WRITE_OUT_OF_BOUNDS, FaultCode.TRAP, /out of bounds/],
  [
    "[P21] aborts with a long text of escapes",
    Deed.ABORT,
    FaultCode.TRAP,
    /^abort: on purpose \\u001b\[31mx/,
  ],
  ["[P13] traps", Deed.UNREACHABLE, FaultCode.TRAP, /unreachable/],
  ["[P13] divides by zero", Deed.DIVIDE_BY_ZERO, FaultCode.TRAP, /division by zero/],
  ["[P21] forges the pointer of its abort message", Deed.FORGE_ABORT_MESSAGE, FaultCode.TRAP, /unreachable/],
  ["[P9] makes an integer of a NaN", Deed.CONVERT_NAN, FaultCode.TRAP, /not representable/],
  ["[P13] calls what is no function", Deed.BAD_INDIRECT_CALL, FaultCode.TRAP, /table|indirect/],
];

const header = (blockLength: number, templateId: number, bytes = 8): Buffer => {
  const record = Buffer.alloc(bytes);
  record.writeUInt16LE(blockLength, 0);
  record.writeUInt16LE(templateId, 2);
  return record;
};

/** Bytes that are no sequence of records. */
const malformed: readonly (readonly [string, Buffer])[] = [
  ["a block longer than what was written", header(64, 22)],
  ["a block that is no multiple of 8", header(44, 22, 56)],
  ["a block shorter than its record", header(32, 22, 40)],
  ["no block at all", header(0, 22)],
  ["an id of no record", header(8, 21_000, 16)],
  ["the id 0 of no record", header(0, 0)],
  ["a block beyond any record's", header(0xfff8, 22)],
  [
    "a forged length of bytes behind a block",
    Buffer.concat([header(8, 33), Buffer.from([255, 255, 255, 127, 0, 0, 0, 0])]),
  ],
  [
    "a group with a forged count",
    Buffer.concat([header(32, 12, 40), Buffer.from([16, 0, 0, 0, 255, 255, 255, 255])]),
  ],
];

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

const ready = (): LaneUnderTest => LaneUnderTest.ready(modules);

/** The other agent still gets an order out. */
function assertTradesOn(under: LaneUnderTest, agent = "two", tag = 77): void {
  const sent = sends(under.act(agent, [intent({ tag, price: BID - tag * TICK })]));
  assert.equal(sent.length, 1);
  assert.equal(under.built.orders.columns.price[sent[0]?.a ?? -1], BID - tag * TICK);
}

function assertStopped(under: LaneUnderTest, name: string, code: number, reason: RegExp): void {
  const { state, lastFault } = under.slot(name);
  assert.ok(state === "faulted" && lastFault !== null);
  assert.equal(lastFault.code, code, lastFault.reason);
  assert.match(lastFault.reason, reason);
  assert.ok(lastFault.reason.length < 800 && !lastFault.reason.includes("\u001b"));
}

for (const [title, deed, code, reason] of deeds) {
  test(`${title}: an agent is stopped, its outputs of that event dropped, its orders canceled, and the other trades on`, () => {
    const under = ready();
    const resting = sends(under.act("one", [intent({ tag: 5 }), signal()]));
    assert.equal(resting.length, 1);
    assert.ok(under.lane.parts.pool.isAlive(0, 0, under.lane.nowNs));
    order(under.slot("one"), { deed, records: [intent({ tag: 6 })], template: FeatureVector.templateId });
    const canceled = sends(under.quote());
    assertStopped(under, "one", code, reason);
    assert.deepEqual(
      canceled.map((sent) => [sent.a, commandOf(sent).action]),
      [[resting[0]?.a, 2]],
    );
    assert.ok(!under.lane.parts.pool.isAlive(0, 0, under.lane.nowNs));
    assert.equal(under.lane.counters[LaneCounter.AGENT_FAULTS], 1);
    assert.equal(under.mode, TradingMode.ACTIVE);
    assertTradesOn(under);
  });

  test(`${title}: a feature kernel is stopped, its values are stale at once, and agents see them as not fresh`, () => {
    const under = ready();
    under.quote();
    assert.deepEqual(
      under.given("one", "FeatureVector").map(({ freshMask }) => freshMask),
      [1],
    );
    order(under.slot("feature"), { deed, records: [update({ value: 1 })] });
    under.quote();
    assertStopped(under, "feature", code, reason);
    for (const agent of ["one", "two"]) {
      const [vector] = under.given(agent, "FeatureVector").slice(-1);
      assert.deepEqual(
        [vector?.["freshMask"], (vector?.["values"] as readonly number[] | undefined)?.[0]],
        [0, 0],
      );
    }
    assert.equal(under.slot("one").state, "running");
  });

  test(`${title}: an ensemble is stopped, there is no combined signal, and agents trade on`, () => {
    const under = ready();
    under.act("one", [signal()]);
    assert.equal(under.given("two", "CombinedSignal").length, 1);
    order(under.slot("ensemble"), { deed, records: [combined({})], template: SignalPool.templateId });
    under.act("one", [signal({ score: 0.7 })]);
    assertStopped(under, "ensemble", code, reason);
    under.act("one", [signal({ score: 0.9 })]);
    assert.deepEqual(under.given("two", "CombinedSignal"), []);
    assertTradesOn(under);
  });

  test(`${title}: a risk rule is stopped, the order is denied, and the host goes to CANCEL_ONLY until a person re-arms it`, () => {
    const under = ready();
    const resting = sends(under.act("one", [intent({ tag: 5 })]));
    order(under.slot("rule"), { deed, records: [verdict(0)], template: RiskCheck.templateId });
    assert.deepEqual(sends(under.act("one", [intent({ tag: 6, price: BID - TICK })])), []);
    assertStopped(under, "rule", code, reason);
    assert.equal(under.mode, TradingMode.CANCEL_ONLY);
    assert.equal(under.given("one", "OrderEvent").at(-1)?.["reason"], DenialCode.RULE_FAULT);
    assert.deepEqual(sends(under.act("two", [intent({ tag: 7 })])), []);
    assert.equal(under.given("two", "OrderEvent").at(-1)?.["reason"], DenialCode.MODE_CANCEL_ONLY);
    // Cancels still flow, and a re-armed host without the rule denies on.
    assert.equal(sends(under.act("one", [cancelIntent(5)]))[0]?.a, resting[0]?.a);
    under.arm();
    assert.deepEqual(sends(under.act("two", [intent({ tag: 8 })])), []);
    assert.equal(under.mode, TradingMode.CANCEL_ONLY);
  });

  test(`${title}: a venue codec is stopped on a frame, books are invalid, orders unknown, and the host halts`, () => {
    const under = ready();
    const [resting] = sends(under.act("one", [intent({ tag: 5 })]));
    order(under.slot("venue"), { deed, records: [under.quoteRecord()], template: 3 });
    under.forget();
    assert.deepEqual(sends(under.frame([under.quoteRecord()])), []);
    assertStopped(under, "venue", code, reason);
    assertUnavailable(under, resting?.a ?? -1);
  });

  test(`${title}: a venue codec is stopped on an order, which is denied, and the venue is unavailable in the same step`, () => {
    const under = ready();
    const [resting] = sends(under.act("one", [intent({ tag: 5 })]));
    order(under.slot("venue"), { deed, template: 32 });
    assert.deepEqual(sends(under.act("one", [intent({ tag: 6, price: BID - TICK })])), []);
    assertStopped(under, "venue", code, reason);
    assert.equal(under.given("one", "OrderEvent").at(-1)?.["reason"], DenialCode.ENCODE_FAILED);
    assert.equal(under.venueMode(), TradingMode.HALTED);
    under.lane.onTimer();
    assertUnavailable(under, resting?.a ?? -1);
  });
}

/** What follows from a venue without its codec. */
function assertUnavailable(under: LaneUnderTest, resting: number): void {
  assert.deepEqual([under.mode, under.venueMode()], [TradingMode.ACTIVE, TradingMode.HALTED]);
  assert.ok(under.lane.parts.market.feeds.every((feed) => !feed.isValid));
  assert.equal(under.status(resting), OrdStatus.UNKNOWN);
  assert.equal(under.given("one", "FeatureVector").at(-1)?.["freshMask"], 0);
  assert.equal(under.slot("one").state, "running");
}

/** Has one puppet write records where it is called, with an agent that asks for an order and publishes in the same step. */
function strike(name: string, records: readonly Uint8Array[]): LaneUnderTest {
  const under = ready();
  if (name !== "one") order(under.slot("one"), { records: [signal(), intent()], template: 21 });
  order(under.slot(name), { records, template: callOf[name] ?? 0 });
  if (name === "venue") under.frame([under.quoteRecord()]);
  else under.quote();
  return under;
}

const callOf: Readonly<Record<string, number>> = { one: 21, feature: 10, ensemble: 23, rule: 40, venue: 3 };

for (const [title, bytes] of malformed) {
  test(`[P8] ${title}: whoever writes it is stopped, and nothing of that call counts`, () => {
    const agent = strike("one", [signal(), intent(), bytes]);
    assertStopped(agent, "one", FaultCode.OUTPUT, /whole records/);
    assert.deepEqual(
      [agent.built.orders.open.count, agent.lane.parts.pool.isAlive(0, 0, agent.lane.nowNs)],
      [0, false],
    );
    assertStopped(
      strike("feature", [update({ value: 1 }), bytes]),
      "feature",
      FaultCode.OUTPUT,
      /whole records/,
    );
    assertStopped(strike("ensemble", [bytes]), "ensemble", FaultCode.OUTPUT, /record/);
    const rule = strike("rule", [bytes]);
    assertStopped(rule, "rule", FaultCode.OUTPUT, /verdict/);
    assert.equal(rule.built.orders.open.count, 0);
    const venue = strike("venue", [bytes]);
    assertStopped(venue, "venue", FaultCode.OUTPUT, /whole records/);
    assert.equal(venue.venueMode(), TradingMode.HALTED);
  });
}

test("[P13] a record that its kind may not write stops the plugin", () => {
  const stray = writeRecord("Timer", {});
  assertStopped(strike("one", [intent(), stray]), "one", FaultCode.OUTPUT, /may not write/);
  assertStopped(strike("feature", [stray]), "feature", FaultCode.OUTPUT, /may not write/);
  assertStopped(strike("ensemble", [stray]), "ensemble", FaultCode.OUTPUT, /may not write/);
  assertStopped(
    strike("ensemble", [combined({}), combined({})]),
    "ensemble",
    FaultCode.OUTPUT,
    /may not write/,
  );
  assertStopped(strike("rule", [stray]), "rule", FaultCode.OUTPUT, /verdict/);
  const venue = strike("venue", [venueQuote(9), stray]);
  assertStopped(venue, "venue", FaultCode.OUTPUT, /may not write/);
  assert.equal(venue.venueMode(), TradingMode.HALTED);
});

test("[P10] more records in one call than the manifest allows stop the plugin, and none of them counts", () => {
  const many = Array.from({ length: 5 }, (_, index) => intent({ tag: index + 1, price: BID - index * TICK }));
  const under = strike("one", many);
  assertStopped(under, "one", FaultCode.OUTPUT, /more records/);
  assert.equal(under.built.orders.open.count, 0);
  const updates = Array.from({ length: 5 }, () => update({ value: 1 }));
  assertStopped(strike("feature", updates), "feature", FaultCode.OUTPUT, /more records/);
});

test("[P9] a value that is not finite, out of range, or about an unknown instrument stops the plugin that wrote it", () => {
  for (const value of [Number.NaN, Infinity, -Infinity])
    assertStopped(strike("feature", [update({ value })]), "feature", FaultCode.OUTPUT, /not finite/);
  for (const fields of [
    { instrumentId: 0 },
    { instrumentId: 3 },
    { instrumentId: 0xffff_ffff },
    { output: 2 },
  ])
    assertStopped(strike("feature", [update(fields)]), "feature", FaultCode.OUTPUT, /unknown/);
  for (const fields of [
    { score: Number.NaN },
    { score: 1.0000001 },
    { score: -Infinity },
    { confidence: Number.NaN },
    { confidence: -0.0001 },
    { confidence: 1e300 },
    { timeToLiveNs: 0 },
    { timeToLiveNs: -1 },
    { timeToLiveNs: 2n ** 62n },
    { instrumentId: 3 },
    { instrumentId: 0 },
  ]) {
    // The intent stands before the signal: it must not leave either.
    const under = strike("one", [intent(), signal(fields)]);
    assertStopped(under, "one", FaultCode.OUTPUT, /not finite, out of range/);
    assert.equal(
      under.built.orders.open.count,
      0,
      JSON.stringify(fields, (_, value: unknown) => String(value)),
    );
  }
  for (const fields of [
    { score: Number.NaN },
    { score: 1.5 },
    { confidence: 2 },
    { confidence: Number.NaN },
    { timeToLiveNs: 0 },
    { timeToLiveNs: -5 },
    { instrumentId: 2 },
  ])
    assertStopped(strike("ensemble", [combined(fields)]), "ensemble", FaultCode.OUTPUT, /out of range/);
  for (const weight of [Number.NaN, -0.1, 1.1]) {
    const record = combined({});
    record.writeDoubleLE(weight, 8 + 24 + 15 * 8);
    assertStopped(strike("ensemble", [record]), "ensemble", FaultCode.OUTPUT, /out of range/);
  }
});

test("[P9] edges of a range are in it", () => {
  const under = strike("one", [
    signal({ score: -1, confidence: 1 }),
    signal({ score: 1, confidence: 0, instrumentId: 2 }),
  ]);
  assert.equal(under.slot("one").state, "running");
  const ensemble = strike("ensemble", [combined({ score: -1, confidence: 1, timeToLiveNs: 1 })]);
  assert.equal(ensemble.slot("ensemble").state, "running");
  assert.equal(ensemble.given("two", "CombinedSignal").length, 1);
});

test("[O7] a rule that answers nothing, twice, or beyond its codes has failed: silence is no approval", () => {
  for (const records of [[verdict(0), verdict(0)], [verdict(1000)], [verdict(0xffff_ffff)]]) {
    const under = strike("rule", records);
    assertStopped(under, "rule", FaultCode.OUTPUT, /verdict/);
    assert.deepEqual([under.mode, under.built.orders.open.count], [TradingMode.CANCEL_ONLY, 0]);
  }
});

test("[O7] a rule's own denial denies the order with its code and leaves trading on", () => {
  const under = strike("rule", [verdict(999)]);
  assert.equal(under.given("one", "OrderEvent").at(-1)?.["reason"], 1999);
  assert.deepEqual(
    [under.mode, under.built.rules.deniedBy, under.built.rules.denials[0]],
    [TradingMode.ACTIVE, 0, 1],
  );
  assertTradesOn(under);
});

test("[P10] an agent that answers every event with another intent is stopped, and no other agent is", () => {
  const under = ready();
  order(under.slot("one"), { records: [intent({ tag: 1, quantity: 0 })], keep: true });
  order(under.slot("two"), { records: [intent({ tag: 2, quantity: 0 })], template: 21 });
  under.quote();
  assert.equal(under.slot("one").state, "faulted");
  assert.match(under.slot("one").lastFault?.reason ?? "", /more events/);
  assert.equal(under.slot("two").state, "running");
  assert.equal(under.given("two", "OrderEvent").length, 1);
  assertTradesOn(under);
});

test("[P10] deliveries are counted for each agent by itself: one's flood is not held against another", () => {
  const under = ready();
  for (const agent of ["one", "two"])
    order(under.slot(agent), { records: [intent({ tag: 1, quantity: 0 })], keep: true });
  under.quote();
  // Each asks once, and once more for each of its 256 deliveries.
  assert.equal(under.lane.counters[LaneCounter.INTENTS], 2 * 257);
});

test("[P10] a burst of intents within a step is denied beyond the bound, and only there", () => {
  const under = ready();
  order(under.slot("one"), { records: [1, 2, 3, 4].map((tag) => intent({ tag, quantity: 0 })), keep: true });
  under.quote();
  assert.ok((under.built.gate.denials[DenialCode.MALFORMED_INTENT] ?? 0) > 32);
  assert.equal(under.slot("one").state, "faulted");
});

test("[P11] an agent can neither cancel nor see another agent's order", () => {
  const under = ready();
  const [sent] = sends(under.act("one", [intent({ tag: 5 })]));
  assert.deepEqual(sends(under.act("two", [cancelIntent(5)])), []);
  assert.equal(under.status(sent?.a ?? -1), OrdStatus.PENDING_NEW);
  // It learns no more than that it has no such order; of its own it may use the same tag.
  assert.deepEqual(
    under.given("two", "OrderEvent").map(({ ordStatus, reason }) => [ordStatus, reason]),
    [[OrdStatus.DENIED, DenialCode.UNKNOWN_TAG]],
  );
  assert.equal(sends(under.act("two", [intent({ tag: 5, price: ASK - 2 * TICK })])).length, 1);
  // Nor can an agent cancel its order under the name of another instrument.
  assert.deepEqual(
    sends(under.act("one", [writeRecord("OrderIntent", { instrumentId: 2, tag: 5, action: 2 })])),
    [],
  );
});

test("[P22] a plugin that overwrites the host's words of its control block is found out at the next sample", () => {
  const under = ready();
  order(under.slot("one"), { deed: Deed.SPOIL_CONTROL_BLOCK, template: 21 });
  for (let count = 0; count < 1100 && under.slot("one").state === "running"; count++) under.quote();
  assert.equal(under.slot("one").lastFault?.code, FaultCode.GUARD);
  assertTradesOn(under);
});

test("a stopped feature that publishes on no input of an instrument is told to its agents by the next timer", () => {
  const under = ready();
  order(under.slot("feature"), { deed: Deed.UNREACHABLE, template: 50 });
  under.forget();
  under.lane.onTimer();
  for (const agent of ["one", "two"])
    assert.deepEqual(
      under.given(agent, "FeatureVector").map(({ freshMask, instrumentId }) => [instrumentId, freshMask]),
      [
        [1, 0],
        [2, 0],
      ],
    );
});

test("[M1] after the codec is stopped nothing is sent, even when the line comes back and a person re-arms", () => {
  const under = strike("venue", [header(12, 3, 24)]);
  under.lane.onLine(Channel.ORDERS, true);
  under.arm();
  assert.deepEqual(sends(under.act("one", [intent()])), []);
  const rearmed = rearmOrder("a tester", "all of it");
  for (const instrument of [0, 1])
    under.lane.onRearm(TradingMode.ACTIVE, rearmed, Buffer.from("{}"), instrument);
  assert.deepEqual(sends(under.act("one", [intent()])), []);
});

function update(fields: Readonly<Record<string, number>>): Buffer {
  return writeRecord("FeatureUpdate", { value: 2, instrumentId: 1, output: 0, ...fields });
}

function combined(fields: Readonly<Record<string, number>>): Buffer {
  return writeRecord("CombinedSignal", {
    score: 0.1,
    confidence: 0.2,
    timeToLiveNs: 1e9,
    instrumentId: 1,
    ...fields,
  });
}

function verdict(code: number): Buffer {
  return writeRecord("RiskVerdict", { code });
}

function venueQuote(updateId: number): Buffer {
  return writeRecord("Quote", {
    updateId,
    bidPrice: BID,
    bidSize: 1,
    askPrice: ASK,
    askSize: 1,
    instrumentId: 1,
  });
}

test("[P7] [P8] a forged length returned to the host stops the plugin, whatever it is", () => {
  // LEB128 of 0x7ffffff8, -8, 12 (no multiple of 8), and -2147483648; definitions, template 1, are answered with nothing.
  for (const forged of [[0xf8, 0xff, 0xff, 0xff, 0x07], [0x78], [0x0c], [0x80, 0x80, 0x80, 0x80, 0x78]]) {
    const body = [0x20, 0, 0x41, 1, 0x46, 0x04, 0x7f, 0x41, 0, 0x05, 0x41, ...forged, 0x0b, 0x0b];
    const bytes = buildModule(pluginParts(body));
    const agent = sampleManifest({
      name: "liar",
      kind: "agent",
      reads: ["FeatureVector"],
      writes: [],
      limits: { callDepth: 8 },
    });
    const rule = sampleManifest({
      name: "judge",
      kind: "risk",
      reads: ["RiskCheck"],
      writes: ["RiskVerdict"],
      limits: { callDepth: 8 },
    });
    const all = new Map([
      ...modules,
      ["liar", withDescription(bytes, agent)],
      ["judge", withDescription(bytes, rule)],
    ]);
    const placements = puppetConfiguration();
    const agents = [...placements.agents, { name: "liar", plugin: "liar", parameters: {}, sharePpm: 0 }];
    const under = LaneUnderTest.ready(all, { agents });
    assertStopped(under, "liar", FaultCode.OUTPUT, /returned -?\d+, a length is a multiple of 8/);
    assertTradesOn(under);
    const rules = [...placements.rules, { name: "judge", plugin: "judge", parameters: {} }];
    const ruled = LaneUnderTest.ready(all, { rules });
    assert.deepEqual(sends(ruled.act("one", [intent()])), []);
    assert.deepEqual([ruled.slot("judge").state, ruled.mode], ["faulted", TradingMode.CANCEL_ONLY]);
  }
});

test("a plugin that fails on the definitions before its first event is not let in", () => {
  const bytes = buildModule(pluginParts([0x00, 0x0b]));
  const liar = sampleManifest({
    name: "liar",
    kind: "risk",
    reads: ["RiskCheck"],
    writes: ["RiskVerdict"],
    limits: { callDepth: 8 },
  });
  const rules = [{ name: "rule", plugin: "liar", parameters: {} }];
  const all = new Map([...modules, ["liar", withDescription(bytes, liar)]]);
  assert.throws(
    () => new LaneUnderTest(all, { rules }),
    /plugin rule fails on its first records: unreachable/,
  );
});
