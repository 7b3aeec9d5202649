import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ExecType, OrdStatus, Side } from "../../../../abi/host/index.ts";
import {
  applyOpening,
  EMPTY_OPENING,
  OpeningError,
  readOpening,
} from "../../../../host/control/opening/index.ts";
import { Channel } from "../../../../host/execution/gateways/index.ts";
import { TradingMode } from "../../../../host/execution/risk/index.ts";
import type { LaneUnderTest, SeenEffect } from "../../../support/lane-under-test.ts";
import {
  ASK,
  BID,
  commandOf,
  intent,
  LOT,
  puppetConfiguration,
  replaceIntent,
  sends,
  SIZE,
  TICK,
} from "../../../support/lane-under-test.ts";
import { puppetModules } from "../../../support/puppet-plugins.ts";
import { RestartingLane } from "../../../support/restarting-lane.ts";
import { amendment, fill, reply, report } from "../../../support/venue-answers.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

function sendOne(under: LaneUnderTest, tag: number, agent = "one", side: number = Side.BUY): SeenEffect {
  const [sent] = sends(under.act(agent, [intent({ tag, side })]));
  assert.ok(sent !== undefined);
  return sent;
}

/** What is known of a slot, for comparisons. */
function seen(under: LaneUnderTest, epoch: number, sequence: number): object | null {
  const { orders } = under.built;
  const slot = orders.findById(epoch, sequence);
  if (slot < 0) return null;
  const { columns, open } = orders;
  return {
    status: columns.status[slot],
    agent: columns.agent[slot],
    tag: columns.tag[slot],
    cumQty: columns.cumQty[slot],
    exposure: columns.exposureQty[slot],
    isOpen: open.slots.subarray(0, open.count).includes(slot),
  };
}

function positionsOf(under: LaneUnderTest): number[][] {
  const { quantity, costWhole, costParts, realizedWhole, realizedParts } = under.built.positions;
  return [quantity, costWhole, costParts, realizedWhole, realizedParts].map((column) => [...column]);
}

test("[C1] an order whose bytes may not have left is UNKNOWN after a crash, under its old id, at its whole quantity", () => {
  const host = new RestartingLane(modules);
  const first = host.start();
  first.under.makeReady();
  const sent = sendOne(first.under, 5);
  host.kill();
  const { under } = host.start();
  assert.deepEqual(seen(under, commandOf(sent).epoch, commandOf(sent).sequence), {
    status: OrdStatus.UNKNOWN,
    agent: 0,
    tag: 5,
    cumQty: 0,
    exposure: SIZE,
    isOpen: true,
  });
  assert.equal(under.built.orders.open.buyQty[0], SIZE);
});

test("[V1] [V14] an order line that was never up restricts nothing by an attempt that fails; one that was up and is lost does", () => {
  const host = new RestartingLane(modules);
  const first = host.start();
  first.under.makeReady();
  sendOne(first.under, 5);
  host.kill();
  const { under } = host.start();
  under.lane.onLine(Channel.ORDERS, false);
  assert.equal(under.built.modes.instrument[0], TradingMode.ACTIVE);
  under.lane.onLine(Channel.ORDERS, true);
  under.lane.onLine(Channel.ORDERS, false);
  assert.equal(under.built.modes.instrument[0], TradingMode.CANCEL_ONLY);
});

test("[C12] an id of an earlier start is never given again, however often the host starts", () => {
  const host = new RestartingLane(modules);
  const ids = new Set<string>();
  for (let start = 1; start <= 5; start++) {
    const { under } = host.start();
    under.makeReady();
    // A tag is taken until its order's end is proven.
    for (const tag of [2 * start, 2 * start + 1]) {
      const { epoch, sequence } = commandOf(sendOne(under, tag));
      assert.ok(!ids.has(`${epoch}.${sequence}`));
      ids.add(`${epoch}.${sequence}`);
    }
    host.kill();
  }
  const { under } = host.start();
  assert.equal(under.built.orders.open.count, 10);
  assert.equal(under.built.orders.open.buyQty[0], 10 * SIZE);
});

