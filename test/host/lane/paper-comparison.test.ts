import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import {
  ExecType,
  FeatureVector,
  OrderEvent,
  OrdStatus,
  Side,
  TimeInForce,
} from "../../../abi/host/index.ts";
import type { LoadedPlugin } from "../../../host/engine/index.ts";
import { ShadowCount, SlotCounter } from "../../../host/engine/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { IntentRefusal } from "../../../host/execution/orders/index.ts";
import type { PaperAccount } from "../../../host/execution/paper/index.ts";
import { PaperTotal } from "../../../host/execution/paper/index.ts";
import { PluginChangeError, stateDigest } from "../../../host/lane/index.ts";
import type { FieldValues } from "../../support/record-writer.ts";
import { writeRecord } from "../../support/record-writer.ts";
import {
  ASK,
  BID,
  cancelIntent,
  intent,
  LaneUnderTest,
  sends,
  signal,
  SIZE,
  TICK,
} from "../../support/lane-under-test.ts";
import { PluginSwaps } from "../../support/plugin-swaps.ts";
import { order, puppetModules, puppetVariant, received } from "../../support/puppet-plugins.ts";
import { Deed } from "../../support/puppet-source.ts";

const VECTOR = FeatureVector.templateId;
const LOW = BID - 50 * TICK;
const CANCELED = [OrdStatus.CANCELED, ExecType.CANCELED];

let modules: Map<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
  modules.set("agent-deaf", await puppetVariant("agent", "agent-deaf", { reads: ["FeatureVector"] }));
});

let under: LaneUnderTest;
let swaps: PluginSwaps;
let candidate: LoadedPlugin;
let trades = 0;
beforeEach(() => {
  under = LaneUnderTest.ready(modules);
  swaps = new PluginSwaps(under, modules);
  candidate = swaps.instance("one");
});

/** A candidate of the same module, with the same memory, beside "one". */
function shadow(): void {
  swaps.change("shadow", "one", candidate);
  under.forget();
  received(candidate);
}
/** Live agent and candidate answer the next FeatureVector with these. */
function both(live: readonly Uint8Array[], beside: readonly Uint8Array[]): readonly unknown[] {
  order(candidate, { records: beside, template: VECTOR });
  return sends(under.act("one", live));
}
/** The candidate parts, by a signal that the live agent does not give. */
function part(): void {
  both([], [signal()]);
  assert.equal(isParted(), true);
  received(candidate);
}
const isParted = (): boolean => under.lane.parts.agents.paper.parting.isParted[0] === 1;
const account = (side: "live" | "beside" = "beside"): PaperAccount =>
  under.lane.parts.agents.paper.parting[side][0] ?? assert.fail("no account");
const told = (plugin: Pick<LoadedPlugin, "u8"> = candidate, name = "OrderEvent"): Record<string, unknown>[] =>
  received(plugin).flatMap((record) => (record.name === name ? [record.fields] : []));
const brief = (list: readonly Record<string, unknown>[]): unknown[][] =>
  list.map(({ tag, ordStatus, execType }) => [tag, ordStatus, execType]);
const run = () => under.slot("one").shadow ?? assert.fail("nothing beside");
const newest = (): number => under.built.orders.lastIndex;
/** The venue reports what became of an order. */
function report(slot: number, changes: FieldValues): void {
  trades += 1;
  const { columns } = under.built.orders;
  const base = {
    instrumentId: 1,
    clientOrderEpoch: 7,
    venueOrderId: 900 + slot,
    tradeId: 0,
    price: columns.price[slot] ?? 0,
  };
  const record = writeRecord("ExecutionReport", {
    ...base,
    clientOrderSequence: columns.sequence[slot] ?? 0,
    orderQty: columns.quantity[slot] ?? 0,
    side: columns.side[slot] ?? 0,
    ...changes,
  });
  under.frame([record], Channel.ORDERS);
}
const accept = (slot: number): void =>
  report(slot, { execType: ExecType.NEW, ordStatus: OrdStatus.ACCEPTED });
