import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { AccountQueryKind, IntentAction, OrderType, Side, TimeInForce } from "../../../abi/host/index.ts";
import { BinanceCodec, instruments } from "../../../test/support/binance-codec.ts";
import { clientOrderId } from "../../../test/support/binance-reference-words.ts";
import { decimal } from "../../../test/support/binance-reference-fields.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";
import type { FieldValues } from "../../../test/support/record-writer.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";

let codec: BinanceCodec;
before(async () => {
  codec = await BinanceCodec.load();
});

const buy: FieldValues = {
  price: 6183763,
  quantity: 100_000,
  timestampMs: 1723161255208,
  requestId: 12,
  instrumentId: 7,
  clientOrderEpoch: 1,
  clientOrderSequence: 10,
  action: IntentAction.SUBMIT,
  side: Side.BUY,
  orderType: OrderType.LIMIT,
  timeInForce: TimeInForce.GTC,
};
const cancel: FieldValues = {
  ...buy,
  price: 0,
  quantity: 0,
  action: IntentAction.CANCEL,
  side: 0,
  orderType: 0,
  timeInForce: 0,
};

/** The request's text, and the code when there is none. */
function encode(
  command: FieldValues,
  name: "OrderCommand" | "AccountQuery" = "OrderCommand",
): string | number {
  const { code, records } = codec.plugin.send(writeRecord(name, command));
  const [frame] = records;
  if (code < 0 || frame === undefined) return code;
  assert.equal(records.length, 1);
  assert.equal(frame.fields["requestId"], command["requestId"]);
  const start = codec.plugin.map.outboxOffset + 16;
  return codec.plugin.bytes.toString("utf8", start, start + Number(frame.fields["lengthBytes"]));
}

function placed(changes: FieldValues): Record<string, string | number> {
  const { params } = JSON.parse(String(encode({ ...buy, ...changes }))) as {
    params: Record<string, string | number>;
  };
  return params;
}

test("a limit order is written as the venue wants it", () => {
  assert.equal(
    encode(buy),
    '{"id":12,"method":"order.place","params":{"newClientOrderId":"s1-a","newOrderRespType":"ACK","price":"61837.63","quantity":"0.00100","side":"BUY","symbol":"BTCUSDT","timeInForce":"GTC","timestamp":1723161255208,"type":"LIMIT"}}',
  );
});

test("a maker order has no time in force, a market order no price either", () => {
  assert.equal(
    encode({ ...buy, orderType: OrderType.LIMIT_MAKER, side: Side.SELL }),
    '{"id":12,"method":"order.place","params":{"newClientOrderId":"s1-a","newOrderRespType":"ACK","price":"61837.63","quantity":"0.00100","side":"SELL","symbol":"BTCUSDT","timestamp":1723161255208,"type":"LIMIT_MAKER"}}',
  );
  assert.equal(
    encode({ ...buy, orderType: OrderType.MARKET, price: 0, timeInForce: 0 }),
    '{"id":12,"method":"order.place","params":{"newClientOrderId":"s1-a","newOrderRespType":"ACK","quantity":"0.00100","side":"BUY","symbol":"BTCUSDT","timestamp":1723161255208,"type":"MARKET"}}',
  );
});

test("a query names the order as a cancel does", () => {
  const query = { ...cancel, action: IntentAction.QUERY };
  assert.equal(
    encode({ ...query, venueOrderId: 12569099453n }),
    '{"id":12,"method":"order.status","params":{"orderId":12569099453,"symbol":"BTCUSDT","timestamp":1723161255208}}',
  );
  assert.equal(
    encode(query),
    '{"id":12,"method":"order.status","params":{"origClientOrderId":"s1-a","symbol":"BTCUSDT","timestamp":1723161255208}}',
  );
  assert.equal(encode({ ...query, clientOrderEpoch: 0 }), -19);
});