test("positions, cost, gain and fees are carried over any number of restarts, by agent and for the account", () => {
  const host = new RestartingLane(modules);
  const first = host.start();
  first.under.makeReady();
  const bought = sendOne(first.under, 5);
  const fee = { commission: 7, commissionAssetId: 4 };
  first.under.frame([fill(bought, 71, 30 * LOT, 30 * LOT, fee)], Channel.ORDERS);
  first.under.frame([fill(bought, 72, 70 * LOT, SIZE, fee)], Channel.ORDERS);
  const sold = sendOne(first.under, 6, "two", Side.SELL);
  first.under.frame([fill(sold, 73, 10 * LOT, 10 * LOT, { lastPrice: BID + TICK })], Channel.ORDERS);
  const expected = positionsOf(first.under);
  const fees = [...first.under.built.balances.fees];
  assert.ok(fees.includes(14));
  host.kill(first);
  for (let restart = 0; restart < 3; restart++) {
    const { under } = host.start();
    host.kill();
    assert.deepEqual(positionsOf(under), expected);
    assert.deepEqual([...under.built.balances.fees], fees);
  }
});

test("what ended by proof is not in doubt, and its executions are still known", () => {
  const host = new RestartingLane(modules);
  const first = host.start();
  first.under.makeReady();
  const filled = sendOne(first.under, 5);
  first.under.frame([fill(filled, 71, SIZE, SIZE)], Channel.ORDERS);
  const canceled = sendOne(first.under, 6);
  first.under.frame([report(canceled, { execType: ExecType.CANCELED })], Channel.ORDERS);
  host.kill(first);
  const { under, opening } = host.start();
  assert.equal(under.built.orders.open.count, 0);
  assert.deepEqual(
    opening.orders.map(({ sequence, tradeIds }) => [sequence, tradeIds]),
    [[commandOf(filled).sequence, ["71"]]],
  );
  const position = positionsOf(under);
  under.makeReady();
  under.frame([fill(filled, 71, SIZE, SIZE)], Channel.ORDERS);
  assert.deepEqual(positionsOf(under), position);
});

test("[C4] a fill whose record was lost with the process is missing from its order, and counted as exposure until it is found", () => {
  const host = new RestartingLane(modules);
  const first = host.start();
  first.under.makeReady();
  const sent = sendOne(first.under, 5);
  first.under.frame([reply(sent.b, 200), fill(sent, 71, 40 * LOT, 40 * LOT)], Channel.ORDERS);
  // The input and the order's new state reach the disk, the fill's record does not.
  first.journal.lettersLeft = 2;
  first.under.frame([fill(sent, 72, 60 * LOT, SIZE)], Channel.ORDERS);
  host.kill(first);
  const { under } = host.start();
  const { epoch, sequence } = commandOf(sent);
  assert.deepEqual(seen(under, epoch, sequence), {
    status: OrdStatus.FILLED,
    agent: 0,
    tag: 5,
    cumQty: 40 * LOT,
    exposure: 60 * LOT,
    isOpen: false,
  });
  under.makeReady();
  under.frame([fill(sent, 72, 60 * LOT, SIZE)], Channel.ORDERS);
  assert.equal(positionsOf(under)[0]?.[0], SIZE);
});

