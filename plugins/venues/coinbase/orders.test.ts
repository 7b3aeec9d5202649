import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ExecType, LiquiditySide, OrdStatus, OrderType, Side } from "../../../abi/host/index.ts";
import { CoinbaseCodec } from "../../../test/support/coinbase-codec.ts";
import {
  account,
  answer,
  cancelled,
  fill,
  message,
  notPlaced,
  placed,
  queriedOrder,
  tradeEvent,
  userOrder,
  venueOrderId,
} from "../../../test/support/coinbase-samples.ts";

let codec: CoinbaseCodec;
beforeEach(async () => {
  codec = await CoinbaseCodec.load();
});

/** Those of the fields that are named. */
function picked(fields: Readonly<Record<string, unknown>>, ...names: readonly string[]): unknown[] {
  return names.map((name) => fields[name]);
}

const ours = ["clientOrderEpoch", "clientOrderSequence"] as const;

test("the user channel tells an order's status and cumulative quantity, never a trade", () => {
  for (const [changes, execType, ordStatus, orderQty, cumQty] of [
    [{}, ExecType.NEW, OrdStatus.ACCEPTED, 100_000n, 0n],
    [{ status: "PENDING" }, ExecType.NEW, OrdStatus.PENDING_NEW, 100_000n, 0n],
    [
      { cumulative_quantity: "0.0004", leaves_quantity: "0.0006" },
      ExecType.NEW,
      OrdStatus.PARTIALLY_FILLED,
      100_000n,
      40_000n,
    ],
    [
      { status: "FILLED", cumulative_quantity: "0.001", leaves_quantity: "0" },
      ExecType.NEW,
      OrdStatus.FILLED,
      100_000n,
      100_000n,
    ],
    [{ status: "CANCEL_QUEUED" }, ExecType.NEW, OrdStatus.PENDING_CANCEL, 100_000n, 0n],
    [
      { status: "CANCELLED", cumulative_quantity: "0.0004", leaves_quantity: "0" },
      ExecType.CANCELED,
      OrdStatus.CANCELED,
      0n,
      40_000n,
    ],
    [{ status: "EXPIRED" }, ExecType.EXPIRED, OrdStatus.EXPIRED, 0n, 0n],
    [{ status: "FAILED", reject_reason: "INSUFFICIENT_FUND" }, ExecType.REJECTED, OrdStatus.REJECTED, 0n, 0n],
  ] as const) {
    const report = codec.accept("order", userOrder(changes), "ExecutionReport");
    assert.deepEqual(picked(report, "execType", "ordStatus", "orderQty", "cumQty"), [
      execType,
      ordStatus,
      orderQty,
      cumQty,
    ]);
    assert.deepEqual(picked(report, "tradeId", "lastQty", "venueOrderId", ...ours), [
      0n,
      0n,
      venueOrderId,
      1,
      10,
    ]);
    assert.equal(report["rejectCode"], execType === ExecType.REJECTED ? 8 : 0);
  }
});

test("an order of somebody else has the epoch 0, whatever text names it", () => {
  for (const client_order_id of [
    "",
    "web-17",
    "00000000-5350-8000-8000-00000000000a",
    "00000001-5350-8000-8000-00010000000a",
  ]) {
    const report = codec.accept("order", userOrder({ client_order_id }), "ExecutionReport");
    assert.deepEqual(picked(report, ...ours), [0, 0]);
  }
});

test("the answer to an order names it by both ids", () => {
  const reply = codec.accept("rest", answer(placed), "RequestReply");
  assert.deepEqual(picked(reply, "requestId", "status", "errorCode", "venueOrderId", ...ours), [
    1007,
    200,
    0,
    venueOrderId,
    1,
    10,
  ]);
});

test("a refusal comes with status 200 of HTTP and is a refusal all the same, with the number of the venue's word", () => {
  for (const [body, code] of [
    [notPlaced("INSUFFICIENT_FUND"), 8],
    [notPlaced("INVALID_LIMIT_PRICE_POST_ONLY"), 12],
    [notPlaced("UNKNOWN_FAILURE_REASON", "PREVIEW_INSUFFICIENT_FUND"), 60],
    [notPlaced("SOMETHING_NEW"), 1],
  ] as const) {
    const reply = codec.accept("rest", answer(body), "RequestReply");
    assert.deepEqual(picked(reply, "status", "errorCode", "venueOrderId"), [400, code, 0n]);
  }
});

