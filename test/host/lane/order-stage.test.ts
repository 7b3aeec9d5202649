import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ExecType, LiquiditySide, OrdStatus, Side } from "../../../abi/host/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { DenialCode, rearmOrder, TradingMode } from "../../../host/execution/risk/index.ts";
import { JournalCode, RecordType } from "../../../host/journal/index.ts";
import { ControlAction, EffectKind, LaneCounter } from "../../../host/lane/index.ts";
import {
  ASK,
  BID,
  cancelIntent,
  commandOf,
  delta,
  intent,
  LaneUnderTest,
  puppetConfiguration,
  SECOND_NS,
  sends,
  SIZE,
  TICK,
  venuePlacement,
} from "../../support/lane-under-test.ts";
import type { SeenEffect } from "../../support/lane-under-test.ts";
import { order, puppetModules } from "../../support/puppet-plugins.ts";
import type { FieldValues } from "../../support/record-writer.ts";
import { writeRecord } from "../../support/record-writer.ts";
import { fill, reply, report } from "../../support/venue-answers.ts";
import { buildModule, pluginParts } from "../engine/module-builder.ts";
import { sampleManifest, withDescription } from "../engine/sample-module.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

const ready = (): LaneUnderTest => LaneUnderTest.ready(modules);

/** One order of agent one that left. */
function sendOne(under: LaneUnderTest, changes: FieldValues = {}): SeenEffect {
  const [sent, more] = sends(under.act("one", [intent({ tag: 5, ...changes })]));
  assert.ok(sent !== undefined && more === undefined);
  return sent;
}

function lastReason(under: LaneUnderTest, agent = "one"): unknown {
  return under.given(agent, "OrderEvent").at(-1)?.["reason"];
}

test("an intent becomes the codec's bytes, is journalled behind its input, and is committed before it may leave", () => {
  const under = ready();
  under.at(1_500_000);
  const sent = sendOne(under);
  const { effects, counters } = under.lane;
  assert.deepEqual(commandOf(sent), {
    action: 1,
    side: Side.BUY,
    sequence: 1,
    epoch: 7,
    price: BID,
    quantity: SIZE,
    requestId: sent.b,
    instrumentId: 1,
    timestampMs: 1_700_000_000_001,
  });
  assert.ok(sent.b >= 1000);
  assert.equal(effects.count, 1);
  const [input, outcome, written] = under.journal.records.slice(-3);
  assert.deepEqual(
    [input?.type, outcome?.type, written?.type, written?.isUrgent],
    [RecordType.INPUT_FRAME, RecordType.ORDER, RecordType.INTENT, false],
  );
  assert.deepEqual(written?.bytes, sent.bytes);
  assert.equal(under.journal.commits, 1);
  assert.deepEqual([counters[LaneCounter.INTENTS], counters[LaneCounter.ORDERS_SENT]], [1, 1]);
});

test("a step that sends nothing journals its input and commits nothing", () => {
  const under = ready();
  under.quote();
  assert.deepEqual([under.journal.records.at(-1)?.type, under.journal.commits], [RecordType.INPUT_FRAME, 0]);
});

test("replies and reports reach the agent as order events, and fills move its position", () => {
  const under = ready();
  const sent = sendOne(under);
  under.frame([reply(sent.b, 200)], Channel.ORDERS);
  under.frame([report(sent)], Channel.ORDERS);
  under.frame([fill(sent, 1, SIZE / 2, SIZE / 2)], Channel.ORDERS);
  under.frame([fill(sent, 2, SIZE / 2, SIZE)], Channel.ORDERS);
  const events = under.given("one", "OrderEvent");
  assert.deepEqual(
    events.map(({ ordStatus, execType, cumQty, lastQty, position, tag, liquiditySide }) => [
      ordStatus,
      execType,
      cumQty,
      lastQty,
      position,
      tag,
      liquiditySide,
    ]),
    [
      [OrdStatus.ACCEPTED, ExecType.NEW, 0n, 0n, 0n, 5, LiquiditySide.NONE],
      [
        OrdStatus.PARTIALLY_FILLED,
        ExecType.TRADE,
        BigInt(SIZE / 2),
        BigInt(SIZE / 2),
        BigInt(SIZE / 2),
        5,
        LiquiditySide.MAKER,
      ],
      [
        OrdStatus.FILLED,
        ExecType.TRADE,
        BigInt(SIZE),
        BigInt(SIZE / 2),
        BigInt(SIZE),
        5,
        LiquiditySide.MAKER,
      ],
    ],
  );
  assert.equal(events[2]?.["lastPrice"], BigInt(BID));
  assert.deepEqual(under.given("two", "OrderEvent"), []);
  under.quote();
  assert.equal(under.given("one", "FeatureVector").at(-1)?.["position"], BigInt(SIZE));
  assert.equal(under.given("two", "FeatureVector").at(-1)?.["position"], 0n);
  assert.equal(under.lane.counters[LaneCounter.FILLS], 2);
});

