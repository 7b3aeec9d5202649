import assert from "node:assert/strict";
import { test } from "node:test";
import { OrdStatus, Side, TimeInForce } from "../../../../../abi/host/index.ts";
import { Channel } from "../../../../../host/execution/gateways/index.ts";
import { TradingMode } from "../../../../../host/execution/risk/index.ts";
import { LaneCounter } from "../../../../../host/lane/index.ts";
import { CoinbaseSession } from "../../../../support/coinbase-session.ts";
import { cancelIntent, intent } from "../../../../support/lane-under-test.ts";

const DOLLAR = 1e8;
const FAR_BELOW = 64_500 * DOLLAR;
const THROUGH = 65_500 * DOLLAR;
const THOUSANDTH = 100_000;
const resting = { price: FAR_BELOW, quantity: THOUSANDTH };

const open = (): Promise<CoinbaseSession> => CoinbaseSession.open({ flow: true });
const mode = ({ built }: CoinbaseSession): number => built.modes.instrument[0] ?? 0;
const isValid = ({ built }: CoinbaseSession): boolean =>
  built.lane.parts.market.feeds.every((feed) => feed.isValid && !feed.isStale());

for (const [title, breaks] of [
  [
    "half open: nothing comes and nobody says so",
    (host: CoinbaseSession) => host.venue.faults.halfOpen(host.peer("marketData")),
  ],
  [
    "without heartbeats, while all else flows",
    (host: CoinbaseSession) => host.venue.faults.heartbeatsOff(host.peer("marketData")),
  ],
  ["cut", (host: CoinbaseSession) => host.venue.cut(host.peer("marketData"), host.nowNs)],
] as const)
  test(`[V1][M4] a market line that is ${title}, is made anew, and its books are right again`, async () => {
    const host = await open();
    breaks(host);
    host.pass(25);
    assert.ok(host.isUp(Channel.MARKET) && isValid(host), host.notices.join("\n"));
    assert.equal(mode(host), TradingMode.ACTIVE);
    assert.equal(
      host.venue.sessions.filter(
        ({ connection }) => connection.endpoint === "marketData" && !connection.halfOpen,
      ).length,
      1,
    );
  });

test("[V1][C5] a user channel that is half open: the open order is in doubt, and the fill meanwhile is told once, by the list of fills", async () => {
  const host = await CoinbaseSession.open();
  host.maker("SELL", "65000", "1");
  host.maker("BUY", "64000", "1");
  host.pass(1);
  host.act([intent({ price: 64_900 * DOLLAR, quantity: THOUSANDTH, tag: 1 })]);
  host.venue.faults.halfOpen(host.peer("user"));
  host.maker("SELL", "64900", "0.0004");
  host.pass(20);
  assert.ok(host.isUp(Channel.ORDERS));
  assert.equal(mode(host), TradingMode.CANCEL_ONLY, "a person has to look");
  assert.ok(host.notices.some((text) => text.includes("no heartbeat for 10 s")));
  assert.deepEqual([host.orderOf(1).status, host.orderOf(1).cumQty], [OrdStatus.CANCELED, 40_000]);
  assert.equal(host.position(), 40_000);
});

test("[V4][M1] lost messages of the market line make its books invalid in that step, and the line is made anew", async () => {
  const host = await open();
  host.venue.faults.dropFrames(host.peer("marketData"), 2);
  host.pass(5);
  assert.equal(host.built.lane.counters[LaneCounter.LINE_GAPS], 1);
  assert.ok(isValid(host) && host.isUp(Channel.MARKET));
  assert.equal(mode(host), TradingMode.ACTIVE);
  assert.ok(
    host.notices.some((text) => text.includes("market data lost: a gap")),
    host.notices.join("\n"),
  );
});

test("[V4] a lost message of the user channel may have been news of an order: the venue halts, and the channel is made anew", async () => {
  const host = await open();
  host.venue.faults.dropFrames(host.peer("user"), 1);
  host.pass(5);
  assert.equal(mode(host), TradingMode.CANCEL_ONLY);
  assert.ok(host.isUp(Channel.ORDERS));
});

