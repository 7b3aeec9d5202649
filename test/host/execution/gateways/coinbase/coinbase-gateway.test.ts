import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel } from "../../../../../host/execution/gateways/index.ts";
import { CoinbaseRig, cancelText, orderText } from "../../../../support/coinbase-rig.ts";
import { level2, message, userOrder } from "../../../../support/coinbase-samples.ts";

const products = ["BTC-USD", "ETH-USD"];

test("the market line subscribes as it opens, one channel a message, and is up with the first message", () => {
  const rig = new CoinbaseRig();
  rig.gateway.start();
  rig.market.listener.onOpen();
  assert.deepEqual(
    CoinbaseRig.subscriptionsOf(rig.market),
    ["level2", "market_trades", "heartbeats"].map((channel) => ({
      type: "subscribe",
      channel,
      product_ids: products,
    })),
  );
  assert.deepEqual(rig.lines, []);
  const book = level2([], "snapshot");
  rig.market.message(book);
  assert.deepEqual(rig.lines, [[Channel.MARKET, true]]);
  assert.deepEqual(rig.frames, [[Channel.MARKET, book]]);
});

test("the order line subscribes with a token, and is up when the venue tells of the account", () => {
  const rig = new CoinbaseRig();
  rig.gateway.start();
  rig.user.listener.onOpen();
  const jwt = "token 1 for ";
  assert.deepEqual(CoinbaseRig.subscriptionsOf(rig.user), [
    { type: "subscribe", channel: "user", product_ids: products, jwt },
    { type: "subscribe", channel: "heartbeats", product_ids: products, jwt },
  ]);
  rig.user.message(message("heartbeats", []));
  assert.deepEqual(rig.lines, []);
  rig.user.message(userOrder({}, "snapshot"));
  assert.deepEqual(rig.lines, [[Channel.ORDERS, true]]);
  assert.deepEqual(rig.frames, [[Channel.ORDERS, userOrder({}, "snapshot")]]);
});

test("an order goes by REST with a token of its own, and its answer comes behind a line", () => {
  const rig = CoinbaseRig.open();
  assert.equal(rig.sendOrder(orderText), true);
  const [sent] = rig.wire.calls;
  assert.deepEqual(
    { ...sent?.call, headers: { ...sent?.call.headers, authorization: "" } },
    {
      method: "POST",
      url: "https://api.coinbase.com/api/v3/brokerage/orders",
      headers: { authorization: "", accept: "application/json", "content-type": "application/json" },
      body: '{"client_order_id":"x"}',
    },
  );
  assert.match(
    sent?.call.headers["authorization"] ?? "",
    /^Bearer token \d+ for POST api\.coinbase\.com\/api\/v3\/brokerage\/orders$/,
  );
  sent?.answer(200, '{"success":true}');
  assert.deepEqual(rig.frames, [[Channel.ORDER_REST, '200 1007 0\n{"success":true}']]);
});

test("[V20] new orders leave only while the account's line is up, cancels always", () => {
  const rig = CoinbaseRig.open();
  rig.user.listener.onClose("reset");
  assert.equal(rig.sendOrder(orderText), false);
  assert.equal(rig.sendOrder(cancelText), true);
  assert.deepEqual(
    rig.wire.calls.map(({ call }) => call.url.split("/").at(-1)),
    ["batch_cancel"],
  );
});

test("what is no request of the codec does not leave", () => {
  const rig = CoinbaseRig.open();
  for (const text of [
    "",
    "x",
    "GET /api/v3/brokerage/orders 1\n\n{}",
    "POST /v2/withdraw 1\n\n{}",
    "POST /api/v3/brokerage/orders\n\n{}",
  ])
    assert.equal(rig.sendOrder(text), false, text);
  assert.equal(rig.wire.calls.length, 0);
  assert.match(rig.notices.at(-1) ?? "", /^error .*no request of its codec/);
});