test("[C1] [C4] whatever record is the last to reach the disk, no order is unaccounted for and no fill is counted twice", () => {
  const story = (under: LaneUnderTest): SeenEffect[] => {
    const one = sendOne(under, 5);
    under.frame([reply(one.b, 200)], Channel.ORDERS);
    under.frame([fill(one, 71, 40 * LOT, 40 * LOT)], Channel.ORDERS);
    const [two] = sends(under.act("two", [intent({ tag: 6, side: Side.SELL, price: ASK })]));
    assert.ok(two !== undefined);
    under.frame([fill(one, 72, 60 * LOT, SIZE)], Channel.ORDERS);
    under.frame([report(two, { execType: ExecType.CANCELED })], Channel.ORDERS);
    return [one, two];
  };
  const whole = new RestartingLane(modules).start();
  whole.under.makeReady();
  const startLength = whole.journal.records.length;
  story(whole.under);
  const written = whole.journal.records.length - startLength;
  assert.ok(written > 12, `${written} records`);
  for (let kept = 0; kept <= written; kept++) {
    const host = new RestartingLane(modules);
    const first = host.start();
    first.under.makeReady();
    first.journal.lettersLeft = kept;
    const [one, two] = story(first.under);
    assert.ok(one !== undefined && two !== undefined);
    host.kill(first);
    const { under, opening } = host.start();
    under.makeReady();
    // Whatever was lost, the venue's list of trades brings position and order to the same end.
    for (const order of opening.orders) {
      const isOne = order.sequence === commandOf(one).sequence;
      if (isOne)
        under.frame([fill(one, 71, 40 * LOT, 40 * LOT), fill(one, 72, 60 * LOT, SIZE)], Channel.ORDERS);
      else under.frame([report(two, { execType: ExecType.CANCELED })], Channel.ORDERS);
    }
    const hasOne = opening.orders.some(({ sequence }) => sequence === commandOf(one).sequence);
    assert.equal(positionsOf(under)[0]?.[0], hasOne ? SIZE : 0, `${kept} records`);
    assert.equal(under.built.orders.open.count, 0, `${kept} records`);
  }
});

/** Two purchases and a sale of two agents, one trade of the first undone and one corrected. */
function amendedStory(under: LaneUnderTest): SeenEffect[] {
  const fee = { commission: 7, commissionAssetId: 4 };
  const one = sendOne(under, 5);
  under.frame([reply(one.b, 200), fill(one, 71, 30 * LOT, 30 * LOT, fee)], Channel.ORDERS);
  under.frame([fill(one, 72, 70 * LOT, SIZE, { ...fee, lastPrice: BID - 9 * TICK })], Channel.ORDERS);
  const [two] = sends(under.act("two", [intent({ tag: 6, side: Side.SELL, price: ASK })]));
  assert.ok(two !== undefined);
  under.frame([fill(two, 73, 10 * LOT, 10 * LOT)], Channel.ORDERS);
  under.frame([amendment(one, ExecType.TRADE_CANCEL, 71, 900)], Channel.ORDERS);
  const terms = { lastQty: 60 * LOT, lastPrice: BID - 2 * TICK, ...fee };
  under.frame([amendment(one, ExecType.TRADE_CORRECT, 72, 901, terms)], Channel.ORDERS);
  return [one, two];
}

test("[V16] what was undone and corrected is so over any number of restarts, and is not undone again", () => {
  const host = new RestartingLane(modules);
  const first = host.start();
  first.under.makeReady();
  const [one] = amendedStory(first.under);
  assert.ok(one !== undefined);
  const expected = positionsOf(first.under);
  const fees = [...first.under.built.balances.fees];
  host.kill(first);
  for (let restart = 0; restart < 3; restart++) {
    const next = host.start();
    const { under } = next;
    assert.deepEqual(positionsOf(under), expected);
    assert.deepEqual([...under.built.balances.fees], fees);
    const { epoch, sequence } = commandOf(one);
    const slot = under.built.orders.findById(epoch, sequence);
    const { cumQty, venueCumQty } = under.built.orders.columns;
    assert.deepEqual([cumQty[slot], venueCumQty[slot]], [60 * LOT, 60 * LOT]);
    under.makeReady();
    const terms = { lastQty: 60 * LOT, lastPrice: BID - 2 * TICK };
    const again = [
      amendment(one, ExecType.TRADE_CANCEL, 71, 900),
      amendment(one, ExecType.TRADE_CORRECT, 72, 901, terms),
      fill(one, 71, 30 * LOT, 0),
      fill(one, 72, 70 * LOT, 0),
    ];
    under.frame(again, Channel.ORDERS);
    assert.deepEqual(positionsOf(under), expected);
    host.kill(next);
  }
});