test("[V4] a fill whose only message on the user channel is lost is known as soon as the gap shows and the channel is made anew", async () => {
  const host = await CoinbaseSession.open();
  host.maker("SELL", "65000", "1");
  host.maker("BUY", "64000", "1");
  host.pass(1);
  host.act([intent({ price: 64_900 * DOLLAR, quantity: THOUSANDTH, tag: 1 })]);
  host.venue.faults.loseUserEvents(host.peer("user"), 1);
  host.maker("SELL", "64900", "0.001");
  const filledNs = host.nowNs;
  while (host.position() === 0 && host.nowNs - filledNs < 60e9) host.pass(0.01);
  assert.deepEqual([host.position(), mode(host)], [THOUSANDTH, TradingMode.CANCEL_ONLY]);
  // At most 1 s to the next heartbeat, whose number shows the gap, and 1 s before the first new connection, which asks for fills.
  const unknownNs = host.nowNs - filledNs;
  assert.ok(unknownNs <= 2.2e9, `unknown for ${unknownNs / 1e9} s`);
  assert.equal(host.built.lane.counters[LaneCounter.LINE_GAPS], 1);
});

for (const [title, disturb] of [
  ["twice", (host: CoinbaseSession) => host.venue.faults.duplicateFrames(host.peer("marketData"), 3)],
  ["in another order", (host: CoinbaseSession) => host.venue.faults.swapFrames(host.peer("marketData"), 3)],
  [
    "two seconds late",
    (host: CoinbaseSession) => host.venue.faults.delayFrames(host.peer("marketData"), 2e9),
  ],
  ["torn", (host: CoinbaseSession) => host.venue.faults.tearFrame(host.peer("marketData"), 100)],
] as const)
  test(`[M6][V10] market messages that come ${title} never lead to a wrong book`, async () => {
    const host = await open();
    disturb(host);
    host.pass(12);
    assert.ok(host.isUp(Channel.MARKET) && isValid(host), host.notices.join("\n"));
    assert.equal(mode(host), TradingMode.ACTIVE);
  });

test("[M3] a snapshot whose bid and ask cross is no book: no order is priced by it, and another one is asked for", async () => {
  const host = await open();
  host.venue.cut(host.peer("marketData"), host.nowNs);
  host.pass(0.001);
  while (host.venue.sessions.every(({ connection }) => connection.endpoint !== "marketData")) host.pass(0.05);
  host.venue.faults.contradictSnapshot(host.peer("marketData"));
  host.pass(10);
  assert.ok(isValid(host), host.notices.join("\n"));
});

test("[V11] an unknown channel is passed over on the market line, and halts the venue on the user's", async () => {
  const market = await open();
  market.venue.unknownMessage(market.peer("marketData"), market.nowNs);
  market.pass(1);
  assert.equal(mode(market), TradingMode.ACTIVE);
  const user = await open();
  user.venue.unknownMessage(user.peer("user"), user.nowNs);
  user.pass(1);
  assert.equal(mode(user), TradingMode.CANCEL_ONLY);
});

test("[V12] an order that the account never sent is quarantined, and its instrument halts", async () => {
  const host = await open();
  host.venue.strangeOrder(host.peer("user"), "BTC-USD", host.nowNs);
  host.pass(1);
  assert.equal(mode(host), TradingMode.CANCEL_ONLY);
  assert.equal(host.built.modes.instrument[1], TradingMode.ACTIVE);
  assert.equal(host.position(), 0);
});

for (const [title, lose] of [
  ["502 for what was carried out", (host: CoinbaseSession) => void (host.venue.faults.failAfterActing = 1)],
  ["no answer at all", (host: CoinbaseSession) => void (host.venue.faults.loseAnswers = 1)],
  ["half an answer", (host: CoinbaseSession) => void (host.venue.faults.cutAnswerAtByte = 30)],
] as const)
  test(`[C2][C7] ${title}: the order is not sent again, the user channel proves what became of it`, async () => {
    const host = await open();
    lose(host);
    host.act([intent({ ...resting, tag: 1 })]);
    assert.equal(host.orderOf(1).status, OrdStatus.ACCEPTED);
    assert.equal(host.venue.orders.newestFirst(1).length, 1);
    host.act([cancelIntent(1)]);
    assert.equal(host.orderOf(1).status, OrdStatus.CANCELED);
  });

test("[C5][V15] fills that are told before the answer to their order count once", async () => {
  const host = await open();
  host.venue.faults.answerDelayNs = 3e9;
  host.act([intent({ price: THROUGH, quantity: THOUSANDTH, tag: 1 })], "one", 1.5);
  assert.equal(host.orderOf(1).status, OrdStatus.FILLED);
  host.pass(4);
  assert.equal(host.orderOf(1).status, OrdStatus.FILLED);
  assert.equal(host.position(), THOUSANDTH);
});

