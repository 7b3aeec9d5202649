import assert from "node:assert/strict";
import { before, test } from "node:test";
import { FeatureVector, OrdStatus, OrderEvent } from "../../../abi/host/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { DenialCode, rearmOrder, TradingMode } from "../../../host/execution/risk/index.ts";
import { ControlAction } from "../../../host/lane/index.ts";
import {
  BID,
  commandOf,
  delta,
  intent,
  LaneUnderTest,
  sends,
  signal,
  TICK,
} from "../../support/lane-under-test.ts";
import type { SeenEffect } from "../../support/lane-under-test.ts";
import { PluginSwaps } from "../../support/plugin-swaps.ts";
import { order, puppetModules, puppetVariant, received } from "../../support/puppet-plugins.ts";
import { writeRecord } from "../../support/record-writer.ts";

let modules: Map<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
  const variants = [
    ["agent", "agent-deaf", { reads: ["FeatureVector"] }],
    ["agent", "agent-crossed", { features: ["second", "first"] }],
    ["feature", "feature-deaf", { reads: ["Trade"] }],
  ] as const;
  for (const [kind, name, changes] of variants) modules.set(name, await puppetVariant(kind, name, changes));
});

function ready(): { readonly under: LaneUnderTest; readonly swaps: PluginSwaps } {
  const under = LaneUnderTest.ready(modules);
  return { under, swaps: new PluginSwaps(under, modules) };
}

const slots = ["venue", "feature", "one", "ensemble", "rule"] as const;

test("what a plugin reads holds for the one in place: after a replacement, and again after the next", () => {
  const { under, swaps } = ready();
  const heard = (): string[] => {
    under.act("two", [signal()]);
    under.lane.onTimer();
    return [...new Set(received(under.slot("one")).map(({ name }) => name))].sort();
  };
  assert.deepEqual(heard(), ["CombinedSignal", "FeatureVector", "Timer"]);
  swaps.change("replace", "one", swaps.instance("one", "agent-deaf"));
  assert.deepEqual(heard(), ["FeatureVector", "InstrumentDefinition"]);
  assert.deepEqual(heard(), ["FeatureVector"]);
  swaps.change("replace", "one", swaps.instance("one", "agent-crossed"));
  under.forget();
  under.quote();
  const [vector] = under.given("one", "FeatureVector");
  assert.ok(vector !== undefined);
  assert.deepEqual((vector["values"] as readonly number[]).slice(0, 2), [0, BID]);
  swaps.change("replace", "feature", swaps.instance("feature", "feature-deaf"));
  under.forget();
  under.quote();
  assert.deepEqual(received(under.slot("feature")), []);
  const trade = writeRecord("Trade", { price: BID, size: 1_000, instrumentId: 1, aggressorSide: 1 });
  under.frame([trade]);
  assert.deepEqual(
    received(under.slot("feature")).map(({ name }) => name),
    ["Trade"],
  );
});

test("[H5] what a candidate or a predecessor writes goes nowhere: not one order, signal, value or byte of it", () => {
  for (const beside of ["candidate", "predecessor"]) {
    const { under, swaps } = ready();
    for (const slot of slots) {
      if (beside === "candidate") swaps.change("shadow", slot, swaps.instance(slot));
      else swaps.probation(slot);
    }
    const foreign = {
      one: [intent({ tag: 66 }), signal({ score: -1 })],
      feature: [writeRecord("FeatureUpdate", { value: 666, instrumentId: 1 })],
      ensemble: [
        writeRecord("CombinedSignal", { score: -1, confidence: 1, timeToLiveNs: 9, instrumentId: 1 }),
      ],
      rule: [writeRecord("RiskVerdict", { code: 666 })],
      venue: [under.quoteRecord(1, 666 * TICK)],
    };
    for (const slot of slots) order(swaps.beside(slot), { records: foreign[slot], keep: true });
    const sent = sends(under.act("two", [intent({ tag: 7 }), signal({ score: 0.5 })]));
    assert.equal(sent.length, 1);
    assert.deepEqual(commandOf(sent[0] as SeenEffect).price, BID);
    assert.deepEqual(under.lane.parts.featureTable.values[0], BID);
    assert.equal(under.lane.parts.pool.isAlive(0, 0, under.lane.nowNs), false);
    assert.equal(under.given("two", "CombinedSignal").at(-1)?.["score"], 0.5);
    assert.equal(under.built.orders.open.count, 1);
    for (const slot of slots)
      assert.ok((under.slot(slot).shadow?.counts[0] ?? 0) > 0, `${slot} was shown nothing`);
  }
});