test("[V16] a trade of an earlier session is undone as if it had never been, and the session after that agrees", () => {
  const host = new RestartingLane(modules);
  const first = host.start();
  first.under.makeReady();
  const [one] = amendedStory(first.under);
  assert.ok(one !== undefined);
  host.kill(first);
  const second = host.start();
  second.under.makeReady();
  second.under.frame([amendment(one, ExecType.TRADE_CANCEL, 72, 902)], Channel.ORDERS);
  const { positions } = second.under.built;
  const row = positions.rowOf(positions.accountRow, 0);
  assert.deepEqual(
    [positions.quantity[row], positions.realizedWhole[row]],
    [-10 * LOT, 0],
    "the sale alone is left",
  );
  assert.equal(positions.costWhole[row], (10 * LOT * ASK) / 1e8);
  const expected = positionsOf(second.under);
  host.kill(second);
  assert.deepEqual(positionsOf(host.start().under), expected);
});

test("[V16] whatever record is the last to reach the disk, a trade is undone and corrected once", () => {
  const whole = new RestartingLane(modules).start();
  whole.under.makeReady();
  const startLength = whole.journal.records.length;
  amendedStory(whole.under);
  const expected = positionsOf(whole.under)[0]?.at(-2);
  const written = whole.journal.records.length - startLength;
  let undone = 0;
  for (let kept = 0; kept <= written; kept++) {
    const host = new RestartingLane(modules);
    const first = host.start();
    first.under.makeReady();
    first.journal.lettersLeft = kept;
    const [one, two] = amendedStory(first.under);
    assert.ok(one !== undefined && two !== undefined);
    host.kill(first);
    const { under, opening } = host.start();
    under.makeReady();
    if (!opening.orders.some(({ sequence }) => sequence === commandOf(two).sequence)) continue;
    // The venue's list shows all of it again.
    const fee = { commission: 7, commissionAssetId: 4 };
    const list = [
      fill(one, 71, 30 * LOT, 0, fee),
      fill(one, 72, 70 * LOT, 0, { ...fee, lastPrice: BID - 9 * TICK }),
      fill(two, 73, 10 * LOT, 0),
      amendment(one, ExecType.TRADE_CANCEL, 71, 900),
      amendment(one, ExecType.TRADE_CORRECT, 72, 901, {
        ...fee,
        lastQty: 60 * LOT,
        lastPrice: BID - 2 * TICK,
      }),
    ];
    under.frame(list, Channel.ORDERS);
    assert.equal(positionsOf(under)[0]?.at(-2), expected, `${kept} records`);
    assert.deepEqual(under.built.balances.fees[3], 7, `${kept} records`);
    undone += 1;
  }
  assert.ok(undone > 8, `${undone} places`);
});

test("an agent that is configured no more leaves its position and its orders to the host, and gets them back", () => {
  const host = new RestartingLane(modules);
  const first = host.start();
  first.under.makeReady();
  const sent = sendOne(first.under, 5, "two");
  first.under.frame([fill(sent, 71, 40 * LOT, 40 * LOT)], Channel.ORDERS);
  const expected = positionsOf(first.under);
  const agents = puppetConfiguration().agents.slice(0, 1);
  host.kill(first);
  const { under } = host.start({ agents });
  const { positions, orders } = under.built;
  assert.equal(positions.quantity[positions.rowOf(1, 0)], 40 * LOT);
  assert.equal(positions.quantity[positions.rowOf(positions.accountRow, 0)], 40 * LOT);
  assert.equal(orders.columns.agent[orders.findById(1, 1)], 1);
  host.kill();
  assert.deepEqual(positionsOf(host.start().under), expected);
});