test("a sale moves the position down, and a venue's rejection is told with its code", () => {
  const under = ready();
  const sold = sendOne(under, { side: Side.SELL, price: ASK });
  under.frame([fill(sold, 1, SIZE, SIZE)], Channel.ORDERS);
  assert.equal(under.given("one", "OrderEvent").at(-1)?.["position"], BigInt(-SIZE));
  const refused = sendOne(under, { tag: 6 });
  under.frame([reply(refused.b, 400, -2010)], Channel.ORDERS);
  const [event] = under.given("one", "OrderEvent");
  assert.deepEqual([event?.["ordStatus"], event?.["reason"]], [OrdStatus.REJECTED, -2010]);
  assert.equal(under.lane.counters[LaneCounter.REJECTS], 1);
});

test("[C5] the same execution reported twice is applied once", () => {
  const under = ready();
  const sent = sendOne(under);
  const trade = fill(sent, 77, SIZE / 2, SIZE / 2);
  under.frame([trade, trade], Channel.ORDERS);
  under.frame([trade], Channel.ORDERS);
  assert.equal(under.lane.counters[LaneCounter.FILLS], 1);
  assert.equal(under.built.positions.quantity[under.built.positions.rowOf(0, 0)], SIZE / 2);
  assert.equal(under.mode, TradingMode.ACTIVE);
});

test("[C7] a reply of 5xx leaves the order UNKNOWN, its exposure kept", () => {
  const under = ready();
  const sent = sendOne(under);
  under.frame([reply(sent.b, 503)], Channel.ORDERS);
  assert.equal(under.status(sent.a), OrdStatus.UNKNOWN);
  assert.equal(under.built.orders.open.count, 1);
  assert.equal(under.given("one", "OrderEvent").at(-1)?.["ordStatus"], OrdStatus.UNKNOWN);
});

test("a reply to no request that is known changes nothing, and one to the session's own request is an effect", () => {
  const under = ready();
  under.frame([reply(4_321, 200)], Channel.ORDERS);
  assert.deepEqual(under.given("one", "OrderEvent"), []);
  const effects = under.frame([reply(3, 401, -2015)], Channel.ORDERS);
  assert.deepEqual(
    effects.map(({ kind, a, b, offset }) => [kind, a, b, offset]),
    [[EffectKind.SESSION_REPLY, 3, 401, -2015]],
  );
});

test("[V1] a lost order line makes what was open UNKNOWN, tells its agent, and lets that instrument only be canceled", () => {
  const under = ready();
  const sent = sendOne(under);
  under.lane.onLine(Channel.ORDERS, false);
  assert.equal(under.status(sent.a), OrdStatus.UNKNOWN);
  assert.equal(under.given("one", "OrderEvent").at(-1)?.["ordStatus"], OrdStatus.UNKNOWN);
  assert.deepEqual(sends(under.act("one", [intent({ tag: 6, price: BID - TICK })])), []);
  assert.equal(lastReason(under), DenialCode.LINE_DOWN);
  assert.deepEqual(sends(under.act("one", [cancelIntent(5)])), []);
  under.lane.onLine(Channel.ORDERS, true);
  // What is unknown is canceled as soon as the line is back: the report of its end is the proof.
  const [cancel, more] = sends(under.effects());
  assert.ok(cancel !== undefined && more === undefined);
  assert.deepEqual([cancel.a, commandOf(cancel).action], [sent.a, 2]);
  assert.deepEqual(sends(under.act("one", [intent({ tag: 7, price: BID - TICK })])), []);
  assert.equal(lastReason(under), DenialCode.MODE_CANCEL_ONLY);
  assert.equal(sends(under.act("one", [intent({ tag: 8, instrumentId: 2 })], 2)).length, 1);
  under.lane.onRearm(TradingMode.ACTIVE, rearmOrder("a tester", "looked"), Buffer.from("{}"), 0);
  assert.equal(sends(under.act("one", [intent({ tag: 9, price: BID - TICK })])).length, 1);
});

test("[V20] where orders may go over REST, cancels leave while the line is down, and what is UNKNOWN is cancelled at once", () => {
  const under = ready();
  under.lane.onLine(Channel.ORDER_REST, true);
  const sent = sendOne(under);
  under.lane.onLine(Channel.ORDERS, false);
  const [cancel, more] = sends(under.effects());
  assert.ok(cancel !== undefined && more === undefined);
  assert.deepEqual([cancel.a, commandOf(cancel).action], [sent.a, 2]);
  // No new order: nobody would tell of its fills.
  under.act("one", [intent({ tag: 9 })]);
  assert.equal(lastReason(under), DenialCode.LINE_DOWN);
});

test("[V14] order stamps follow the venue's clock as it was measured", () => {
  const under = ready();
  under.control(ControlAction.VENUE_CLOCK, -1_500);
  const stampedMs = commandOf(sendOne(under)).timestampMs;
  under.control(ControlAction.VENUE_CLOCK, 2_000);
  const [after] = sends(under.act("one", [intent({ tag: 9 })]));
  assert.ok(after !== undefined);
  assert.equal(commandOf(after).timestampMs - stampedMs, 3_500);
});