/** States of the world in which somebody might want a swap. */
const worlds: readonly (readonly [string, (under: LaneUnderTest) => void])[] = [
  ["the order line is down", (under) => under.lane.onLine(Channel.ORDERS, false)],
  ["the market line is down", (under) => under.lane.onLine(Channel.MARKET, false)],
  [
    "a book is invalid",
    (under) =>
      under.frame([delta({ firstUpdateId: 9e6, lastUpdateId: 9e6, instrumentId: 1, bids: [], asks: [] })]),
  ],
  ["a burst is half consumed", (under) => under.frame([under.quoteRecord()], Channel.MARKET, true)],
  ["the host is halted", (under) => under.control(ControlAction.RESTRICT, TradingMode.HALTED)],
];
for (const [title, enter] of worlds)
  test(`[H6] while ${title}, with orders open or unknown, every change is allowed and nothing is sent`, () => {
    for (const slot of slots) {
      const { under, swaps } = ready();
      for (const tag of [5, 6]) under.act("one", [intent({ tag, price: BID - tag * TICK })]);
      enter(under);
      const earlier = [...under.built.orders.columns.status];
      const effects = [
        ...swaps.change("shadow", slot, swaps.instance(slot)),
        ...swaps.change("promote", slot),
        ...swaps.change("rollback", slot),
        ...swaps.change("replace", slot, swaps.instance(slot), true),
        ...swaps.change("shadow", slot, swaps.instance(slot)),
        ...swaps.change("promote", slot),
        ...swaps.change("settle", slot),
      ];
      assert.deepEqual(effects, [], slot);
      assert.deepEqual([...under.built.orders.columns.status], earlier, slot);
      assert.equal(
        earlier.filter((status) => status === OrdStatus.UNKNOWN).length,
        title.includes("order") ? 2 : 0,
      );
    }
  });

test("an agent that begins afresh is told its own open orders, the oldest first; what it answers is dropped", () => {
  const { under, swaps } = ready();
  const prices = [4, 2, 3].map((ticks) => BID - ticks * TICK);
  prices.forEach((price, index) => under.act("one", [intent({ tag: 20 - index, price })]));
  under.act("two", [intent({ tag: 99, price: BID - 9 * TICK })]);
  under.lane.onLine(Channel.ORDERS, false);
  under.at(7e6);
  for (const action of ["shadow", "replace"] as const) {
    const candidate = swaps.instance("one");
    order(candidate, {
      records: [intent({ tag: 50 }), signal()],
      template: OrderEvent.templateId,
      keep: true,
    });
    assert.deepEqual(swaps.change(action, "one", candidate, true), []);
    const told = received(candidate).filter(({ name }) => name === "OrderEvent");
    assert.deepEqual(
      told.map(({ fields: { tag, price, ordStatus, timeNs } }) => [
        tag,
        Number(price),
        ordStatus,
        Number(timeNs),
      ]),
      prices.map((price, index) => [20 - index, price, OrdStatus.UNKNOWN, 7e6]),
    );
    assert.equal(under.built.orders.open.count, 4);
    assert.equal(under.lane.parts.pool.isAlive(0, 0, under.lane.nowNs), false);
    if (action === "shadow") swaps.change("settle", "one");
  }
  const same = swaps.instance("one");
  swaps.change("shadow", "one", same);
  assert.deepEqual(received(same), [], "one that takes over the state knows its orders");
});

