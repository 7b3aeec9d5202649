import assert from "node:assert/strict";
import { before, test } from "node:test";
import { FeatureVector, OrdStatus, RiskCheck, SignalPool } from "../../../abi/host/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { DenialCode, TradingMode } from "../../../host/execution/risk/index.ts";
import { RecordType } from "../../../host/journal/index.ts";
import { ControlAction, LaneCounter } from "../../../host/lane/index.ts";
import { VenueCode } from "../../../host/lane/venue-stage.hot.ts";
import { BID, commandOf, intent, LaneUnderTest, sends, signal, TICK } from "../../support/lane-under-test.ts";
import type { SeenEffect } from "../../support/lane-under-test.ts";
import { PluginSwaps } from "../../support/plugin-swaps.ts";
import type { Orders, PuppetPlace } from "../../support/puppet-plugins.ts";
import { order, puppetModules, puppetNames, puppetVariant } from "../../support/puppet-plugins.ts";
import { Deed } from "../../support/puppet-source.ts";
import { writeRecord } from "../../support/record-writer.ts";

let modules: Map<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
  const limits = { gasBase: 20_000, gasPerByte: 16, initGas: 1_000_000, callDepth: 32, pages: 4, outputs: 1 };
  for (const kind of ["agent", "feature"] as const) {
    const name = `${puppetNames[kind]}-narrow`;
    modules.set(name, await puppetVariant(kind, name, { version: "1.1.0", limits }));
  }
});

const update = (fields: Readonly<Record<string, number>>): Buffer =>
  writeRecord("FeatureUpdate", { value: 2, instrumentId: 1, output: 0, ...fields });
const combined = (fields: Readonly<Record<string, number>>): Buffer =>
  writeRecord("CombinedSignal", {
    score: 0.1,
    confidence: 0.2,
    timeToLiveNs: 1e9,
    instrumentId: 1,
    ...fields,
  });
const verdict = (code: number): Buffer => writeRecord("RiskVerdict", { code });
const stray = writeRecord("Timer", {});
const torn = Buffer.from([64, 0, 22, 0, 0, 0, 0, 0]);

/** What the first event of a promoted plugin is, and what its predecessor makes of it. */
interface Scene {
  readonly slot: string;
  readonly template: number;
  /** What a sound plugin writes; what it does by itself when left out. */
  readonly sound: readonly Uint8Array[] | null;
  readonly event: (under: LaneUnderTest) => SeenEffect[];
  /** What it may be found out for: its records, and what the text then says. */
  readonly forgeries: readonly (readonly [string, readonly Uint8Array[], RegExp])[];
}

const scenes: readonly Scene[] = [
  {
    slot: "one",
    template: FeatureVector.templateId,
    sound: [intent({ tag: 5 }), signal({ score: 0.25 })],
    event: (under) => under.quote(),
    forgeries: [
      ["a torn record", [intent({ tag: 9 }), torn], /whole records/],
      ["a NaN", [intent({ tag: 9 }), signal({ score: Number.NaN })], /not finite/],
      ["too many records", [1, 2, 3, 4, 5].map((tag) => intent({ tag: tag + 8 })), /more records/],
      ["a record of another kind", [intent({ tag: 9 }), stray], /may not write/],
    ],
  },
  {
    slot: "feature",
    template: 10,
    sound: null,
    event: (under) => under.quote(),
    forgeries: [
      ["a torn record", [update({ output: 1 }), torn], /whole records/],
      ["a NaN", [update({ output: 1 }), update({ value: Number.NaN })], /not finite/],
      [
        "an infinity about another instrument",
        [update({ instrumentId: 2 }), update({ value: Infinity })],
        /not finite/,
      ],
      ["too many records", [1, 0, 1, 0, 1].map((output) => update({ output })), /more records/],
      ["a record of another kind", [update({ output: 1 }), stray], /may not write/],
    ],
  },
  {
    slot: "ensemble",
    template: SignalPool.templateId,
    sound: null,
    event: (under) => under.act("one", [signal({ score: 0.3 })]),
    forgeries: [
      ["a torn record", [torn], /may not write/],
      ["a NaN", [combined({ score: Number.NaN })], /not finite/],
      ["two records", [combined({}), combined({})], /may not write/],
    ],
  },
  {
    slot: "venue",
    template: 32,
    sound: null,
    event: (under) => under.act("one", [intent({ tag: 5 })]),
    forgeries: [
      ["a torn record", [torn], /whole records/],
      ["a record of another kind", [stray], /may not write/],
    ],
  },
  { slot: "venue", template: 3, sound: null, event: (under) => under.quote(), forgeries: [] },
];