test("a cancel that was refused, or could not be sent, is tried again by the second until the order is over", () => {
  const under = ready();
  const sent = sendOne(under);
  const [cancel] = sends(under.act("one", [cancelIntent(5)]));
  under.lane.onTimer();
  assert.deepEqual(sends(under.effects()), []);
  under.frame([reply(cancel?.b ?? 0, 400, -2011)], Channel.ORDERS);
  under.lane.onTimer();
  const [again] = sends(under.effects());
  assert.ok(again?.a === sent.a);
  under.control(ControlAction.NOT_SENT, sent.a, again.b);
  under.lane.onTimer();
  assert.equal(sends(under.effects()).length, 1);
  under.frame([report(sent, { execType: ExecType.CANCELED, ordStatus: OrdStatus.CANCELED })], Channel.ORDERS);
  under.lane.onTimer();
  assert.deepEqual(sends(under.effects()), []);
});

test("[C7] a request without an answer for 10 s has an unknown outcome; its order is told so, its exposure kept", () => {
  const under = ready();
  const sent = sendOne(under);
  under.at(10 * SECOND_NS);
  under.lane.onTimer();
  assert.equal(under.status(sent.a), OrdStatus.PENDING_NEW);
  under.at(10 * SECOND_NS + 1);
  under.lane.onTimer();
  assert.equal(under.status(sent.a), OrdStatus.UNKNOWN);
  assert.equal(under.given("one", "OrderEvent").at(-1)?.["ordStatus"], OrdStatus.UNKNOWN);
  const other = sendAfter(under, 8);
  under.frame([reply(other.b, 200), report(other)], Channel.ORDERS);
  under.act("one", [cancelIntent(8)]);
  assert.equal(under.status(other.a), OrdStatus.PENDING_CANCEL);
  under.at(21 * SECOND_NS);
  under.lane.onTimer();
  assert.equal(under.status(other.a), OrdStatus.UNKNOWN);
  assert.equal(sends(under.effects()).at(-1)?.a, other.a);
});

/** An order of agent one after the book was silent for long. */
function sendAfter(under: LaneUnderTest, tag: number): SeenEffect {
  for (const instrumentId of [1, 2]) under.beat(instrumentId);
  return sendOne(under, { tag, price: BID - TICK });
}

test("[V13] a venue that limits us gets no new orders until the time that it named, or for a second; cancels flow", () => {
  for (const [status, retryAfterMs, heldNs] of [
    [429, 0, SECOND_NS],
    [418, 1_700_000_003_000, 3 * SECOND_NS],
    [429, 1, SECOND_NS],
  ] as const) {
    const under = ready();
    const resting = sendOne(under);
    const limited = sends(under.act("one", [intent({ tag: 6, price: BID - TICK })]))[0];
    under.frame(
      [writeRecord("RequestReply", { requestId: limited?.b ?? 0, status, errorCode: -1003, retryAfterMs })],
      Channel.ORDERS,
    );
    under.at(heldNs - 1);
    assert.deepEqual(sends(under.act("one", [intent({ tag: 7, price: BID - 2 * TICK })])), []);
    assert.equal(lastReason(under), DenialCode.VENUE_BACK_OFF);
    assert.equal(sends(under.act("one", [cancelIntent(5)]))[0]?.a, resting.a);
    under.at(heldNs);
    assert.equal(sends(under.act("one", [intent({ tag: 8, price: BID - 2 * TICK })])).length, 1);
  }
});

test("[V13] a cancel that the venue has limited is not asked for again before the time that it named, and then it is", () => {
  const under = ready();
  const resting = sendOne(under);
  const canceled = sends(under.act("one", [cancelIntent(5)]))[0];
  under.frame(
    [
      writeRecord("RequestReply", {
        requestId: canceled?.b ?? 0,
        status: 429,
        errorCode: -1003,
        retryAfterMs: 1_700_000_003_000,
      }),
    ],
    Channel.ORDERS,
  );
  assert.deepEqual(sends(under.act("one", [cancelIntent(5)])), []);
  under.at(3 * SECOND_NS - 1);
  under.lane.onTimer();
  assert.deepEqual(sends(under.effects()), []);
  under.at(3 * SECOND_NS);
  under.lane.onTimer();
  assert.equal(sends(under.effects())[0]?.a, resting.a);
});

test("[P10] an agent whose event found no room is stopped, for it no longer knows its orders", () => {
  const under = ready();
  const sent = sendOne(under);
  const { events } = under.lane.parts;
  // The host's own row: nobody is called for it, so that the queue is full and nothing else has happened.
  while (events.claim(under.built.orders.agentsMax) >= 0) continue;
  under.frame([report(sent)], Channel.ORDERS);
  assert.equal(under.slot("one").state, "faulted");
  assert.match(under.slot("one").lastFault?.reason ?? "", /more events/);
  assert.equal(under.slot("two").state, "running");
});