test("[C9] a replace cancels one order, places another only then, and its id tells that it is one", () => {
  const replace = { ...buy, action: IntentAction.REPLACE };
  assert.equal(
    encode({ ...replace, venueOrderId: 77n }),
    '{"id":"r12","method":"order.cancelReplace","params":{"cancelOrderId":77,"cancelReplaceMode":"STOP_ON_FAILURE","cancelRestrictions":"ONLY_NEW","newClientOrderId":"s1-a","newOrderRespType":"ACK","price":"61837.63","quantity":"0.00100","side":"BUY","symbol":"BTCUSDT","timeInForce":"GTC","timestamp":1723161255208,"type":"LIMIT"}}',
  );
  assert.equal(
    encode({ ...replace, origClientOrderEpoch: 1, origClientOrderSequence: 9 }),
    '{"id":"r12","method":"order.cancelReplace","params":{"cancelOrigClientOrderId":"s1-9","cancelReplaceMode":"STOP_ON_FAILURE","cancelRestrictions":"ONLY_NEW","newClientOrderId":"s1-a","newOrderRespType":"ACK","price":"61837.63","quantity":"0.00100","side":"BUY","symbol":"BTCUSDT","timeInForce":"GTC","timestamp":1723161255208,"type":"LIMIT"}}',
  );
  assert.ok(
    !String(encode({ ...replace, venueOrderId: 77n, origCumQty: 1_000 })).includes("cancelRestrictions"),
  );
  assert.ok(
    !String(encode({ ...replace, origClientOrderEpoch: 1, origCumQty: 1 })).includes("cancelRestrictions"),
  );
  for (const wrong of [{}, { venueOrderId: 77n, price: 0 }, { venueOrderId: 77n, requestId: 0xffff_ffff }])
    assert.equal(encode({ ...replace, ...wrong }), -19);
});

test("questions for the account are written with their parameters in order", () => {
  const ask = (kind: number, more: FieldValues = {}): string | number =>
    encode({ requestId: 12, timestampMs: 1723161255208, instrumentId: 7, kind, ...more }, "AccountQuery");
  const tail = '"symbol":"BTCUSDT","timestamp":1723161255208}}';
  assert.equal(ask(AccountQueryKind.OPEN_ORDERS), `{"id":12,"method":"openOrders.status","params":{${tail}`);
  assert.equal(ask(AccountQueryKind.TRADES), `{"id":12,"method":"myTrades","params":{"limit":1000,${tail}`);
  assert.equal(
    ask(AccountQueryKind.TRADES, { fromId: 5n }),
    `{"id":12,"method":"myTrades","params":{"fromId":5,"limit":1000,${tail}`,
  );
  assert.equal(ask(AccountQueryKind.ORDERS), `{"id":12,"method":"allOrders","params":{"limit":1000,${tail}`);
  assert.equal(
    ask(AccountQueryKind.ORDERS, { fromId: 5n }),
    `{"id":12,"method":"allOrders","params":{"limit":1000,"orderId":5,${tail}`,
  );
  assert.equal(
    ask(AccountQueryKind.BALANCES, { instrumentId: 0 }),
    '{"id":12,"method":"account.status","params":{"timestamp":1723161255208}}',
  );
  assert.equal(ask(9), -19);
  assert.equal(ask(AccountQueryKind.TRADES, { requestId: 0 }), -19);
  assert.equal(ask(AccountQueryKind.TRADES, { timestampMs: 5 }), -19);
  assert.equal(ask(AccountQueryKind.TRADES, { instrumentId: 999 }), -5);
});

test("a cancel names the order by the venue's id where it is known, else by ours", () => {
  assert.equal(
    encode({ ...cancel, venueOrderId: 12569099453n }),
    '{"id":12,"method":"order.cancel","params":{"orderId":12569099453,"symbol":"BTCUSDT","timestamp":1723161255208}}',
  );
  assert.equal(
    encode(cancel),
    '{"id":12,"method":"order.cancel","params":{"origClientOrderId":"s1-a","symbol":"BTCUSDT","timestamp":1723161255208}}',
  );
  assert.match(
    String(encode({ ...cancel, venueOrderId: 2n ** 63n - 1n, clientOrderEpoch: 0 })),
    /"orderId":9223372036854775807,/,
  );
});

test("each time in force and each symbol has its text", () => {
  assert.equal(placed({ timeInForce: TimeInForce.IOC })["timeInForce"], "IOC");
  assert.equal(placed({ timeInForce: TimeInForce.FOK })["timeInForce"], "FOK");
  for (const { instrumentId, symbol } of instruments)
    assert.equal(placed({ instrumentId, price: 10n ** 12n, quantity: 10n ** 10n })["symbol"], symbol);
});