function fill(slot: number): void {
  const quantity = under.built.orders.columns.quantity[slot] ?? 0;
  const price = under.built.orders.columns.price[slot] ?? 0;
  report(slot, {
    ...{ execType: ExecType.TRADE, ordStatus: OrdStatus.FILLED, tradeId: trades + 1 },
    ...{ lastQty: quantity, cumQty: quantity, lastPrice: price },
  });
}
const live = (): number => {
  const { positions } = under.built;
  return positions.quantity[positions.rowOf(0, 0)] ?? 0;
};

test("while its outputs are equal a candidate shares the live agent's orders, events and position", () => {
  shadow();
  both([intent({ tag: 5 })], [intent({ tag: 5 })]);
  fill(newest());
  under.quote();
  assert.equal(isParted(), false);
  assert.deepEqual(brief(told(candidate)), brief(told(under.slot("one"))));
  assert.equal(run().counts[ShadowCount.EQUAL], run().counts[ShadowCount.CALLS]);
  assert.equal(live(), SIZE);
});

test("at the first difference the candidate is told that the open orders are canceled, the oldest first, and both accounts begin with the live position", () => {
  shadow();
  for (const tag of [9, 3, 6]) both([intent({ tag, price: LOW })], [intent({ tag, price: LOW })]);
  both([intent({ tag: 7 })], [intent({ tag: 7 })]);
  under.act("two", [intent({ tag: 99, price: LOW })]);
  fill(under.built.orders.findByTag(0, 7));
  received(candidate);
  under.at(4e6);
  both([intent({ tag: 20, price: LOW })], [intent({ tag: 21, price: LOW })]);
  const events = told();
  assert.deepEqual(brief(events), [
    ...[9, 3, 6].map((tag) => [tag, ...CANCELED]),
    [21, OrdStatus.ACCEPTED, ExecType.NEW],
  ]);
  for (const event of events) assert.equal(Number(event["position"]), SIZE);
  const fields = { price: LOW, quantity: SIZE, cumQty: 0, lastQty: 0, timeNs: 4e6 };
  for (const [name, value] of Object.entries(fields)) assert.equal(Number(events[0]?.[name]), value, name);
  assert.deepEqual([events[0]?.["side"], events[0]?.["instrumentId"]], [Side.BUY, 1]);
  for (const side of ["live", "beside"] as const) {
    assert.deepEqual([account(side).position[0], account(side).resting], [SIZE, 1], side);
    assert.equal(account(side).cash[0], -(SIZE * (BID + ASK)) / 2, side);
    assert.equal(account(side).totals[PaperTotal.ORDERS], 1, side);
  }
  assert.equal(under.built.orders.open.count, 5, "the live agent's orders are open as before");
});

test("what the live agent was still to be told when they parted the candidate is told as well", () => {
  shadow();
  both([intent({ tag: 5 })], [intent({ tag: 5 })]);
  const slot = newest();
  received(candidate);
  order(under.slot("one"), { records: [signal()], template: OrderEvent.templateId });
  const record = (changes: FieldValues): Buffer =>
    writeRecord("ExecutionReport", {
      ...{
        instrumentId: 1,
        clientOrderEpoch: 7,
        venueOrderId: 1,
        price: BID,
        orderQty: SIZE,
        side: Side.BUY,
      },
      ...{ clientOrderSequence: under.built.orders.columns.sequence[slot] ?? 0, ...changes },
    });
  under.frame(
    [
      record({ execType: ExecType.NEW, ordStatus: OrdStatus.ACCEPTED }),
      record({
        ...{ execType: ExecType.TRADE, ordStatus: OrdStatus.FILLED, tradeId: 77 },
        ...{ lastQty: SIZE, cumQty: SIZE, lastPrice: BID },
      }),
    ],
    Channel.ORDERS,
  );
  assert.equal(isParted(), true);
  assert.deepEqual(brief(told()), [
    [5, OrdStatus.ACCEPTED, ExecType.NEW],
    [5, OrdStatus.FILLED, ExecType.TRADE],
  ]);
  assert.equal(account().position[0], SIZE);
});

