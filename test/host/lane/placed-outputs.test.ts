import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ExecType, FeatureVector, OrderType, OrdStatus, TimeInForce } from "../../../abi/host/index.ts";
import { FaultCode, PlacedKind, placedEntry, voidPort } from "../../../host/engine/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { DenialCode, rearmOrder, TradingMode } from "../../../host/execution/risk/index.ts";
import { RecordType } from "../../../host/journal/index.ts";
import {
  buildLane,
  INSTRUMENT_SHIFT,
  LINE_UP,
  MORE_FOLLOW,
  inlinePlacements,
  LaneCounter,
  placedNames,
  stateDigest,
} from "../../../host/lane/index.ts";
import type { BuiltLane } from "../../../host/lane/index.ts";
import type { LaneUnderTest, SeenEffect } from "../../support/lane-under-test.ts";
import { cancelIntent, commandOf, intent, SECOND_NS, sends, signal } from "../../support/lane-under-test.ts";
import { turn } from "../../support/local-threads.ts";
import { placedConfiguration, PlacedLane } from "../../support/placed-lane.ts";
import { PluginSwaps } from "../../support/plugin-swaps.ts";
import { order, puppetModules, received } from "../../support/puppet-plugins.ts";
import { Deed } from "../../support/puppet-source.ts";
import { writeRecord } from "../../support/record-writer.ts";
import { ScriptedJournal } from "../../support/scripted-journal.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

/** The venue reports that an order is gone. */
function canceledReport(sent: SeenEffect): Buffer {
  const { sequence, epoch, side, price, quantity } = commandOf(sent);
  return writeRecord("ExecutionReport", {
    venueOrderId: 9_000 + sequence,
    price,
    orderQty: quantity,
    instrumentId: 1,
    clientOrderEpoch: epoch,
    clientOrderSequence: sequence,
    execType: ExecType.CANCELED,
    ordStatus: OrdStatus.CANCELED,
    side,
    orderType: OrderType.LIMIT,
    timeInForce: TimeInForce.GTC,
  });
}

/** A failed plugin goes on with what it knew. */
function resume(under: PlacedLane, name: string): void {
  const entry = placedEntry(PlacedKind.RESUMED, { generation: 1, timeNs: 0, code: 0, text: "" });
  under.lane.onPlaced(under.indexOf(name), entry, 0, entry.length);
}

const counted = ({ lane }: LaneUnderTest, counter: number): number => lane.counters[counter] ?? 0;

/** Has a placed agent ask for what the records say, at the next quote; what that leads to once its thread has run. */
function act(
  under: PlacedLane,
  agent: string,
  records: readonly Uint8Array[],
): ReturnType<PlacedLane["settle"]> {
  order(under.threads.slot(agent), { records, template: FeatureVector.templateId });
  assert.deepEqual(sends(under.quote()), []);
  return under.settle();
}

test("an agent on a thread trades: the step that it decides on ends without it, and its intent is an input of its own", () => {
  const under = new PlacedLane(modules, ["one"]);
  const steps = counted(under, LaneCounter.STEPS);
  const [sent] = sends(act(under, "one", [intent({ tag: 9 })]));
  assert.equal(counted(under, LaneCounter.STEPS), steps + 2);
  assert.equal(under.journal.records.filter(({ type }) => type === RecordType.INPUT_PLUGIN).length, 1);
  assert.equal(under.status(sent?.a ?? -1), OrdStatus.PENDING_NEW);
  assert.equal(counted(under, LaneCounter.PLACED_OUTPUTS), 1);
});

test("a feature on a thread moves its agents when its value comes, not when its record went", () => {
  const under = new PlacedLane(modules, ["feature"]);
  under.forget();
  under.quote();
  assert.equal(under.given("one", "FeatureVector").length, 0);
  under.settle();
  assert.equal(under.given("one", "FeatureVector").length, 1);
});