test("an instrument that is configured no more is named at the start, and what was held in it is there when it comes back", () => {
  const host = new RestartingLane(modules);
  const first = host.start();
  first.under.makeReady();
  const sent = sendOne(first.under, 5);
  first.under.frame([fill(sent, 71, 40 * LOT, 40 * LOT)], Channel.ORDERS);
  const expected = positionsOf(first.under);
  const { instruments, limits } = puppetConfiguration();
  const changes = {
    instruments: instruments.slice(1),
    limits: { ...limits, instruments: limits.instruments.slice(1) },
  };
  host.kill(first);
  assert.deepEqual(host.start(changes).left, [
    `a position of ${40 * LOT} in venue/BTCUSDT, which is not configured`,
    "order 1.1 in venue/BTCUSDT, which is not configured and cannot be asked about",
  ]);
  host.kill();
  assert.deepEqual(positionsOf(host.start().under), expected);
});

test("positions of other exponents, and an opening of another version, are refused with the remedy", () => {
  const { under } = new RestartingLane(modules).start();
  const position = {
    holder: "account",
    venue: "venue",
    symbol: "BTCUSDT",
    priceExponent: -2,
    sizeExponent: -8,
    quoteExponent: -8,
    quantity: "1",
    cost: "1",
    realized: "0",
    cash: "0",
  } as const;
  assert.throws(
    () => applyOpening(under.built, { ...EMPTY_OPENING, positions: [position] }),
    (error: unknown) => error instanceof OpeningError && /start with the old ones/.test(error.message),
  );
  assert.throws(
    () => readOpening(Buffer.from('{"version":2}')),
    (error: unknown) => error instanceof OpeningError && /start the host that wrote it/.test(error.message),
  );
});

test("[V16] where the fills' agent is configured no more nothing of earlier sessions is undone: the instrument is held", () => {
  const host = new RestartingLane(modules);
  const first = host.start();
  first.under.makeReady();
  const sent = sendOne(first.under, 5, "two");
  first.under.frame([fill(sent, 71, 40 * LOT, 40 * LOT)], Channel.ORDERS);
  host.kill(first);
  const { under } = host.start({ agents: puppetConfiguration().agents.slice(0, 1) });
  under.makeReady();
  const held = positionsOf(under);
  under.frame([amendment(sent, ExecType.TRADE_CANCEL, 71, 900)], Channel.ORDERS);
  assert.deepEqual(positionsOf(under), held);
  assert.equal(under.built.modes.instrument[0], TradingMode.CANCEL_ONLY);
});

/** An order of agent one at rest, and the replace of it that has left; then the host dies. */
function diedReplacing(): {
  readonly host: RestartingLane;
  readonly older: SeenEffect;
  readonly newer: SeenEffect;
} {
  const host = new RestartingLane(modules);
  const first = host.start();
  first.under.makeReady();
  const older = sendOne(first.under, 5);
  first.under.frame([reply(older.b, 200), report(older)], Channel.ORDERS);
  const [newer] = sends(first.under.act("one", [replaceIntent(5, { price: BID - TICK })]));
  assert.ok(newer !== undefined);
  host.kill(first);
  return { host, older, newer };
}

/** Slots of the two orders of that replace, which are linked. */
function linkedSlots(
  { built }: LaneUnderTest,
  older: SeenEffect,
  newer: SeenEffect,
): readonly [older: number, newer: number] {
  const { orders } = built;
  const [old, young] = [older, newer].map((sent) => {
    const { epoch, sequence } = commandOf(sent);
    return orders.findById(epoch, sequence);
  });
  assert.ok(old !== undefined && young !== undefined && old >= 0 && young >= 0);
  assert.deepEqual([orders.newerOf(old), orders.olderOf(young)], [young, old]);
  return [old, young];
}