test("a parted candidate hears of its own orders and shows its own position, the live agent of its own: nobody of the other's", () => {
  shadow();
  part();
  under.forget();
  assert.equal(both([intent({ tag: 5 })], [intent({ tag: 6, price: ASK })]).length, 1);
  assert.deepEqual(brief(told()), [
    [6, OrdStatus.ACCEPTED, ExecType.NEW],
    [6, OrdStatus.FILLED, ExecType.TRADE],
  ]);
  accept(newest());
  assert.deepEqual(told(), []);
  under.quote();
  assert.deepEqual(
    told(candidate, "FeatureVector").map(({ position }) => Number(position)),
    [SIZE],
  );
  const mine = received(under.slot("one"));
  assert.deepEqual(
    mine.flatMap(({ name, fields }) => (name === "FeatureVector" ? [Number(fields["position"])] : [])),
    [0, 0],
  );
  assert.deepEqual(
    mine.flatMap(({ name, fields }) => (name === "OrderEvent" ? [fields["tag"]] : [])),
    [5],
  );
  assert.equal(live(), 0);
});

test("calls that are withheld from a parted candidate are not compared", () => {
  shadow();
  part();
  const calls = run().counts[ShadowCount.CALLS];
  both([intent({ tag: 5 })], []);
  accept(newest());
  fill(newest());
  assert.equal(run().counts[ShadowCount.CALLS], (calls ?? 0) + 1);
});

test("a resting paper order fills before the agent is shown the price, and its answer is taken", () => {
  shadow();
  part();
  both([], [intent({ tag: 6, price: LOW })]);
  received(candidate);
  order(candidate, {
    records: [
      intent({ tag: 7, side: Side.SELL, price: ASK, timeInForce: TimeInForce.IOC }),
      cancelIntent(66),
    ],
    template: OrderEvent.templateId,
  });
  under.quote(1, LOW - TICK, LOW);
  const seen = received(candidate).map(({ name, fields }) => [
    name,
    fields["tag"],
    fields["execType"],
    Number(fields["position"]),
  ]);
  assert.deepEqual(seen, [
    ["OrderEvent", 6, ExecType.TRADE, SIZE],
    ["OrderEvent", 7, ExecType.NEW, SIZE],
    ["OrderEvent", 7, ExecType.EXPIRED, SIZE],
    ["OrderEvent", 66, ExecType.DENIED, SIZE],
    ["FeatureVector", undefined, undefined, SIZE],
  ]);
});

test("a cancel of what was shared until the very call of the parting is answered once, as canceled", () => {
  shadow();
  both([intent({ tag: 5, price: LOW })], [intent({ tag: 5, price: LOW })]);
  received(candidate);
  both([], [cancelIntent(5), cancelIntent(6)]);
  assert.deepEqual(brief(told()), [
    [5, ...CANCELED],
    [6, OrdStatus.DENIED, ExecType.DENIED],
  ]);
  both([], [cancelIntent(5)]);
  assert.equal(told()[0]?.["reason"], IntentRefusal.UNKNOWN_TAG);
});

test("what is no order is denied on paper with the host's own codes", () => {
  shadow();
  part();
  const list = [intent({ tag: 6, quantity: 0 }), intent({ tag: 7, instrumentId: 9 })];
  both([], list);
  assert.deepEqual(
    told().map(({ tag, reason, execType }) => [tag, reason, execType]),
    [
      [6, IntentRefusal.MALFORMED_INTENT, ExecType.DENIED],
      [7, IntentRefusal.UNKNOWN_INSTRUMENT, ExecType.DENIED],
    ],
  );
});