test("[V11] a frame of the order line that cannot be read halts the venue: it may have been a fill", () => {
  const under = ready();
  order(under.slot("venue"), { deed: 99, template: 3 });
  under.frame([], Channel.ORDERS);
  assert.equal(under.mode, TradingMode.ACTIVE);
  const refusing = new LaneUnderTest(new Map([...modules, ["refusing", refusingVenue()]]), {
    venues: [venuePlacement("venue", "refusing")],
  });
  refusing.arm();
  refusing.frame([Buffer.alloc(8)], Channel.MARKET);
  assert.deepEqual(
    [refusing.mode, refusing.lane.counters[LaneCounter.FRAMES_REFUSED]],
    [TradingMode.ACTIVE, 1],
  );
  refusing.frame([Buffer.alloc(8)], Channel.ORDERS);
  assert.deepEqual(
    [refusing.mode, refusing.venueMode(), refusing.lane.counters[LaneCounter.FRAMES_REFUSED]],
    [TradingMode.ACTIVE, TradingMode.CANCEL_ONLY, 2],
  );
});

/** A codec that takes definitions and refuses every frame with −5. */
function refusingVenue(): Uint8Array {
  const body = [0x41, 0x7b, 0x41, 0, 0x20, 0, 0x41, 3, 0x46, 0x1b, 0x0b];
  const manifest = sampleManifest({
    name: "refusing",
    kind: "venue",
    reads: ["Frame"],
    writes: [],
    limits: { callDepth: 8 },
  });
  return withDescription(buildModule(pluginParts(body, { pages: 34 })), manifest);
}

test("one cancel of an order is under way at a time; a refused one may be repeated", () => {
  const under = ready();
  const sent = sendOne(under);
  under.frame([report(sent)], Channel.ORDERS);
  const [cancel] = sends(under.act("one", [cancelIntent(5), cancelIntent(5)]));
  assert.ok(cancel !== undefined);
  assert.deepEqual(sends(under.act("one", [cancelIntent(5)])), []);
  assert.equal(under.lane.counters[LaneCounter.CANCELS_SENT], 1);
  under.frame([reply(cancel.b, 400, -2011)], Channel.ORDERS);
  assert.equal(under.status(sent.a), OrdStatus.ACCEPTED);
  assert.equal(sends(under.act("one", [cancelIntent(5)])).length, 1);
  under.frame([report(sent, { execType: ExecType.CANCELED, ordStatus: OrdStatus.CANCELED })], Channel.ORDERS);
  assert.equal(under.given("one", "OrderEvent").at(-1)?.["ordStatus"], OrdStatus.CANCELED);
  assert.deepEqual(sends(under.act("one", [cancelIntent(5)])), []);
});

const refusals: readonly (readonly [
  title: string,
  code: number,
  changes: FieldValues,
  arrange?: (under: LaneUnderTest) => void,
])[] = [
  ["a price of nothing", DenialCode.MALFORMED_INTENT, { price: 0 }],
  ["an unknown instrument", DenialCode.UNKNOWN_INSTRUMENT, { instrumentId: 9 }],
  ["a tag in use", DenialCode.DUPLICATE_TAG, { tag: 5 }, (under) => void sendOne(under)],
  ["a price off the tick", DenialCode.OFF_TICK, { price: BID + 1 }],
  ["a quantity off the lot", DenialCode.OFF_LOT, { quantity: SIZE + 1 }],
  ["a quantity above the limit", DenialCode.ORDER_QUANTITY_LIMIT, { quantity: 2e9 }],
  ["a price beyond the collar", DenialCode.PRICE_COLLAR, { price: BID * 2 }],
  ["a killed host", DenialCode.KILLED, {}, (under) => (under.built.kill[0] = 1)],
  [
    "a halted host",
    DenialCode.MODE_HALTED,
    {},
    (under) => void under.control(ControlAction.RESTRICT, TradingMode.HALTED),
  ],
  ["a stale reference", DenialCode.REFERENCE_STALE, {}, (under) => stale(under)],
  [
    "an own order on the other side",
    DenialCode.SELF_MATCH,
    { price: ASK },
    (under) => void sendOne(under, { tag: 4, side: Side.SELL, price: ASK }),
  ],
  [
    "bytes that the codec did not write",
    DenialCode.ENCODE_FAILED,
    {},
    (under) => order(under.slot("venue"), { records: [], deed: 99, template: 32 }),
  ],
  [
    "a full journal",
    DenialCode.JOURNAL_REFUSED,
    {},
    (under) => (under.journal.answers.append = JournalCode.JOURNAL_FULL),
  ],
];

/** The price grows old while the book is kept alive. */
function stale(under: LaneUnderTest): void {
  under.at(4.9 * SECOND_NS);
  for (const instrumentId of [1, 2]) under.beat(instrumentId);
}