test("decimals are those of the tick and the lot", () => {
  const amounts = (instrumentId: number, price: number, quantity: number): readonly unknown[] => {
    const params = placed({ instrumentId, price, quantity });
    return [params["price"], params["quantity"]];
  };
  assert.deepEqual(amounts(8, 5_000_000, 300_000_000), ["0.05", "3.00000"]);
  assert.deepEqual(amounts(13, 17, 5), ["17", "5"]);
  assert.deepEqual(amounts(7, 1, 1_000), ["0.01", "0.00001"]);
  assert.deepEqual(amounts(7, 2 ** 53 - 1, 2 ** 53 - 992), ["90071992547409.91", "90071992.54740"]);
});

test("digits beyond the tick or the lot are refused, not rounded", () => {
  assert.equal(encode({ ...buy, quantity: 100_001 }), -20);
  assert.equal(encode({ ...buy, instrumentId: 8, price: 5_000_001 }), -20);
});

test("an order that the venue could not mean as we do is refused", () => {
  const wrong: readonly FieldValues[] = [
    { requestId: 0 },
    { timestampMs: 0 },
    { timestampMs: 1723161255 },
    { timestampMs: 1723161255208000 },
    { timestampMs: -1 },
    { clientOrderEpoch: 0 },
    { side: 0 },
    { side: 3 },
    { orderType: 0 },
    { orderType: 4 },
    { timeInForce: 0 },
    { timeInForce: 2 },
    { action: 0 },
    { action: 3 },
    { price: 0 },
    { price: -1 },
    { price: 2n ** 53n },
    { quantity: 0 },
    { quantity: -1 },
    { quantity: 2n ** 53n },
    { orderType: OrderType.MARKET },
    { orderType: OrderType.MARKET, price: 0, quantity: 0 },
  ];
  for (const change of wrong)
    assert.equal(
      encode({ ...buy, ...change }),
      -19,
      JSON.stringify(change, (_, value: unknown) => String(value)),
    );
  assert.equal(encode({ ...buy, instrumentId: 99 }), -5);
  for (const change of [{ requestId: 0 }, { clientOrderEpoch: 0 }, { timestampMs: 0 }])
    assert.equal(encode({ ...cancel, ...change }), -19);
});

test(`what is written reads back as the command (seed ${randomSeed})`, () => {
  const u32 = fc.integer({ min: 1, max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(
      u32,
      u32,
      u32,
      fc.integer({ min: 1, max: 2 ** 53 - 1 }),
      fc.integer({ min: 1, max: 9_007_199_254_740 }),
      (requestId, clientOrderEpoch, clientOrderSequence, price, lots) => {
        const quantity = lots * 1000;
        const text = String(
          encode({ ...buy, requestId, clientOrderEpoch, clientOrderSequence, price, quantity }),
        );
        const { id, params } = JSON.parse(text) as { id: number; params: Record<string, string> };
        assert.equal(text, JSON.stringify(JSON.parse(text)));
        assert.deepEqual(Object.keys(params), Object.keys(params).sort());
        assert.equal(id, requestId);
        assert.equal(decimal(params["price"] ?? "", -2), BigInt(price));
        assert.equal(decimal(params["quantity"] ?? "", -8), BigInt(quantity));
        assert.deepEqual(clientOrderId(params["newClientOrderId"] ?? ""), {
          clientOrderEpoch,
          clientOrderSequence,
        });
        const echoed = codec.accept(
          "order",
          `{"id":${id},"status":200,"result":{"clientOrderId":"${params["newClientOrderId"]}"}}`,
        );
        assert.deepEqual(
          [echoed["requestId"], echoed["clientOrderEpoch"], echoed["clientOrderSequence"]],
          [requestId, clientOrderEpoch, clientOrderSequence],
        );
      },
    ),
    { seed: randomSeed, numRuns: 2_000 },
  );
});

test("a client order id fits the 36 characters of the venue at its longest", () => {
  const id = String(
    placed({ clientOrderEpoch: 2 ** 32 - 1, clientOrderSequence: 2 ** 32 - 1 })["newClientOrderId"],
  );
  assert.equal(id, "s1z141z3-1z141z3");
  assert.match(id, /^[a-zA-Z0-9-_]{1,36}$/);
});
