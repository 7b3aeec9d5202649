import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  AccountQueryKind,
  ExecType,
  IntentAction,
  OrderType,
  OrdStatus,
  Side,
  TimeInForce,
} from "../../../abi/host/index.ts";
import { CoinbaseCodec } from "../../../test/support/coinbase-codec.ts";
import {
  account,
  answer,
  clientId,
  fill,
  orderUuid,
  placed,
  queriedOrder,
  told,
  venueOrderId,
} from "../../../test/support/coinbase-samples.ts";
import type { FieldValues } from "../../../test/support/record-writer.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";

const INVALID_ORDER = -19;
const UNKNOWN_SYMBOL = -5;
const UNKNOWN_ORDER = -24;
const BATCH = "/api/v3/brokerage/orders/historical/batch";

let codec: CoinbaseCodec;
beforeEach(async () => {
  codec = await CoinbaseCodec.load();
});

/** The request's text, and the code when there is none. */
function encode(name: "AccountQuery" | "OrderCommand", values: FieldValues): string | number {
  const { code, records } = codec.plugin.send(writeRecord(name, values));
  const [frame] = records;
  if (code < 0 || frame === undefined) return code;
  assert.equal(frame.fields["requestId"], values["requestId"]);
  const start = codec.plugin.map.outboxOffset + 16;
  return codec.plugin.bytes.toString("utf8", start, start + Number(frame.fields["lengthBytes"]));
}

const query: FieldValues = {
  requestId: 1012,
  instrumentId: 21,
  clientOrderEpoch: 1,
  clientOrderSequence: 10,
  action: IntentAction.QUERY,
};

test("an order is asked for by its UUID where that is known, else among the newest of its product", () => {
  const recent = (id: bigint): string => `GET ${BATCH}?limit=250&product_ids=BTC-USD 1012 1 ${id} 1 10\n\n`;
  assert.equal(encode("OrderCommand", query), recent(0n));
  assert.equal(encode("OrderCommand", { ...query, venueOrderId }), recent(venueOrderId));
  codec.check("rest", answer(placed));
  assert.equal(
    encode("OrderCommand", { ...query, venueOrderId }),
    `GET ${BATCH}?limit=2&order_ids=${orderUuid} 1012 1 ${venueOrderId} 1 10\n\n`,
  );
  assert.equal(encode("OrderCommand", { ...query, clientOrderEpoch: 0 }), INVALID_ORDER);
  assert.equal(encode("OrderCommand", { ...query, requestId: 0 }), INVALID_ORDER);
  assert.equal(encode("OrderCommand", { ...query, instrumentId: 99 }), UNKNOWN_SYMBOL);
});

test("each question about the account is one target, with the pages that it may have", () => {
  const written = (kind: number, changes: FieldValues = {}): string | number =>
    encode("AccountQuery", { requestId: 7, instrumentId: 22, kind, ...changes });
  const open = `GET ${BATCH}?limit=250&order_status=OPEN&product_ids=ETH-USD 7 40 0 0 0\n\n`;
  assert.equal(written(AccountQueryKind.OPEN_ORDERS), open);
  assert.equal(written(AccountQueryKind.OPEN_ORDERS, { fromId: 5n }), open);
  assert.equal(written(AccountQueryKind.ORDERS), `GET ${BATCH}?limit=250&product_ids=ETH-USD 7 1 0 0 0\n\n`);
  assert.equal(
    written(AccountQueryKind.TRADES),
    "GET /api/v3/brokerage/orders/historical/fills?limit=250&product_ids=ETH-USD 7 1 0 0 0\n\n",
  );
  assert.equal(
    written(AccountQueryKind.BALANCES, { instrumentId: 0 }),
    "GET /api/v3/brokerage/accounts?limit=250 7 40 0 0 0\n\n",
  );
  assert.equal(written(9), INVALID_ORDER);
  assert.equal(written(AccountQueryKind.TRADES, { requestId: 0 }), INVALID_ORDER);
  assert.equal(written(AccountQueryKind.TRADES, { instrumentId: 99 }), UNKNOWN_SYMBOL);
});