const sameAs = ({ template, sound }: Scene): Orders => (sound === null ? {} : { records: sound, template });

/** All that an event and what follows it left behind. */
function remains(under: LaneUnderTest, scene: Scene): unknown {
  const { built, lane, journal } = under;
  const follow = (): SeenEffect[] => [...under.quote(2), ...under.act("two", [signal(), intent({ tag: 6 })])];
  const effects = [...scene.event(under), ...follow(), ...under.quote()];
  const counters = [...lane.counters];
  counters[LaneCounter.STEPS] = 0;
  const { columns } = built.orders;
  return {
    effects,
    counters,
    features: lane.parts.featureTable.columns.map((column) => [...column]),
    signals: lane.parts.pool.columns.map((column) => [...column]),
    orders: [[...columns.status], [...columns.price], [...columns.tag], [...columns.agent]],
    heard: ["FeatureVector", "CombinedSignal", "OrderEvent"].map((name) => under.given("two", name)),
    mode: under.mode,
    journal: journal.records.filter(
      ({ type, channel }) => type !== RecordType.INPUT_CONTROL || channel !== ControlAction.PLUGIN,
    ),
  };
}

/** What comes of the scene with one plugin, never swapped. */
function unswapped(scene: Scene): unknown {
  const under = LaneUnderTest.ready(modules);
  under.at(5e6);
  order(under.slot(scene.slot), sameAs(scene));
  return remains(under, scene);
}

/** A promoted plugin that does as it is told at its first event, with a predecessor that is sound. */
function struck(scene: Scene, orders: Orders): { readonly under: LaneUnderTest; readonly remains: unknown } {
  const under = LaneUnderTest.ready(modules);
  under.at(5e6);
  new PluginSwaps(under, modules).probation(scene.slot);
  const beside: PuppetPlace = new PluginSwaps(under, modules).beside(scene.slot);
  order(beside, sameAs(scene));
  order(under.slot(scene.slot), { ...orders, template: scene.template });
  return { under, remains: remains(under, scene) };
}

function assertRolledBack(under: LaneUnderTest, name: string, reason: RegExp): void {
  const slot = under.slot(name);
  assert.deepEqual([slot.state, slot.rollbacks, slot.generation, slot.shadow], ["running", 1, 3, null]);
  assert.match(slot.rolledBackFault?.reason ?? "", reason);
  assert.equal(slot.rolledBackFault?.generation, 2);
}

for (const scene of scenes) {
  const at = `${scene.slot} (record ${scene.template})`;
  for (const [title, deed, reason] of [
    ["traps", Deed.UNREACHABLE, /unreachable/],
    ["loops for ever", Deed.LOOP, /out of gas/],
  ] as const)
    test(`[H2] ${at}: a promoted plugin that ${title} at its first event is as if it had never been`, () => {
      const records = [intent({ tag: 9 }), update({ output: 1 })];
      const { under, remains: left } = struck(scene, { deed, records });
      assertRolledBack(under, scene.slot, reason);
      assert.deepEqual(left, unswapped(scene));
    });

  for (const [title, records, reason] of scene.forgeries)
    test(`[H2] ${at}: a promoted plugin in whose first answer the host finds ${title} is as if it had never been`, () => {
      const { under, remains: left } = struck(scene, { records });
      assertRolledBack(under, scene.slot, reason);
      assert.deepEqual(left, unswapped(scene));
    });
}