test("[C9] [C1] after a crash the two orders of a replace are one another's still: both count, and the tag passes from the one to the other", () => {
  const { host, older, newer } = diedReplacing();
  const { under } = host.start();
  const [old, young] = linkedSlots(under, older, newer);
  const { orders } = under.built;
  assert.deepEqual([under.status(old), under.status(young)], [OrdStatus.UNKNOWN, OrdStatus.UNKNOWN]);
  assert.equal(orders.open.buyQty[0], 2 * SIZE, "both, each until its end");
  assert.equal(orders.findByTag(0, 5), old);
  under.makeReady();
  under.frame([report(newer)], Channel.ORDERS);
  under.forget();
  under.frame(
    [report(older, { execType: ExecType.CANCELED, ordStatus: OrdStatus.CANCELED })],
    Channel.ORDERS,
  );
  assert.equal(orders.findByTag(0, 5), young);
  assert.equal(orders.open.buyQty[0], SIZE);
  const told = under.given("one", "OrderEvent").map(({ execType, price }) => [execType, price]);
  assert.deepEqual(told, [[ExecType.REPLACED, BigInt(BID - TICK)]]);
});

test("[C9] [C1] an agent that is told its open orders after a crash is told of a replace the one that stands, and may not replace it", () => {
  const { host, older, newer } = diedReplacing();
  const { under } = host.start();
  const [old, young] = linkedSlots(under, older, newer);
  under.makeReady();
  under.frame([report(older), report(newer)], Channel.ORDERS);
  const { replacements } = under.built.orders;
  assert.deepEqual([replacements.standsFor(young), replacements.standsFor(old)], [old, old]);
  assert.deepEqual([replacements.isReplaceable(old), replacements.isReplaceable(young)], [0, 0]);
});

test("[C9] [C1] the link outlives any number of restarts, and ends with the first of the two that is over and forgotten", () => {
  const { host, older, newer } = diedReplacing();
  for (let start = 1; start <= 3; start++) {
    const started = host.start();
    linkedSlots(started.under, older, newer);
    const [, second] = started.opening.orders;
    const { epoch, sequence } = commandOf(older);
    assert.deepEqual(second?.replaces, { epoch, sequence });
    host.kill(started);
  }
  const started = host.start();
  started.under.makeReady();
  started.under.frame(
    [report(older, { execType: ExecType.CANCELED, ordStatus: OrdStatus.CANCELED })],
    Channel.ORDERS,
  );
  host.kill(started);
  const last = host.start();
  assert.deepEqual(
    last.opening.orders.map(({ sequence, replaces }) => [sequence, replaces]),
    [[commandOf(newer).sequence, undefined]],
  );
  const { orders } = last.under.built;
  const { epoch, sequence } = commandOf(newer);
  assert.equal(orders.olderOf(orders.findById(epoch, sequence)), -1);
  assert.equal(orders.findByTag(0, 5), orders.findById(epoch, sequence));
});

test("[C9] of several orders that were to take one's place, the last is linked; an opening of an older host links none", () => {
  const { host, older, newer } = diedReplacing();
  const { opening } = host.start();
  const [first, second] = opening.orders;
  assert.ok(first !== undefined && second?.replaces !== undefined);
  const third = { ...second, sequence: 3 };
  const other = new RestartingLane(modules).start();
  applyOpening(other.under.built, { ...opening, orders: [first, second, third] });
  const { orders } = other.under.built;
  const slotOf = (sent: SeenEffect): number =>
    orders.findById(commandOf(sent).epoch, commandOf(sent).sequence);
  assert.equal(orders.newerOf(slotOf(older)), orders.findById(third.epoch, 3));
  assert.equal(orders.olderOf(slotOf(newer)), -1);
  const { replaces: _, ...unlinked } = second;
  const old = new RestartingLane(modules).start();
  applyOpening(old.under.built, { ...opening, orders: [first, unlinked] });
  assert.equal(
    old.under.built.orders.newerOf(old.under.built.orders.findById(first.epoch, first.sequence)),
    -1,
  );
  assert.equal(old.under.built.orders.open.buyQty[0], 2 * SIZE);
});