test("an ensemble on a thread combines the pool, and agents are shown it", () => {
  const under = new PlacedLane(modules, ["ensemble"]);
  const combined = counted(under, LaneCounter.COMBINED);
  under.act("one", [signal()]);
  assert.equal(under.given("two", "CombinedSignal").length, 0);
  under.settle();
  assert.equal(under.given("two", "CombinedSignal").length, 1);
  assert.equal(counted(under, LaneCounter.COMBINED), combined + 1);
});

test("a signal of an agent on a thread is combined in the step that takes it", () => {
  const under = new PlacedLane(modules, ["one"]);
  act(under, "one", [signal()]);
  assert.equal(under.given("two", "CombinedSignal").length, 1);
});

test("[T3] an order that was decided on an input older than its agent may take is denied with a code of its own, and the agent is told", () => {
  const under = new PlacedLane(modules, ["one"]);
  assert.equal(sends(act(under, "one", [intent({ tag: 1 })])).length, 1);
  order(under.threads.slot("one"), {
    records: [intent({ tag: 2 }), signal()],
    template: FeatureVector.templateId,
  });
  under.quote();
  received(under.threads.slot("one"));
  under.at(SECOND_NS + 1);
  const denied = under.built.gate.denials[DenialCode.STALE_DECISION] ?? 0;
  assert.deepEqual(sends(under.settle()), []);
  assert.equal(under.built.gate.denials[DenialCode.STALE_DECISION], denied + 1);
  assert.equal(counted(under, LaneCounter.PLACED_LATE), 1);
  assert.equal(under.lane.parts.pool.dirty[0], 0);
  const told = received(under.threads.slot("one")).filter(({ name }) => name === "OrderEvent");
  assert.deepEqual(
    told.map(({ fields }) => [fields["tag"], fields["reason"]]),
    [[2, DenialCode.STALE_DECISION]],
  );
});

test("[T3] a late cancel goes: it can only reduce what is at risk", () => {
  const under = new PlacedLane(modules, ["one"]);
  const [sent] = sends(act(under, "one", [intent({ tag: 1 })]));
  order(under.threads.slot("one"), { records: [cancelIntent(1)], template: FeatureVector.templateId });
  under.quote();
  under.at(30 * SECOND_NS);
  assert.equal(sends(under.settle()).length, 1);
  assert.equal(under.status(sent?.a ?? -1), OrdStatus.PENDING_CANCEL);
});

test("[H5] what another generation wrote is refused by its number, and so is what a stopped plugin wrote", () => {
  const under = new PlacedLane(modules, ["one"]);
  const index = under.indexOf("one");
  order(under.threads.slot("one"), { records: [intent()], template: FeatureVector.templateId });
  under.quote();
  under.threads.pump();
  const channel = under.channel("one");
  assert.ok(channel.next());
  const entry = Uint8Array.prototype.slice.call(channel.entry, 0, channel.entryBytes);
  const swaps = new PluginSwaps(under, modules);
  swaps.change("quarantine", "one");
  swaps.change("replace", "one", swaps.instance("one"));
  under.lane.onPlaced(index, entry, 0, entry.length);
  assert.deepEqual(sends(under.effects()), []);
  assert.equal(counted(under, LaneCounter.PLACED_REFUSED), 1);
  new PluginSwaps(under, modules).change("quarantine", "one");
  new Int32Array(entry.buffer)[6] = 2;
  under.lane.onPlaced(index, entry, 0, entry.length);
  assert.deepEqual(sends(under.effects()), []);
  assert.equal(counted(under, LaneCounter.PLACED_REFUSED), 2);
});