for (const [title, code, changes, arrange] of refusals) {
  test(`[O7] ${title}: the order is denied with its code, the agent is told, and nothing leaves`, () => {
    const under = ready();
    arrange?.(under);
    under.forget();
    const denials = under.built.gate.denials[code] ?? 0;
    order(under.slot("one"), { records: [intent({ tag: 6, ...changes })], template: 21 });
    if (code === DenialCode.REFERENCE_STALE) {
      under.at(5 * SECOND_NS + 1);
      // The timer's features come without a quote, so that the price stays as old as it is.
      order(under.slot("feature"), {
        records: [writeRecord("FeatureUpdate", { value: 1, instrumentId: 1 })],
        template: 50,
      });
      under.lane.onTimer();
    } else under.quote();
    assert.deepEqual(sends(under.effects()), []);
    const event = under.given("one", "OrderEvent").at(-1);
    assert.deepEqual(
      [event?.["ordStatus"], event?.["execType"], event?.["reason"]],
      [OrdStatus.DENIED, ExecType.DENIED, code],
    );
    assert.deepEqual(
      [event?.["tag"], event?.["instrumentId"]],
      [changes["tag"] ?? 6, changes["instrumentId"] ?? 1],
    );
    assert.equal(under.built.gate.denials[code], denials + 1);
  });
}

test("[P10] more intents in a step than may be acted upon are denied as a flood", () => {
  const under = ready();
  // Each denial calls the agent again, so four intents a call add up within the step.
  order(under.slot("one"), {
    records: [11, 12, 13, 14].map((tag) => intent({ tag, price: BID + 1 })),
    keep: true,
  });
  under.quote();
  assert.ok((under.built.gate.denials[DenialCode.INTENT_FLOOD] ?? 0) > 0);
  assert.equal(under.built.gate.denials[DenialCode.OFF_TICK], 32);
});

test("[J10] [J9] a journal that refuses an order halts the host for good; cancels leave all the same", () => {
  for (const code of [JournalCode.JOURNAL_FULL, JournalCode.FAILED]) {
    const under = ready();
    const resting = sendOne(under);
    under.journal.answers.append = code;
    if (code === JournalCode.FAILED) under.journal.answers.urgent = code;
    assert.deepEqual(sends(under.act("one", [intent({ tag: 6, price: BID - TICK })])), []);
    assert.equal(lastReason(under), DenialCode.JOURNAL_REFUSED);
    assert.equal(under.mode, TradingMode.HALTED);
    const canceled = sends(under.control(ControlAction.CANCEL_ALL));
    assert.deepEqual(
      canceled.map((sent) => [sent.a, commandOf(sent).action]),
      [[resting.a, 2]],
    );
    // Even if the device came back: what was lost in between can never be replayed.
    under.journal.answers.append = under.journal.answers.urgent = 0;
    under.arm();
    assert.deepEqual(sends(under.act("one", [intent({ tag: 7, price: BID - 2 * TICK })])), []);
    assert.equal(under.mode, TradingMode.HALTED);
  }
});

test("[J10] a note of a refusal that finds no room halts nothing", () => {
  const under = ready();
  under.journal.answers.append = JournalCode.JOURNAL_FULL;
  under.act("one", [intent({ tag: 6, quantity: 0 })]);
  assert.deepEqual([under.mode, lastReason(under)], [TradingMode.ACTIVE, DenialCode.MALFORMED_INTENT]);
  under.journal.answers.append = JournalCode.CLOSED;
  under.act("one", [intent({ tag: 7, quantity: 0 })]);
  assert.equal(under.mode, TradingMode.HALTED);
});

test("[J9] an input that cannot be journalled halts the host in the same step, although nothing was to be sent", () => {
  const under = ready();
  under.journal.answers.urgent = JournalCode.FAILED;
  under.quote();
  assert.equal(under.mode, TradingMode.HALTED);
});

test("[J9] a commit that fails takes back every order of the step, lets its cancels leave, and halts", () => {
  const under = ready();
  const resting = sendOne(under);
  under.journal.answers.commit = JournalCode.FAILED;
  const effects = under.act("one", [intent({ tag: 6, price: BID - TICK }), cancelIntent(5)]);
  assert.deepEqual(
    effects.map(({ kind, a }) => [kind, kind === 0 ? -1 : a]),
    [
      [0, -1],
      [EffectKind.SEND_ORDER, resting.a],
    ],
  );
  assert.equal(under.mode, TradingMode.HALTED);
  assert.equal(under.lane.counters[LaneCounter.COMMITS_FAILED], 1);
  assert.equal(under.built.gate.denials[DenialCode.NOT_SENT], 1);
  under.lane.onTimer();
  assert.equal(lastReason(under), DenialCode.NOT_SENT);
  assert.equal(under.built.orders.open.count, 1);
});