test("[C10] a fill between an accepted cancel and its effect is counted, and the cancel was late", async () => {
  const host = await CoinbaseSession.open();
  host.maker("SELL", "65000", "1");
  host.maker("BUY", "64000", "1");
  host.pass(1);
  host.act([intent({ price: 64_900 * DOLLAR, quantity: THOUSANDTH, tag: 1 })]);
  host.venue.faults.cancelDelayNs = 2e9;
  host.act([cancelIntent(1)], "one", 1.2);
  assert.equal(host.orderOf(1).status, OrdStatus.PENDING_CANCEL);
  host.maker("SELL", "64900", "0.0004");
  host.pass(4);
  assert.deepEqual([host.orderOf(1).status, host.orderOf(1).cumQty], [OrdStatus.CANCELED, 40_000]);
  assert.equal(host.position(), 40_000);
});

test("[V13] a 429 holds new orders back until its time, and the cancels meanwhile are carried out", async () => {
  const host = await open();
  host.act([intent({ ...resting, tag: 1 })]);
  host.venue.faults.refuseRequests = 1;
  host.act([intent({ ...resting, tag: 2 }), cancelIntent(1)], "one", 3);
  assert.equal(host.orderOf(1).status, OrdStatus.CANCELED);
  host.act([intent({ ...resting, tag: 3 })]);
  assert.equal(host.orderOf(3).status, OrdStatus.ACCEPTED);
  assert.equal(mode(host), TradingMode.ACTIVE);
});

test("[V14] tokens that the venue's clock does not take: orders are refused and told so, and nothing is sent again", async () => {
  const host = await open();
  host.venue.skewClock(600_000);
  host.act([intent({ ...resting, tag: 1 })]);
  assert.equal(host.orderOf(1).status, OrdStatus.REJECTED);
  assert.equal(host.venue.orders.newestFirst(1).length, 0);
  host.venue.skewClock(0);
  host.pass(2);
  host.act([intent({ ...resting, tag: 2 })]);
  assert.equal(host.orderOf(2).status, OrdStatus.ACCEPTED);
});

test("[V19] a key that the venue does not know is tried five times, and then a person is told", async () => {
  const host = await CoinbaseSession.open({
    flow: true,
    signer: () => ({ token: (_uri, onToken) => onToken("no.token.atall") }),
  });
  host.pass(120);
  assert.ok(!host.isUp(Channel.ORDERS) && host.isUp(Channel.MARKET));
  assert.ok(
    host.notices.some((text) => text.includes("refused 5 times")),
    host.notices.join("\n"),
  );
});

test("[V20] while the user channel is down no new order leaves, and cancels do", async () => {
  const host = await open();
  host.act([intent({ ...resting, tag: 1 })]);
  host.venue.cut(host.peer("user"), host.nowNs);
  host.act([intent({ ...resting, tag: 2, side: Side.BUY, timeInForce: TimeInForce.GTC })], "one", 0.5);
  host.pass(10);
  assert.equal(host.venue.orders.newestFirst(1).length, 1);
  assert.ok(host.isUp(Channel.ORDERS));
  assert.equal(
    host.orderOf(1).status,
    OrdStatus.CANCELED,
    "what is in doubt is cancelled when the line is back",
  );
});

test("[C2][C5] a host that starts again adopts what is open, cancels it, and counts no earlier fill", async () => {
  const first = await CoinbaseSession.open();
  first.maker("SELL", "65000", "1");
  first.maker("BUY", "64000", "1");
  first.pass(1);
  first.act([intent({ price: 64_900 * DOLLAR, quantity: THOUSANDTH, tag: 1 })]);
  first.maker("SELL", "64900", "0.0004");
  first.pass(2);
  assert.equal(first.position(), 40_000);
  first.stop();
  const second = await CoinbaseSession.open({ venue: first.venue, startNs: first.nowNs + 1e9, epoch: 8 });
  second.pass(2);
  assert.equal(second.session.openOrders, 1);
  second.maker("SELL", "64900", "0.0001");
  second.pass(2);
  assert.equal(second.position(), 10_000);
  second.session.cancelAll(TradingMode.CANCEL_ONLY);
  second.pass(3);
  assert.equal(second.session.openOrders, 0);
  assert.equal(second.venue.orders.newestFirst(1)[0]?.status, "CANCELLED");
  assert.equal(second.position(), 10_000);
});