test("trades and orders from an id on are refused: the venue's lists go by time, and an answer would look whole that is not", () => {
  for (const kind of [AccountQueryKind.ORDERS, AccountQueryKind.TRADES])
    assert.equal(encode("AccountQuery", { requestId: 7, instrumentId: 22, kind, fromId: 5n }), INVALID_ORDER);
});

test("an answer's orders are states and no events, oldest first, with the question's id; behind the last page comes its end", () => {
  const other = "b1b2c3d4-e5f6-4890-abcd-ef1234567890";
  const orders = [queriedOrder({ status: "CANCELLED", order_id: other }), queriedOrder()];
  const page = codec.check("rest", told({ orders, has_next: true }, 2)).records;
  assert.deepEqual(
    page.map(({ fields }) => [fields["execType"], fields["ordStatus"], fields["requestId"]]),
    [
      [ExecType.ORDER_STATUS, OrdStatus.ACCEPTED, 1007],
      [ExecType.ORDER_STATUS, OrdStatus.CANCELED, 1007],
    ],
  );
  for (const rest of [0, 1]) {
    const last = codec.check("rest", told({ orders: [] }, rest)).records;
    assert.deepEqual(
      last.map(({ name, fields }) => [name, fields["requestId"], fields["status"]]),
      [["RequestReply", 1007, 200]],
    );
  }
});

test("[C8] an order that was asked about is told alone; it is absent only where nothing older is left to look at", () => {
  const strange = queriedOrder({ client_order_id: "web", order_id: "b1b2c3d4-e5f6-4890-abcd-ef1234567890" });
  for (const about of ["0 1 10", `${venueOrderId} 0 0`, `${venueOrderId} 1 10`]) {
    const { records } = codec.check("rest", told({ orders: [strange, queriedOrder()] }, 1, about));
    assert.deepEqual(
      records.map(({ name, fields }) => [name, fields["venueOrderId"], fields["clientOrderSequence"]]),
      [
        ["ExecutionReport", venueOrderId, 10],
        ["RequestReply", venueOrderId, 10],
      ],
    );
    for (const [rest, status] of [
      [0, 404],
      [1, 504],
    ] as const) {
      const reply = codec.accept("rest", told({ orders: [strange] }, rest, about), "RequestReply");
      assert.deepEqual([reply["status"], reply["venueOrderId"]], [status, 0n]);
    }
  }
});

test("[C8] among more orders than a page has, one is absent only where the page reaches a minute behind an order of this host that was sent before it", () => {
  const ourId = (sequence: number): string =>
    `${clientId.slice(0, -12)}${sequence.toString(16).padStart(12, "0")}`;
  const at = (sequence: number | null, seconds: number): object =>
    queriedOrder({
      client_order_id: sequence === null ? "web" : ourId(sequence),
      order_id: `b1b2c3d4-e5f6-4890-abcd-ef12345678${String(10 + seconds)
        .padStart(2, "0")
        .slice(-2)}`,
      created_time: new Date(Date.UTC(2026, 7, 9, 21, 0, seconds)).toISOString(),
    });
  for (const [orders, status] of [
    [[at(11, 70), at(9, 60), at(null, 0)], 404],
    [[at(11, 70), at(9, 59), at(null, 0)], 504],
    [[at(11, 70), at(12, 60), at(null, 0)], 504],
    [[at(null, 70), at(null, 0)], 504],
    [[at(9, 70), at(8, 10)], 404],
  ] as const) {
    const reply = codec.accept("rest", told({ orders }, 1, "0 1 10"), "RequestReply");
    assert.equal(reply["status"], status, JSON.stringify(orders));
  }
  const byVenueId = codec.accept(
    "rest",
    told({ orders: [at(9, 70), at(8, 0)] }, 1, `${venueOrderId} 1 10`),
    "RequestReply",
  );
  assert.equal(byVenueId["status"], 504);
});