test("the answer to a cancel names the order, and ours where it is known", () => {
  assert.deepEqual(
    picked(codec.accept("rest", answer(cancelled(true)), "RequestReply"), "status", ...ours),
    [200, 0, 0],
  );
  codec.check("order", userOrder());
  const reply = codec.accept("rest", answer(cancelled(false, "UNKNOWN_CANCEL_ORDER")), "RequestReply");
  assert.deepEqual(picked(reply, "status", "errorCode", "venueOrderId", ...ours), [
    400,
    42,
    venueOrderId,
    1,
    10,
  ]);
});

test("[C7] 5xx, time-outs and answers that cannot be read leave the outcome unknown", () => {
  for (const [text, status] of [
    [answer("", 504), 504],
    [answer("<html>bad gateway</html>", 502), 502],
    [answer({ error: "unknown" }, 500), 500],
    [answer("", 408), 504],
    [answer("", 302), 502],
    [answer(placed, 201), 502],
    [answer(""), 502],
    [answer('{"success":true'), 502],
    [answer("[]"), 502],
    [answer({}), 502],
    [answer({ success: "true" }), 502],
    [answer({ success: true }), 502],
    [answer({ success: true, success_response: { order_id: "17", client_order_id: "x" } }), 502],
    [answer({ success: false }), 502],
    [answer({ results: [] }), 502],
    [answer({ results: [{ success: true, order_id: "x" }] }), 502],
  ] as const) {
    const reply = codec.accept("rest", text, "RequestReply");
    assert.deepEqual(picked(reply, "requestId", "status"), [1007, status], text);
  }
});

test("[V13] a refused request keeps its status, with the time of the next", () => {
  const reply = codec.accept("rest", answer("slow down", 429, 1008, 1_786_309_548_000), "RequestReply");
  assert.deepEqual(picked(reply, "requestId", "status", "retryAfterMs"), [1008, 429, 1_786_309_548_000n]);
  const refused = codec.accept("rest", answer({ error: "unauthorized" }, 401), "RequestReply");
  assert.deepEqual(picked(refused, "status", "errorCode"), [401, 80]);
});

test("an answer without the gateway's line is refused", () => {
  for (const line of [
    "",
    "\n",
    "200\n",
    "200 1\n",
    "200 1 0",
    "200  1 0\n",
    "x 1 0\n",
    "200 1 -1\n",
    "1000 1 0\n",
    "200 4294967296 0\n",
  ])
    assert.equal(codec.check("rest", `${line}{}`).code, -4, line);
});

test("a query tells an order as it was ordered", () => {
  const report = codec.accept(
    "rest",
    answer({ order: queriedOrder({ filled_size: "0.0004" }) }, 200, 3),
    "ExecutionReport",
  );
  assert.deepEqual(picked(report, "ordStatus", "orderQty", "cumQty", "price", "orderType"), [
    OrdStatus.PARTIALLY_FILLED,
    100_000n,
    40_000n,
    6_000_050n,
    OrderType.LIMIT,
  ]);
  const maker = { limit_limit_gtc: { base_size: "1", limit_price: "2", post_only: true } };
  const market = { market_market_ioc: { quote_size: "100" } };
  for (const [order_configuration, orderQty, orderType] of [
    [maker, 100_000_000n, OrderType.LIMIT_MAKER],
    [market, 0n, OrderType.LIMIT],
    [{ market_market_ioc: { base_size: "1" } }, 100_000_000n, OrderType.LIMIT],
    [{ twap_limit_gtd: {} }, 0n, OrderType.LIMIT],
  ] as const) {
    const one = codec.accept(
      "rest",
      answer({ order: queriedOrder({ order_configuration }) }),
      "ExecutionReport",
    );
    assert.deepEqual(picked(one, "orderQty", "orderType"), [orderQty, orderType]);
  }
});