test("bytes that did not leave are taken back by request: the order is denied, a cancel may be asked for again", () => {
  const under = ready();
  const sent = sendOne(under);
  under.control(ControlAction.NOT_SENT, sent.a, sent.b + 1);
  under.control(ControlAction.NOT_SENT, 1e6, sent.b);
  assert.equal(under.status(sent.a), OrdStatus.PENDING_NEW);
  under.control(ControlAction.NOT_SENT, sent.a, sent.b);
  assert.equal(under.status(sent.a), OrdStatus.DENIED);
  assert.equal(lastReason(under), DenialCode.NOT_SENT);
  const other = sendOne(under, { tag: 8 });
  const [cancel] = sends(under.act("one", [cancelIntent(8)]));
  under.control(ControlAction.NOT_SENT, other.a, cancel?.b ?? 0);
  assert.equal(under.status(other.a), OrdStatus.PENDING_NEW);
  assert.equal(sends(under.act("one", [cancelIntent(8)])).length, 1);
});

test("[O1] with the kill word set nothing new leaves, in any mode, and cancels do", () => {
  const under = ready();
  sendOne(under);
  Atomics.store(under.built.kill, 0, 1);
  for (let tag = 10; tag < 20; tag++)
    assert.deepEqual(sends(under.act("one", [intent({ tag, price: BID - TICK })])), []);
  under.arm();
  assert.deepEqual(sends(under.act("two", [intent({ tag: 1, price: BID - TICK })])), []);
  assert.equal(sends(under.control(ControlAction.CANCEL_ALL)).length, 1);
});

test("[O1] cancel all cancels every open order of every agent once, in CANCEL_ONLY as in HALTED", () => {
  const under = ready();
  const one = sendOne(under);
  const [two] = sends(under.act("two", [intent({ tag: 9, price: BID - TICK })]));
  under.control(ControlAction.RESTRICT, TradingMode.HALTED);
  const canceled = sends(under.control(ControlAction.CANCEL_ALL));
  assert.deepEqual(new Set(canceled.map(({ a }) => a)), new Set([one.a, two?.a]));
  assert.equal(canceled.length, 2);
  assert.ok(canceled.every((sent) => commandOf(sent).action === 2));
  assert.deepEqual(sends(under.control(ControlAction.CANCEL_ALL)), []);
});

test("a mode is made stricter by control and relaxed by a person alone", () => {
  const under = ready();
  under.control(ControlAction.RESTRICT, TradingMode.CANCEL_ONLY);
  under.control(ControlAction.RESTRICT, TradingMode.ACTIVE);
  assert.equal(under.mode, TradingMode.CANCEL_ONLY);
  under.control(99 as ControlAction);
  under.arm();
  assert.equal(under.mode, TradingMode.ACTIVE);
});

test("[C2] an order of an earlier start that the venue reports is adopted, counted and can be canceled", () => {
  const under = ready();
  const sent = sendOne(under);
  const prior = report(sent, { clientOrderEpoch: 6, clientOrderSequence: 44, venueOrderId: 555 });
  under.frame([prior], Channel.ORDERS);
  under.frame([prior], Channel.ORDERS);
  assert.equal(under.built.orders.open.count, 2);
  assert.equal(under.mode, TradingMode.ACTIVE);
  const canceled = sends(under.control(ControlAction.CANCEL_ALL)).map(commandOf);
  assert.deepEqual(
    new Set(canceled.map(({ epoch, sequence }) => `${epoch}.${sequence}`)),
    new Set(["6.44", "7.1"]),
  );
  const adopted = { ...sent, bytes: sent.bytes };
  under.frame(
    [fill(adopted, 3, SIZE, SIZE, { clientOrderEpoch: 6, clientOrderSequence: 44, venueOrderId: 555 })],
    Channel.ORDERS,
  );
  assert.equal(under.lane.counters[LaneCounter.FILLS], 1);
  assert.deepEqual(under.given("one", "OrderEvent"), []);
});

test("[V12] a foreign order halts its instrument and no other", () => {
  const under = ready();
  const sent = sendOne(under);
  under.frame(
    [report(sent, { clientOrderEpoch: 0, clientOrderSequence: 0, venueOrderId: 31_337 })],
    Channel.ORDERS,
  );
  assert.equal(under.lane.counters[LaneCounter.HALTS], 1);
  assert.deepEqual(sends(under.act("one", [intent({ tag: 6, price: BID - TICK })])), []);
  assert.equal(lastReason(under), DenialCode.MODE_CANCEL_ONLY);
  assert.equal(sends(under.act("one", [intent({ tag: 7, instrumentId: 2 })], 2)).length, 1);
});

test("[V12] a report that names no known instrument halts the venue that it came from", () => {
  const under = ready();
  const sent = sendOne(under);
  under.frame([report(sent, { instrumentId: 9 })], Channel.ORDERS);
  assert.equal(under.venueMode(), TradingMode.CANCEL_ONLY);
});

test("[C10] an over-fill is applied and halts the instrument", () => {
  const under = ready();
  const sent = sendOne(under);
  under.frame([fill(sent, 1, SIZE, SIZE), fill(sent, 2, SIZE, 2 * SIZE)], Channel.ORDERS);
  assert.equal(under.built.positions.quantity[under.built.positions.rowOf(0, 0)], 2 * SIZE);
  assert.equal(under.built.modes.effective(0, 0), TradingMode.CANCEL_ONLY);
  assert.equal(under.built.modes.effective(1, 0), TradingMode.ACTIVE);
});