test("[H2] where the predecessor's answer is refused as well, the plugin is stopped for good", () => {
  for (const [slot, template, records] of [
    ["one", 21, [signal({ score: Number.NaN })]],
    ["feature", 10, [update({ value: Number.NaN })]],
    ["ensemble", 23, [combined({ score: 2 })]],
    ["venue", 32, [stray]],
  ] as const) {
    const under = LaneUnderTest.ready(modules);
    const swaps = new PluginSwaps(under, modules);
    const [resting] = sends(under.act("one", [intent({ tag: 7, price: BID - 3 * TICK })]));
    swaps.probation(slot);
    for (const place of [under.slot(slot), swaps.beside(slot)]) order(place, { records, template });
    if (slot !== "one") order(under.slot("one"), { records: [signal(), intent({ tag: 8 })], template: 21 });
    const sent = sends(under.quote());
    assert.deepEqual([under.slot(slot).state, under.slot(slot).rollbacks], ["faulted", 1], slot);
    const status = under.status(resting?.a ?? -1);
    if (slot === "one") assert.deepEqual([sent.length, sent[0]?.a], [1, resting?.a], "its order is canceled");
    if (slot === "venue")
      assert.deepEqual([under.venueMode(), status], [TradingMode.HALTED, OrdStatus.UNKNOWN]);
    if (slot === "feature") assert.equal(under.given("two", "FeatureVector").at(-1)?.["freshMask"], 0);
  }
});

const ruleFaults: readonly (readonly [string, Orders])[] = [
  ["traps", { deed: Deed.UNREACHABLE }],
  ["answers beyond its codes", { records: [verdict(1_000)] }],
  ["answers twice", { records: [verdict(0), verdict(0)] }],
];
for (const [title, orders] of ruleFaults)
  test(`[H2] a rule on probation that ${title} denies the order and stops trading, with its predecessor back in place`, () => {
    const under = LaneUnderTest.ready(modules);
    new PluginSwaps(under, modules).probation("rule");
    order(under.slot("rule"), { ...orders, template: RiskCheck.templateId });
    assert.deepEqual(sends(under.act("one", [intent({ tag: 5 })])), []);
    assert.equal(under.given("one", "OrderEvent").at(-1)?.["reason"], DenialCode.RULE_FAULT);
    assert.equal(under.mode, TradingMode.CANCEL_ONLY);
    const slot = under.slot("rule");
    assert.deepEqual([slot.state, slot.rollbacks, slot.generation, slot.shadow], ["running", 1, 3, null]);
    under.arm();
    order(slot, { records: [verdict(17)], template: RiskCheck.templateId });
    assert.deepEqual(sends(under.act("one", [intent({ tag: 6 })])), []);
    assert.equal(under.given("one", "OrderEvent").at(-1)?.["reason"], 1_017);
    assert.equal(sends(under.act("one", [intent({ tag: 7 })])).length, 1);
  });

for (const channel of [Channel.MARKET, Channel.ORDERS])
  test(`[H2] a codec on probation whose frame on channel ${channel} is found out halfway: what was given out stays, the rest is lost like a refused frame`, () => {
    for (const deed of [Deed.NONE, Deed.REFUSE]) {
      const under = LaneUnderTest.ready(modules);
      const swaps = new PluginSwaps(under, modules);
      swaps.probation("venue");
      const records = [under.quoteRecord(1, BID - TICK), stray, under.quoteRecord(1, BID - 2 * TICK)];
      order(under.slot("venue"), { records, template: 3 });
      // A predecessor that refuses the frame runs all the same.
      order(swaps.beside("venue"), { deed, template: deed === Deed.NONE ? 99 : 3 });
      const { counters } = under.lane;
      const [quotes = 0, refused = 0] = [counters[LaneCounter.QUOTES], counters[LaneCounter.FRAMES_REFUSED]];
      assert.deepEqual(sends(under.frame([under.quoteRecord()], channel)), []);
      assertRolledBack(under, "venue", /may not write/);
      assert.equal(counters[LaneCounter.QUOTES], quotes + 1);
      assert.equal(counters[LaneCounter.FRAMES_REFUSED], refused + 1);
      assert.equal(under.lane.lastRefusal, VenueCode.PARTLY_TAKEN);
      const isOrders = channel === Channel.ORDERS;
      assert.equal(under.venueMode(), isOrders ? TradingMode.CANCEL_ONLY : TradingMode.ACTIVE);
      assert.ok(under.lane.parts.market.feeds.every((feed) => feed.isValid));
      if (!isOrders) assert.equal(sends(under.act("one", [intent({ tag: 5 })])).length, 1);
    }
  });