test("[P10] a candidate that answers each event with an intent is stopped alone, and its paper orders go", () => {
  shadow();
  part();
  both([], [intent({ tag: 8, price: LOW })]);
  order(candidate, { records: [cancelIntent(404)], keep: true });
  const calls = run().slot.counters[SlotCounter.CALLS] ?? 0;
  assert.equal(sends(under.act("one", [intent({ tag: 5 })])).length, 1);
  assert.equal(run().slot.state, "faulted");
  assert.match(run().slot.lastFault?.reason ?? "", /more events in one step/);
  assert.equal((run().slot.counters[SlotCounter.CALLS] ?? 0) - calls, 1 + 1 + 64);
  assert.deepEqual(
    [account().resting, under.slot("one").state, under.slot("one").lastFault],
    [0, "running", null],
  );
  assert.equal(under.lane.parts.agents.paper.parting.events.count, 0);
  assert.equal(sends(under.act("one", [intent({ tag: 55 })])).length, 1);
});

test("[P10] a candidate whose answers have more events than there is room for is stopped alone, before it is told any more", () => {
  shadow();
  part();
  order(candidate, {
    records: Array.from({ length: 24 }, (_, index) => cancelIntent(400 + index)),
    keep: true,
  });
  const calls = run().slot.counters[SlotCounter.CALLS] ?? 0;
  under.quote();
  assert.match(run().slot.lastFault?.reason ?? "", /more events in one step/);
  assert.ok((run().slot.counters[SlotCounter.CALLS] ?? 0) - calls < 60);
  assert.equal(under.slot("one").state, "running");
});

test("a candidate that fails when it is told is stopped alone, one that fails in the call that differs is not parted", () => {
  shadow();
  both([], [intent({ tag: 8, price: LOW }), intent({ tag: 9, price: LOW - TICK })]);
  order(candidate, { deed: Deed.ABORT, template: OrderEvent.templateId });
  under.quote(1, LOW - TICK, LOW);
  assert.deepEqual([run().slot.state, account().resting, isParted()], ["faulted", 0, true]);
  swaps.change("settle", "one");
  candidate = swaps.instance("one");
  shadow();
  order(candidate, { deed: Deed.ABORT, template: VECTOR });
  under.quote();
  assert.deepEqual([run().slot.state, isParted(), under.slot("one").state], ["faulted", false, "running"]);
});

test("a candidate whose live agent is stopped is parted, so that it does not wait for what that one would have been told", () => {
  shadow();
  both([intent({ tag: 5, price: LOW })], [intent({ tag: 5, price: LOW })]);
  received(candidate);
  const bad = writeRecord("Quote", {});
  both([bad], [bad]);
  assert.equal(under.slot("one").state, "faulted");
  assert.equal(isParted(), true);
  assert.deepEqual(brief(told()), [[5, ...CANCELED]]);
  under.quote();
  assert.deepEqual(told(candidate, "FeatureVector"), []);
});

test("one that is parted already trades no further when its live agent is stopped: it keeps its orders, and no price fills them", () => {
  shadow();
  part();
  both([], [intent({ tag: 6, price: LOW })]);
  received(candidate);
  both([writeRecord("Quote", {})], []);
  assert.equal(under.slot("one").state, "faulted");
  received(candidate);
  under.quote(1, LOW - TICK, LOW);
  assert.deepEqual(received(candidate), []);
  assert.deepEqual([account().resting, account().totals[PaperTotal.ORDERS]], [1, 1]);
  swaps.change("promote", "one");
  assert.deepEqual(brief(told()), [[6, ...CANCELED]]);
});

test("a candidate that never differed goes live without a word: it knows its orders, whatever the one before it did", () => {
  shadow();
  part();
  swaps.change("settle", "one");
  candidate = swaps.instance("one");
  shadow();
  both([intent({ tag: 5, price: LOW })], [intent({ tag: 5, price: LOW })]);
  received(candidate);
  swaps.change("promote", "one");
  assert.deepEqual(received(candidate), []);
});