for (const [title, deed, code] of [
  ["[P1] loops for ever", Deed.LOOP, FaultCode.GAS],
  ["[P3] recurses without end", Deed.RECURSE, FaultCode.DEPTH],
  ["[P13] traps", Deed.UNREACHABLE, FaultCode.TRAP],
] as const)
  test(`${title} on a thread: an agent's signals are withdrawn and its orders canceled; it goes on with what it knew and learns what became of them`, async () => {
    const under = new PlacedLane(modules, ["one"]);
    const [sent] = sends(act(under, "one", [intent({ tag: 4 }), signal()]));
    assert.ok(sent !== undefined && under.lane.parts.pool.isAlive(0, 0, under.lane.nowNs));
    order(under.threads.slot("one"), { deed, template: FeatureVector.templateId });
    under.quote();
    assert.equal(under.slot("one").state, "running");
    const canceled = sends(under.settle());
    assert.equal(canceled.length, 1);
    assert.deepEqual([under.slot("one").state, under.slot("one").lastFault?.code], ["faulted", code]);
    assert.ok(!under.lane.parts.pool.isAlive(0, 0, under.lane.nowNs));
    await turn();
    under.frame([canceledReport(sent)], Channel.ORDERS);
    resume(under, "one");
    assert.deepEqual([under.slot("one").state, under.slot("one").generation], ["running", 2]);
    under.settle();
    const told = received(under.threads.slot("one")).filter(({ name }) => name === "OrderEvent");
    assert.deepEqual(told.map(({ fields }) => [fields["tag"], fields["ordStatus"]]).at(-1), [
      4,
      OrdStatus.CANCELED,
    ]);
    assert.equal(sends(act(under, "one", [intent({ tag: 5 })])).length, 1);
  });

test("a feature that fails on a thread turns stale at once, and an ensemble that fails leaves no combined signal", () => {
  const under = new PlacedLane(modules, ["feature", "ensemble"]);
  under.quote();
  under.settle();
  order(under.threads.slot("feature"), { deed: Deed.UNREACHABLE });
  order(under.threads.slot("ensemble"), { deed: Deed.UNREACHABLE });
  under.act("one", [signal()]);
  under.settle();
  assert.deepEqual([under.slot("feature").state, under.slot("ensemble").state], ["faulted", "faulted"]);
  under.forget();
  under.lane.onTimer();
  assert.equal(Number(under.given("one", "FeatureVector")[0]?.["freshMask"]) & 1, 0);
});

test("[P7] [P8] outputs that are no records, or none of the kind's, stop the plugin on its thread as they would in the lane", () => {
  const header = (length: number, template: number): Buffer => {
    const record = Buffer.alloc(16);
    record.writeUInt16LE(length, 0);
    record.writeUInt16LE(template, 2);
    return record;
  };
  for (const bad of [header(64, 22), header(8, 0), header(8, 21_000), writeRecord("Quote", {})]) {
    const under = new PlacedLane(modules, ["one"]);
    assert.deepEqual(sends(act(under, "one", [intent(), bad])), []);
    assert.deepEqual(
      [under.slot("one").state, under.slot("one").lastFault?.code],
      ["faulted", FaultCode.OUTPUT],
    );
  }
});

test("[P7] [P22] an entry with any kind, generation, length or code is taken or counted, and never thrown over", () => {
  const under = new PlacedLane(modules, ["one"]);
  const index = under.indexOf("one");
  for (let round = 0; round < 400; round++) {
    const entry = new Uint8Array(32 + 8 * (round % 5));
    const words = new Int32Array(entry.buffer);
    words.set([round * 77 - 900, (round % 6) - 1, 0, 0, 0, 0, round % 3, -1000 - (round % 12)]);
    under.lane.onPlaced(round % 9, entry, 0, entry.length - (round % 7));
  }
  under.lane.onPlaced(index, new Uint8Array(8), 0, 8);
  assert.ok(counted(under, LaneCounter.PLACED_REFUSED) > 200);
});

test("[R1] [P10] an agent that would miss an order event is stopped, and begins afresh with the orders that are open", () => {
  const under = new PlacedLane(modules, ["one"]);
  act(under, "one", [intent({ tag: 1 })]);
  const slot = under.slot("one");
  for (let count = 0; count < 900; count++) {
    slot.i32[slot.inboxWord] = 72 | (31 << 16);
    slot.invoke(31, 80);
  }
  assert.match(under.channel("one").look(0) ?? "", /full of order events/);
  slot.stop(FaultCode.THREAD, "its ring is full of order events");
  assert.equal(under.channel("one").canResume, false);
  const swaps = new PluginSwaps(under, modules);
  swaps.change("replace", "one", swaps.instance("one"));
  under.settle();
  const told = received(under.threads.slot("one")).filter(({ name }) => name === "OrderEvent");
  assert.deepEqual(
    told.map(({ fields }) => fields["tag"]),
    [1],
  );
});