test("[V14] a balance is taken; a notice of shutdown, the end of the events and a refused stamp each become an effect", () => {
  const under = ready();
  under.frame([writeRecord("Balance", { free: 5e8, locked: 1e8, assetId: 1 })], Channel.ORDERS);
  assert.equal(under.mode, TradingMode.ACTIVE);
  for (const [state, kinds] of [
    [3, [EffectKind.SERVER_SHUTDOWN]],
    [4, [EffectKind.STREAM_END]],
    [7, [EffectKind.MEASURE_CLOCK]],
    [6, []],
  ] as const) {
    const effects = under.frame([writeRecord("SessionStatus", { state })], Channel.ORDERS);
    assert.deepEqual(
      effects.map(({ kind }) => kind),
      kinds,
    );
  }
});

test("while more frames wait, books and prices move and agents decide once, on the last state", () => {
  const under = ready();
  order(under.slot("one"), { records: [intent({ tag: 3 })], template: 21 });
  under.forget();
  for (let count = 0; count < 3; count++)
    assert.deepEqual(sends(under.frame([under.quoteRecord()], Channel.MARKET, true)), []);
  assert.deepEqual(under.given("one", "FeatureVector"), []);
  assert.equal(sends(under.frame([under.quoteRecord(1, BID + TICK, ASK + TICK)])).length, 1);
  assert.deepEqual(
    under.given("two", "FeatureVector").map(({ bidPrice }) => bidPrice),
    [BigInt(BID + TICK)],
  );
});

test("[M1] an order for another instrument whose book is lost is denied, whatever instrument the agent looks at", () => {
  const under = ready();
  under.frame([delta({ firstUpdateId: 1e6, lastUpdateId: 1e6, instrumentId: 2, bids: [], asks: [] })]);
  under.forget();
  assert.deepEqual(sends(under.act("one", [intent({ tag: 3, instrumentId: 2 })], 1)), []);
  assert.equal(lastReason(under), DenialCode.REFERENCE_INVALID);
});

test("[R2] when the egress buffer or the effect list of a step is full, the order is denied and taken back", () => {
  const under = ready();
  const { effects } = under.lane.parts;
  const add = effects.addBytes.bind(effects);
  Object.defineProperty(effects, "addBytes", { value: () => -1, configurable: true });
  assert.deepEqual(sends(under.act("one", [intent()])), []);
  assert.equal(lastReason(under), DenialCode.EGRESS_FULL);
  Object.defineProperty(effects, "addBytes", { value: add });
  for (let count = 0; count < 256; count++) effects.add(EffectKind.SESSION_REPLY, 0, 0, 0, 0, 0);
  assert.equal(effects.add(EffectKind.SESSION_REPLY, 0, 0, 0, 0, 0), false);
  assert.equal(add(Buffer.alloc(300_000), 0, 300_000), -1);
});

test("two configured plugins may not write the same feature, and an agent may not read more than a vector holds", () => {
  const { features, agents } = puppetConfiguration();
  const twice = [...features, { ...(features[0] ?? { plugin: "", parameters: {} }), name: "again" }];
  assert.throws(
    () => new LaneUnderTest(modules, { features: twice }),
    /two configured plugins write the feature "first"/,
  );
  assert.throws(
    () => new LaneUnderTest(modules, { features: [] }),
    /reads the feature "first", which no configured/,
  );
  const many = Array.from({ length: 17 }, (_, index) => ({
    ...(agents[0] ?? { plugin: "", parameters: {}, sharePpm: 0 }),
    name: `a${index}`,
    sharePpm: 1,
  }));
  assert.throws(() => new LaneUnderTest(modules, { agents: many }), /17 agents are configured/);
  assert.throws(
    () => new LaneUnderTest(modules, { venues: [venuePlacement("venue", "none")] }),
    /plugin none is configured and its module was not found/,
  );
});

test("[P10] when the queue of events is full, the agent that would miss one is stopped, and its orders go", () => {
  for (const changes of [{ quantity: 0 }, { price: BID + 1 }]) {
    const under = ready();
    const one = sendOne(under);
    const [two] = sends(under.act("two", [intent({ tag: 5, price: BID - TICK })]));
    // Four denials a call, from both at once, outgrow the queue before either has had its share of deliveries.
    for (const agent of ["one", "two"])
      order(under.slot(agent), {
        records: [11, 12, 13, 14].map((tag) => intent({ tag, ...changes })),
        keep: true,
      });
    under.quote();
    for (const agent of ["one", "two"]) {
      assert.equal(under.slot(agent).state, "faulted");
      assert.match(under.slot(agent).lastFault?.reason ?? "", /more events/);
    }
    assert.deepEqual(new Set(sends(under.effects()).map(({ a }) => a)), new Set([one.a, two?.a]));
  }
});