test("[H2] a plugin that may write less than its predecessor is held to its own limit, and the predecessor again to its own", () => {
  const cases = [
    ["one", 21, [intent({ tag: 5 }), intent({ tag: 6, price: BID - TICK })]],
    ["feature", 10, [update({ value: 4 }), update({ value: 5, output: 1 })]],
  ] as const;
  for (const [slot, template, records] of cases) {
    const under = LaneUnderTest.ready(modules);
    const swaps = new PluginSwaps(under, modules);
    swaps.probation(slot, `puppet-${slot === "one" ? "agent" : "feature"}-narrow`);
    for (const place of [under.slot(slot), swaps.beside(slot)]) order(place, { records, template });
    const sent = sends(under.quote());
    assertRolledBack(under, slot, /more records/);
    if (slot === "one") assert.equal(sent.length, 2);
    else assert.deepEqual([...under.lane.parts.featureTable.values.subarray(0, 2)], [4, 5]);
    order(under.slot(slot), { records: records.slice(0, 2), template });
    under.quote();
    assert.equal(under.slot(slot).state, "running");
  }
});

test("[H2] [P10] an agent on probation that floods is replaced by its predecessor, which is not charged with the flood", () => {
  const under = LaneUnderTest.ready(modules);
  const { predecessor } = new PluginSwaps(under, modules).probation("one");
  const [resting] = sends(under.act("one", [intent({ tag: 5, price: BID - TICK })]));
  order(under.slot("one"), { records: [3, 4].map((tag) => intent({ tag, quantity: 0 })), keep: true });
  const effects = under.quote();
  assertRolledBack(under, "one", /more events/);
  assert.equal(under.slot("one").plugin, predecessor);
  assert.deepEqual(
    sends(effects).map(({ a }) => a),
    [resting?.a],
    "the order is canceled",
  );
  assert.equal(sends(under.act("one", [intent({ tag: 6 })])).length, 1);
});

test("[H2] [P10] an agent on probation that misses an event takes its predecessor with it: that has missed it too", () => {
  const under = LaneUnderTest.ready(modules);
  const [sent] = sends(under.act("one", [intent({ tag: 5 })]));
  assert.ok(sent !== undefined);
  new PluginSwaps(under, modules).probation("one");
  const { events } = under.lane.parts;
  // The host's own row: nobody is called for it.
  while (events.claim(under.built.orders.agentsMax) >= 0) continue;
  const { sequence, epoch, side, price, quantity } = commandOf(sent);
  const asked = { price, orderQty: quantity, side, instrumentId: 1, clientOrderEpoch: epoch };
  const state = {
    venueOrderId: 9_001,
    execType: 1,
    ordStatus: OrdStatus.ACCEPTED,
    orderType: 1,
    timeInForce: 1,
  };
  under.frame(
    [writeRecord("ExecutionReport", { ...asked, ...state, clientOrderSequence: sequence })],
    Channel.ORDERS,
  );
  const slot = under.slot("one");
  assert.deepEqual([slot.state, slot.rollbacks, slot.shadow], ["faulted", 0, null]);
  assert.match(slot.lastFault?.reason ?? "", /more events/);
  assert.equal(under.slot("two").state, "running");
});
