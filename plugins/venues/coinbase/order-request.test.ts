import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { IntentAction, OrderType, Side, TimeInForce } from "../../../abi/host/index.ts";
import { decimal } from "../../../test/support/binance-reference-fields.ts";
import { CoinbaseCodec, coinbaseInstruments } from "../../../test/support/coinbase-codec.ts";
import { coinbaseClientOrderId } from "../../../test/support/coinbase-reference-order.ts";
import {
  answer,
  clientId,
  orderUuid,
  placed,
  userOrder,
  venueOrderId,
} from "../../../test/support/coinbase-samples.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";
import type { FieldValues } from "../../../test/support/record-writer.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";

const INVALID_ORDER = -19;
const OFF_GRID = -20;
const UNKNOWN_ORDER = -24;

let codec: CoinbaseCodec;
beforeEach(async () => {
  codec = await CoinbaseCodec.load();
});

const buy: FieldValues = {
  price: 6_000_050,
  quantity: 100_000,
  timestampMs: 1723161255208,
  requestId: 1012,
  instrumentId: 21,
  clientOrderEpoch: 1,
  clientOrderSequence: 10,
  action: IntentAction.SUBMIT,
  side: Side.BUY,
  orderType: OrderType.LIMIT,
  timeInForce: TimeInForce.GTC,
};
const cancel: FieldValues = {
  requestId: 1013,
  instrumentId: 21,
  clientOrderEpoch: 1,
  clientOrderSequence: 10,
  action: IntentAction.CANCEL,
  venueOrderId,
};

/** The request's text, and the code when there is none. */
function encode(command: FieldValues): string | number {
  const { code, records } = codec.plugin.send(writeRecord("OrderCommand", command));
  const [frame] = records;
  if (code < 0 || frame === undefined) return code;
  assert.equal(records.length, 1);
  assert.equal(frame.fields["requestId"], command["requestId"]);
  const start = codec.plugin.map.outboxOffset + 16;
  return codec.plugin.bytes.toString("utf8", start, start + Number(frame.fields["lengthBytes"]));
}

const placeHead = `POST /api/v3/brokerage/orders 1012\n\n{"client_order_id":"${clientId}","product_id":"BTC-USD","side":`;

test("an order is written as the venue wants it: method, path and request id, an empty line, the body", () => {
  const written = (changes: FieldValues): string | number => encode({ ...buy, ...changes });
  const amounts = '{"base_size":"0.00100","limit_price":"60000.50"';
  assert.equal(
    written({}),
    `${placeHead}"BUY","order_configuration":{"limit_limit_gtc":${amounts},"post_only":false}}}`,
  );
  assert.equal(
    written({ side: Side.SELL, orderType: OrderType.LIMIT_MAKER }),
    `${placeHead}"SELL","order_configuration":{"limit_limit_gtc":${amounts},"post_only":true}}}`,
  );
  assert.equal(
    written({ timeInForce: TimeInForce.IOC }),
    `${placeHead}"BUY","order_configuration":{"sor_limit_ioc":${amounts}}}}`,
  );
  assert.equal(
    written({ timeInForce: TimeInForce.FOK }),
    `${placeHead}"BUY","order_configuration":{"limit_limit_fok":${amounts}}}}`,
  );
  assert.equal(
    written({ orderType: OrderType.MARKET, price: 0, timeInForce: 0 }),
    `${placeHead}"BUY","order_configuration":{"market_market_ioc":{"base_size":"0.00100"}}}`,
  );
});

const cancelText = `POST /api/v3/brokerage/orders/batch_cancel 1013\n\n{"order_ids":["${orderUuid}"]}`;

test("a cancel names the order by the whole of the venue's id, learned from the answer to the order", () => {
  assert.equal(encode(cancel), UNKNOWN_ORDER);
  codec.check("rest", answer(placed));
  assert.equal(encode(cancel), cancelText);
});

test("[C2] a codec that begins afresh refuses a cancel until the user channel or a query names the order again", () => {
  assert.equal(encode(cancel), UNKNOWN_ORDER);
  codec.check("order", userOrder({}, "snapshot"));
  assert.equal(encode(cancel), cancelText);
  assert.equal(encode({ ...cancel, venueOrderId: 0 }), UNKNOWN_ORDER);
  assert.equal(encode({ ...cancel, venueOrderId: venueOrderId + 1n }), UNKNOWN_ORDER);
});