test("[V12] records of the codec about an instrument that the host does not have are counted, and change nothing", () => {
  const under = ready();
  for (const instrumentId of [0, 3, 0xffff_ffff]) {
    const prices = { bidPrice: BID, bidSize: 1, askPrice: ASK, askSize: 1 };
    under.frame([writeRecord("Quote", { updateId: 1e9, ...prices, instrumentId })]);
    under.frame([writeRecord("Trade", { price: BID, size: 1, aggressorSide: Side.BUY, instrumentId })]);
    under.frame([delta({ firstUpdateId: 1, lastUpdateId: 1, instrumentId, bids: [], asks: [] })]);
  }
  assert.equal(under.lane.counters[LaneCounter.UNKNOWN_INSTRUMENT], 9);
  assert.deepEqual(under.given("one", "FeatureVector"), []);
});

test("[M3] a trade without a side or of an unsafe number reaches no kernel, and is counted", () => {
  const under = ready();
  const trade = { price: BID, size: 1, aggressorSide: Side.SELL, instrumentId: 1 };
  under.frame([writeRecord("Trade", trade)]);
  const bad: readonly FieldValues[] = [
    { aggressorSide: 0 },
    { aggressorSide: 3 },
    { price: 0 },
    { size: 0 },
    { size: -1 },
    { price: 2n ** 53n },
    { size: 2n ** 62n },
  ];
  for (const changes of bad) under.frame([writeRecord("Trade", { ...trade, ...changes })]);
  const { counters } = under.lane;
  assert.deepEqual([counters[LaneCounter.TRADES], counters[LaneCounter.TRADES_REFUSED]], [1, bad.length]);
});

test("an agent that reads more features than a vector holds is not let in", () => {
  const features = Array.from({ length: 17 }, (_, index) => `feature${index}`);
  const parts = { name: "reader", kind: "agent", reads: ["FeatureVector"], writes: [], features };
  const manifest = sampleManifest({ ...parts, limits: { callDepth: 8 } });
  const reader = withDescription(buildModule(pluginParts([0x41, 0, 0x0b])), manifest);
  const agents = [{ name: "reader", plugin: "reader", parameters: {}, sharePpm: 1 }];
  assert.throws(
    () => new LaneUnderTest(new Map([...modules, ["reader", reader]]), { agents }),
    /agent reader reads 17 features; a FeatureVector holds 16/,
  );
});

test("[O1] cancel all of more orders than a step has room for goes on by the second until none is left", () => {
  const under = ready();
  const open: number[] = [];
  for (let tag = 1; tag <= 300; tag += 4) {
    const agent = tag <= 150 ? "one" : "two";
    const records = [0, 1, 2, 3].map((more) =>
      intent({ tag: tag + more, price: BID - tag * TICK - more * TICK }),
    );
    open.push(...sends(under.act(agent, records)).map(({ a }) => a));
  }
  assert.equal(open.length, 300);
  const first = sends(under.control(ControlAction.CANCEL_ALL));
  assert.equal(first.length, 256);
  under.lane.onTimer();
  const rest = sends(under.effects());
  assert.deepEqual(new Set([...first, ...rest].map(({ a }) => a)), new Set(open));
  assert.equal(rest.length, 44);
});

test("a cancel that the codec does not encode is asked for again by the second", () => {
  const under = ready();
  const sent = sendOne(under);
  order(under.slot("venue"), { deed: 99, template: 32 });
  assert.deepEqual(sends(under.act("one", [cancelIntent(5)])), []);
  assert.equal(under.status(sent.a), OrdStatus.PENDING_NEW);
  under.lane.onTimer();
  assert.deepEqual(
    sends(under.effects()).map(({ a }) => a),
    [sent.a],
  );
});

test("[P8] bytes of an order that claim no length, or that are no OutboundFrame, never leave", () => {
  for (const [record, isStopped] of [
    [writeRecord("OutboundFrame", { lengthBytes: 0, requestId: 1 }), false],
    [writeRecord("Timer", {}), true],
    [writeRecord("OutboundFrame", { lengthBytes: 0xffff_ffff }), true],
  ] as const) {
    const under = ready();
    order(under.slot("venue"), { records: [record], template: 32 });
    assert.deepEqual(sends(under.act("one", [intent()])), []);
    assert.equal(lastReason(under), DenialCode.ENCODE_FAILED);
    assert.equal(under.slot("venue").state, isStopped ? "faulted" : "running");
    assert.equal(under.venueMode(), isStopped ? TradingMode.HALTED : TradingMode.ACTIVE);
  }
});

test("[P16] a feature vector shows an agent its own features, and nothing of earlier records behind them", () => {
  const under = ready();
  // An order event before it fills the inbox with other bytes.
  under.act("one", [intent({ tag: 6, quantity: 0 })]);
  under.forget();
  under.quote();
  const [vector] = under.given("one", "FeatureVector");
  assert.deepEqual(vector?.["values"], [BID, ...new Array<number>(15).fill(0)]);
});