test("fills are asked for when the account's line comes up, and after each of its messages about orders", () => {
  const rig = CoinbaseRig.open();
  rig.user.message(userOrder());
  const [question] = rig.wire.calls.splice(0);
  assert.match(
    question?.call.url ?? "",
    /\/orders\/historical\/fills\?limit=100&product_ids=BTC-USD&product_ids=ETH-USD&start_sequence_timestamp=2023-/,
  );
  question?.answer(200, '{"fills":[],"cursor":""}');
  assert.deepEqual(rig.frames.at(-1), [Channel.ORDER_REST, '200 0 0\n{"fills":[],"cursor":""}']);
  rig.pass(1);
  assert.equal(rig.wire.calls.length, 0);
  rig.user.listener.onClose("reset");
  rig.wire.untilConnection();
  rig.openUser();
  assert.equal(rig.wire.calls.filter(({ call }) => call.url.includes("fills")).length, 1);
});

test("[V4] a line whose messages have a gap is made anew, the other stays; nothing is told from within the call", () => {
  for (const [channel, other] of [
    [Channel.MARKET, Channel.ORDERS],
    [Channel.ORDERS, Channel.MARKET],
  ] as const) {
    const rig = CoinbaseRig.open();
    const [line, kept] = channel === Channel.MARKET ? [rig.market, rig.user] : [rig.user, rig.market];
    rig.gateway.resubscribe(channel);
    assert.deepEqual([rig.lines, line.isClosing, kept.isClosing], [[], true, false]);
    rig.wire.pass(0);
    assert.deepEqual(rig.lines, [[channel, false]]);
    line.message(level2([]));
    assert.deepEqual(rig.frames, [], "what the old socket still brings is not looked at");
    line.listener.onClose("closed by this host");
    rig.wire.untilConnection();
    if (channel === Channel.MARKET) rig.openMarket();
    else rig.openUser();
    assert.deepEqual(rig.lines, [
      [channel, false],
      [channel, true],
    ]);
    assert.ok(!rig.lines.some(([one]) => one === other));
  }
});

test("[V3] a venue that announces its end has both lines made anew", () => {
  const rig = CoinbaseRig.open();
  rig.gateway.onServerShutdown();
  assert.ok(rig.market.isClosing && rig.user.isClosing);
  rig.wire.pass(0);
  assert.deepEqual(rig.lines, [
    [Channel.MARKET, false],
    [Channel.ORDERS, false],
  ]);
});

test("a reason of the venue for closing, such as a slow consumer, is told", () => {
  const rig = CoinbaseRig.open();
  rig.market.listener.onClose("closed by the venue (code 1008, ErrSlowConsume)");
  assert.deepEqual(rig.lines, [[Channel.MARKET, false]]);
  assert.match(rig.notices.at(-1) ?? "", /market data lost: .*ErrSlowConsume/);
});

test("market data of a product in USDC come under another name: it is refused at the start, with the name to configure", () => {
  assert.throws(() => new CoinbaseRig(["BTC-USDC"]), /BTC-USDC come as BTC-USD; configure BTC-USD instead/);
});

test("after the end nothing is told, sent or tried", () => {
  const rig = CoinbaseRig.open();
  assert.equal(rig.sendOrder(orderText), true);
  rig.gateway.ask("accounts");
  const calls = rig.wire.calls.splice(0);
  const [market, user] = [rig.market, rig.user];
  rig.gateway.stop();
  for (const { answer } of calls) answer(200, "{}");
  for (const line of [market, user]) {
    line.message(message("user", []));
    line.listener.onClose("closed");
  }
  rig.gateway.resubscribe(Channel.MARKET);
  rig.wire.pass(600e9);
  assert.equal(rig.sendOrder(cancelText), false);
  assert.deepEqual(
    [rig.lines, rig.frames, rig.wire.calls.length, rig.wire.connections.length],
    [[], [], 0, 2],
  );
});