test("a command that is not whole is refused", () => {
  for (const changes of [
    { requestId: 0 },
    { clientOrderEpoch: 0 },
    { action: 9 },
    { side: 0 },
    { orderType: 0 },
    { timeInForce: 0 },
    { quantity: 0 },
    { quantity: -1 },
    { quantity: 2 ** 53 },
    { price: 0 },
    { orderType: OrderType.MARKET },
  ])
    assert.equal(encode({ ...buy, ...changes }), INVALID_ORDER, JSON.stringify(changes));
  assert.equal(encode({ ...buy, instrumentId: 99 }), -5);
  assert.equal(encode({ ...cancel, requestId: 0 }), INVALID_ORDER);
});

test("a price or quantity off the instrument's grid is refused", () => {
  assert.equal(encode({ ...buy, quantity: 100_001 }), OFF_GRID);
  assert.equal(encode({ ...buy, instrumentId: 23, price: 1, quantity: 100_000 }), OFF_GRID);
});

const body = z.object({
  client_order_id: z.string(),
  product_id: z.string(),
  order_configuration: z.object({
    limit_limit_gtc: z.object({ base_size: z.string(), limit_price: z.string(), post_only: z.boolean() }),
  }),
});

test(`amounts and ids come back from the text without loss (seed ${randomSeed})`, () => {
  const amount = fc.oneof(
    fc.integer({ min: 1, max: 10_000 }),
    fc.maxSafeInteger().filter((value) => value > 0),
  );
  const uint32 = fc.nat({ max: 2 ** 32 - 1 });
  const property = fc.property(
    amount,
    amount,
    uint32,
    uint32,
    fc.constantFrom(0, 3),
    (price, quantity, epoch, sequence, row) => {
      const instrument = coinbaseInstruments[row] ?? assert.fail();
      // The lot of BTC is 0.00001, of WHOLE-EUR 1.
      const onLot = row === 0 ? Math.max(1_000, quantity - (quantity % 1_000)) : quantity;
      const [clientOrderEpoch, instrumentId] = [
        epoch + 1 > 2 ** 32 - 1 ? 1 : epoch + 1,
        instrument.instrumentId,
      ];
      const text = encode({
        ...buy,
        price,
        quantity: onLot,
        clientOrderEpoch,
        clientOrderSequence: sequence,
        instrumentId,
      });
      const request = body.parse(JSON.parse(String(text).split("\n\n")[1] ?? ""));
      const { base_size, limit_price } = request.order_configuration.limit_limit_gtc;
      assert.equal(decimal(base_size, instrument.sizeExponent), BigInt(onLot));
      assert.equal(decimal(limit_price, instrument.priceExponent), BigInt(price));
      assert.deepEqual(coinbaseClientOrderId(request.client_order_id), {
        clientOrderEpoch,
        clientOrderSequence: sequence,
      });
      assert.match(
        request.client_order_id,
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      assert.equal(request.product_id, instrument.symbol);
    },
  );
  fc.assert(property, { seed: randomSeed, numRuns: 2_000 });
});

test("orders by the thousand keep their ids; where places run out, an open order is the last to go", () => {
  const uuidOf = (index: number): string =>
    `${(index + 1).toString(16).padStart(8, "0")}-e5f6-4890-abcd-ef1234567890`;
  const highOf = (index: number): bigint => (BigInt(index + 1) << 32n) | 0xe5f64890n;
  const learn = (index: number, status: string): void => {
    assert.ok(codec.send("order", userOrder({ order_id: uuidOf(index), status })).code > 0);
  };
  for (let index = 0; index < 2_000; index += 1) learn(index, "OPEN");
  for (let index = 2_000; index < 20_000; index += 1) learn(index, "CANCELLED");
  for (let index = 0; index < 2_000; index += 1)
    assert.match(
      String(encode({ ...cancel, venueOrderId: highOf(index) })),
      new RegExp(uuidOf(index)),
      `order ${index}`,
    );
  assert.equal(encode({ ...cancel, venueOrderId: highOf(2_000) }), UNKNOWN_ORDER);
});