test("a quarantine means for orders what a failure of that kind means", () => {
  const rest = (under: LaneUnderTest): number =>
    sends(under.act("one", [intent({ tag: 5, price: BID - TICK }), signal()]))[0]?.a ?? -1;
  for (const isSwapped of [false, true]) {
    const quarantined = (slot: string): { under: LaneUnderTest; resting: number; effects: SeenEffect[] } => {
      const { under, swaps } = ready();
      if (isSwapped) swaps.probation(slot);
      const resting = rest(under);
      const effects = swaps.change("quarantine", slot);
      const { state, lastFault, shadow: run, rollbacks } = under.slot(slot);
      assert.deepEqual([state, run, rollbacks], ["faulted", null, 0]);
      assert.equal(lastFault?.reason, "quarantined by a tester: a test");
      return { under, resting, effects };
    };
    const agent = quarantined("one");
    assert.deepEqual(
      sends(agent.effects).map((sent) => [sent.a, commandOf(sent).action]),
      [[agent.resting, 2]],
    );
    assert.equal(agent.under.lane.parts.pool.isAlive(0, 0, agent.under.lane.nowNs), false);
    assert.equal(agent.under.mode, TradingMode.ACTIVE);
    const venue = quarantined("venue");
    assert.deepEqual(
      [venue.under.venueMode(), venue.under.status(venue.resting)],
      [TradingMode.HALTED, OrdStatus.UNKNOWN],
    );
    assert.ok(venue.under.lane.parts.market.feeds.every((feed) => !feed.isValid));
    const rule = quarantined("rule").under;
    assert.equal(rule.mode, TradingMode.ACTIVE);
    assert.deepEqual(sends(rule.act("two", [intent({ tag: 6 })])), []);
    assert.equal(rule.given("two", "OrderEvent").at(-1)?.["reason"], DenialCode.RULE_FAULT);
    assert.equal(rule.mode, TradingMode.CANCEL_ONLY);
    const feature = quarantined("feature").under;
    feature.forget();
    feature.lane.onTimer();
    const told = feature.given("two", "FeatureVector").map(({ freshMask }) => freshMask);
    assert.deepEqual(told, [0, 0]);
    const ensemble = quarantined("ensemble").under;
    ensemble.forget();
    ensemble.act("two", [signal({ score: 0.9 })]);
    assert.deepEqual(ensemble.given("one", "CombinedSignal"), []);
    assert.equal(sends(ensemble.act("two", [intent({ tag: 6 })])).length, 1);
  }
});

test("a stopped plugin is replaced, and trades again where a person lets it", () => {
  for (const slot of slots) {
    const { under, swaps } = ready();
    swaps.change("quarantine", slot);
    const lent = under.built.pool.lentCount;
    swaps.change("replace", slot, swaps.instance(slot));
    assert.deepEqual(
      [under.slot(slot).state, under.slot(slot).lastFault, under.built.pool.lentCount],
      ["running", null, lent],
    );
    under.lane.onLine(Channel.ORDERS, true);
    under.lane.onLine(Channel.MARKET, true);
    for (const instrumentId of [1, 2]) if (slot === "venue") under.makeLive(instrumentId);
    under.arm();
    // A codec's end has halted its venue's instruments, which a person lets trade again one by one.
    const looked = rearmOrder("a tester", "looked at the venue");
    for (const instrument of slot === "venue" ? [0, 1] : [])
      under.lane.onRearm(TradingMode.ACTIVE, looked, Buffer.from("{}"), instrument);
    const sent = sends(under.act("one", [intent({ tag: 5 })]));
    assert.equal(sent.length, 1, slot);
    order(under.slot("two"), { records: [signal()], template: FeatureVector.templateId });
    under.forget();
    under.quote();
    assert.equal(under.given("one", "CombinedSignal").length, 1, slot);
  }
});