test("a predecessor on probation is never parted: it takes over with the real orders in mind", () => {
  const { promoted, predecessor } = swaps.probation("one");
  received(predecessor);
  under.act("one", [intent({ tag: 5 })]);
  accept(newest());
  under.quote();
  assert.ok((run().counts[ShadowCount.MISSING] ?? 0) > 0);
  assert.equal(isParted(), false);
  assert.deepEqual(brief(told(predecessor)), [[5, OrdStatus.ACCEPTED, ExecType.NEW]]);
  assert.equal(promoted, under.slot("one").plugin);
});

test("one that goes live is told that its paper orders are canceled, then of its real ones; its answers are dropped and the position is real", () => {
  shadow();
  both([intent({ tag: 5, price: LOW })], [intent({ tag: 5, price: LOW })]);
  part();
  both([intent({ tag: 6 })], [intent({ tag: 7, price: LOW }), intent({ tag: 8, price: ASK })]);
  fill(newest());
  received(candidate);
  order(candidate, { records: [intent({ tag: 50 }), signal()], template: OrderEvent.templateId, keep: true });
  assert.deepEqual([account().position[0], account("live").position[0], live()], [SIZE, 0, SIZE]);
  both([intent({ tag: 61, side: Side.SELL, price: ASK })], []);
  fill(newest());
  received(candidate);
  assert.deepEqual(swaps.change("promote", "one"), []);
  const events = told();
  assert.deepEqual(brief(events), [
    [7, ...CANCELED],
    [5, OrdStatus.PENDING_NEW, ExecType.NEW],
  ]);
  for (const { position } of events) assert.equal(Number(position), 0);
  assert.equal(under.built.orders.findByTag(0, 50) < 0, true);
  order(candidate, {});
  under.quote();
  assert.deepEqual(
    told(candidate, "FeatureVector").map(({ position }) => Number(position)),
    [0],
  );
  accept(under.built.orders.findByTag(0, 5));
  assert.deepEqual(brief(told()), [[5, OrdStatus.ACCEPTED, ExecType.NEW]]);
  assert.equal(isParted(), false);
  assert.equal(run().filter, null, "the predecessor is shown what is real");
});

test("a promotion is refused where the candidate fails when it is told what is real, and the live agent has noticed nothing", () => {
  shadow();
  both([intent({ tag: 5, price: LOW })], [intent({ tag: 5, price: LOW })]);
  part();
  const digest = stateDigest(under.built);
  order(candidate, { deed: Deed.ABORT, template: OrderEvent.templateId });
  assert.throws(
    () => swaps.change("promote", "one"),
    (error) => error instanceof PluginChangeError && error.code === "SANDPIT_PLUGIN_FIRST_RECORDS",
  );
  assert.deepEqual(stateDigest(under.built), digest);
  assert.equal(sends(under.act("one", [intent({ tag: 55 })])).length, 1);
});

test("a candidate that does not read OrderEvent trades on paper without being told", () => {
  swaps.change("replace", "one", swaps.instance("one", "agent-deaf"));
  candidate = swaps.instance("one");
  shadow();
  both([], [intent({ tag: 6, price: ASK })]);
  assert.deepEqual([isParted(), account().position[0]], [true, SIZE]);
  under.quote();
  const seen = received(candidate).map(({ name, fields }) => [name, Number(fields["position"])]);
  assert.deepEqual(seen, [
    ["FeatureVector", 0],
    ["FeatureVector", SIZE],
  ]);
  assert.deepEqual(swaps.change("promote", "one"), []);
  assert.deepEqual(told(), []);
});

test("each new run begins together, with nothing of the last one's orders", () => {
  shadow();
  part();
  both([], [intent({ tag: 6, price: LOW })]);
  swaps.change("settle", "one");
  candidate = swaps.instance("one");
  shadow();
  assert.deepEqual([isParted(), account().resting, account().totals[PaperTotal.ORDERS]], [false, 0, 0]);
  both([intent({ tag: 5 })], [intent({ tag: 5 })]);
  accept(newest());
  assert.deepEqual(brief(told()), [[5, OrdStatus.ACCEPTED, ExecType.NEW]]);
});