test("an answer's trades and balances carry its end behind them, and no word on how an order stands", () => {
  const trades = codec.check("rest", told({ fills: [fill()] }, 1)).records;
  assert.deepEqual(
    trades.map(({ fields }) => [
      fields["requestId"],
      fields["ordStatus"] ?? fields["status"],
      fields["cumQty"],
    ]),
    [
      [1007, OrdStatus.UNKNOWN, 0n],
      [1007, 200, undefined],
    ],
  );
  const balances = codec.check("rest", told({ accounts: [account("BTC", "1", "0")] })).records;
  assert.deepEqual(
    balances.map(({ name }) => name),
    ["Balance", "RequestReply"],
  );
});

test("[C7] an answer to a question that fails or cannot be read tells nothing but that, and refuses no news", () => {
  for (const [text, status] of [
    [told("", 0, "0 1 10", 504), 504],
    [told({ error: "unauthorized" }, 0, "0 0 0", 401), 401],
    [told("<html>", 0, "0 1 10", 429), 429],
    [told("<html>"), 502],
    [told({ orders: [queriedOrder(), queriedOrder({ status: "NEVER_HEARD_OF" })] }), 502],
    [told({ fills: [fill({ price: "-1" })] }), 502],
    [told({ orders: {} }, 2), 502],
  ] as const) {
    const { records } = codec.check("rest", text);
    assert.deepEqual(
      records.map(({ name, fields }) => [name, fields["status"]]),
      [["RequestReply", status]],
      text,
    );
  }
});

test("[C2] an answer teaches the UUID of its order, so that it can be cancelled again", () => {
  const cancel = { ...query, action: IntentAction.CANCEL, venueOrderId };
  assert.equal(encode("OrderCommand", cancel), UNKNOWN_ORDER);
  codec.check("rest", told({ orders: [queriedOrder({ status: "NEVER_HEARD_OF" })] }));
  assert.equal(encode("OrderCommand", cancel), UNKNOWN_ORDER, "what was not believed has taught nothing");
  codec.check("rest", told({ orders: [queriedOrder()] }, 0, "0 1 10"));
  assert.match(String(encode("OrderCommand", cancel)), new RegExp(orderUuid));
});

const replace: FieldValues = {
  ...{ price: 6_000_050, quantity: 100_000, requestId: 1012, instrumentId: 21, venueOrderId },
  ...{ clientOrderEpoch: 1, clientOrderSequence: 10, origClientOrderEpoch: 1, origClientOrderSequence: 9 },
  ...{
    action: IntentAction.REPLACE,
    side: Side.SELL,
    orderType: OrderType.LIMIT,
    timeInForce: TimeInForce.GTC,
  },
};

test("[C9] a replace is a cancel and, behind it, the new order, which the gateway sends only after it", () => {
  assert.equal(encode("OrderCommand", replace), UNKNOWN_ORDER);
  codec.check("rest", answer(placed));
  assert.equal(
    encode("OrderCommand", replace),
    `REPLACE 1012\n\n{"order_ids":["${orderUuid}"]}\n\n{"client_order_id":"${clientId}","product_id":"BTC-USD","side":"SELL","order_configuration":{"limit_limit_gtc":{"base_size":"0.00100","limit_price":"60000.50","post_only":false}}}`,
  );
  assert.equal(encode("OrderCommand", { ...replace, requestId: 0xffff_ffff }), INVALID_ORDER);
  assert.equal(encode("OrderCommand", { ...replace, quantity: 0 }), INVALID_ORDER);
  const reply = codec.accept("rest", answer("", 424), "RequestReply");
  assert.deepEqual([reply["requestId"], reply["status"], reply["errorCode"]], [1007, 424, 120]);
});