test("what is not ready on the thread of a plugin is refused with the way out, and nothing changes", () => {
  const under = new PlacedLane(modules, ["one"]);
  const swaps = new PluginSwaps(under, modules);
  for (const action of ["shadow", "replace"] as const)
    assert.throws(() => swaps.change(action, "one", swaps.instance("one")), {
      code: "SANDPIT_PLUGIN_PLACED",
      message: /let the candidate be made ready there first/,
    });
  assert.deepEqual([under.slot("one").generation, under.slot("one").state], [1, "running"]);
  assert.equal(sends(act(under, "one", [intent()])).length, 1);
});

test("a lane beside which nothing can run refuses a placement, and runs every plugin itself when the placements are taken out", () => {
  const configuration = placedConfiguration(["one", "feature", "ensemble"]);
  assert.throws(
    () => buildLane(configuration, modules, new ScriptedJournal()),
    /placed on a thread.*take its placement/,
  );
  assert.deepEqual(placedNames(configuration), ["feature", "one", "ensemble"]);
  const inline = inlinePlacements(configuration);
  assert.deepEqual(placedNames(inline), []);
  assert.equal(inline.agents[0]?.sharePpm, 500_000);
  assert.ok(buildLane(inline, modules, new ScriptedJournal()).slots.every(({ isPlaced }) => !isPlaced));
});

/** Gives a lane that places nobody what another one's journal holds. */
function replayed(under: PlacedLane): BuiltLane {
  const built = buildLane(under.built.configuration, modules, new ScriptedJournal(), {
    openPort: () => voidPort,
  });
  const { lane } = built;
  for (const { type, channel, bytes, timeNs } of under.journal.records) {
    lane.nowNs[0] = timeNs;
    if (type === RecordType.INPUT_FRAME)
      lane.onFrame(
        channel & ((1 << INSTRUMENT_SHIFT) - 1),
        (channel & ~MORE_FOLLOW) >>> INSTRUMENT_SHIFT,
        bytes,
        0,
        bytes.length,
        (channel & MORE_FOLLOW) !== 0,
      );
    else if (type === RecordType.INPUT_TIMER) lane.onTimer();
    else if (type === RecordType.INPUT_CONNECTION)
      lane.onLine(channel & (LINE_UP - 1), (channel & LINE_UP) !== 0);
    else if (type === RecordType.INPUT_PLUGIN) lane.onPlaced(channel, bytes, 0, bytes.length);
    else if (type === RecordType.INPUT_CONTROL)
      lane.onRearm(TradingMode.ACTIVE, rearmOrder("a tester", "a test"), Buffer.from("{}"));
  }
  return built;
}

test("[P17] whatever the threads' timing was, the lane replays to the same state from its journal alone, without a thread", async () => {
  for (const pause of [1, 2, 5]) {
    const under = new PlacedLane(modules, ["one", "feature", "ensemble"]);
    for (let step = 0; step < 40; step++) {
      under.at(step * 20e6);
      const deed = step === 20 ? Deed.UNREACHABLE : 0;
      const records = deed === 0 ? [signal(), intent({ tag: step + 1 })] : [];
      order(under.threads.slot("one"), { records, deed, template: FeatureVector.templateId });
      under.quote(1 + (step % 2));
      if (step % pause === 0) under.settle();
      if (step % 10 === 0) under.lane.onTimer();
      await turn();
      if (step === 30) resume(under, "one");
    }
    under.settle();
    assert.ok(counted(under, LaneCounter.ORDERS_SENT) > 2);
    assert.deepEqual([under.slot("one").state, under.slot("one").generation], ["running", 2]);
    assert.deepEqual(Buffer.from(stateDigest(replayed(under))), Buffer.from(stateDigest(under.built)));
  }
});