test("[C5] a fill is a trade whose id is the same whenever it is told, and which names our order once it was seen", () => {
  const unseen = codec.accept("rest", answer({ fills: [fill()] }), "ExecutionReport");
  assert.deepEqual(picked(unseen, "venueOrderId", ...ours), [venueOrderId, 0, 0]);
  codec.check("rest", answer(placed));
  const seen = codec.accept("rest", answer({ fills: [fill()] }), "ExecutionReport");
  assert.deepEqual(picked(seen, "tradeId", ...ours), [unseen["tradeId"], 1, 10]);
  assert.deepEqual(
    picked(seen, "execType", "side", "liquiditySide", "lastPrice", "lastQty", "cumQty", "orderQty"),
    [ExecType.TRADE, Side.BUY, LiquiditySide.MAKER, 6_000_050n, 40_000n, 0n, 0n],
  );
  const other = codec.accept("rest", answer({ fills: [fill({ trade_id: "other" })] }), "ExecutionReport");
  assert.notEqual(other["tradeId"], seen["tradeId"]);
});

test("[V16] a reversal and a correction name the trade that they are about, and have a number of their own", () => {
  codec.check("rest", answer(placed));
  const trade = codec.accept("rest", answer({ fills: [fill()] }), "ExecutionReport");
  const numbers = new Set([trade["execId"]]);
  assert.deepEqual([...numbers], [0n]);
  for (const [trade_type, execType] of [
    ["REVERSAL", ExecType.TRADE_CANCEL],
    ["CORRECTION", ExecType.TRADE_CORRECT],
  ] as const) {
    const entry_id = `entry-of-${trade_type}`;
    const one = codec.accept("rest", answer({ fills: [fill({ trade_type, entry_id })] }), "ExecutionReport");
    assert.deepEqual(picked(one, "execType", "tradeId", ...ours), [execType, trade["tradeId"], 1, 10]);
    assert.equal(one["ordStatus"], OrdStatus.UNKNOWN, "nobody says that the order works again");
    const again = codec.accept(
      "rest",
      answer({ fills: [fill({ trade_type, entry_id })] }),
      "ExecutionReport",
    );
    assert.equal(again["execId"], one["execId"], "the same whenever it is told");
    numbers.add(one["execId"]);
  }
  assert.equal(numbers.size, 3);
});

test("fills and trades, which come newest first, are given oldest first", () => {
  const fills = ["c", "b", "a"].map((trade_id, index) => fill({ trade_id, size: `0.000${3 - index}` }));
  const { records } = codec.check("rest", answer({ fills }));
  assert.deepEqual(
    records.map(({ fields }) => fields["lastQty"]),
    [10_000n, 20_000n, 30_000n],
  );
  const trades = codec.check("market", message("market_trades", [tradeEvent])).records.slice(1);
  assert.deepEqual(
    trades.map(({ fields }) => [fields["instrumentId"], fields["aggressorSide"]]),
    [
      [22, Side.SELL],
      [21, Side.BUY],
    ],
  );
});

test("a fee is rounded up to the currency's cent, a rebate down; its currency is the quote's", () => {
  for (const [commission, mantissa] of [
    ["0.0960008", 10n],
    ["0.09", 9n],
    ["0.090000", 9n],
    ["0", 0n],
    ["-0.0119", -1n],
  ] as const) {
    const report = codec.accept("rest", answer({ fills: [fill({ commission })] }), "ExecutionReport");
    assert.deepEqual(picked(report, "commission", "commissionAssetId"), [mantissa, 2]);
  }
});

test("of an account what can be spent is rounded down and what is held is rounded up", () => {
  const accounts = [
    account("USD", "1000.999999", "0.001"),
    account("BTC", "1.5", "0"),
    account("DOGE", "1", "1"),
  ];
  const { records } = codec.check("rest", answer({ accounts }));
  assert.deepEqual(
    records.map(({ fields }) => picked(fields, "assetId", "free", "locked")),
    [
      [2, 100_099n, 1n],
      [1, 150_000_000n, 0n],
    ],
  );
});
