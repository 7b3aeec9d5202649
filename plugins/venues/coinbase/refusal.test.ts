import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FramePart, IntentAction } from "../../../abi/host/index.ts";
import { CoinbaseCodec } from "../../../test/support/coinbase-codec.ts";
import type { CoinbaseLine } from "../../../test/support/coinbase-reference.ts";
import {
  answer,
  fill,
  level2,
  message,
  tradeEvent,
  userOrder,
} from "../../../test/support/coinbase-samples.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";

const book = level2([{ side: "bid", price: "65083.66", size: "0.2" }]);
const empty = "";

/** The closed list, with a message for each code that a whole message can have. Binance's alone: INVERTED_IDS. */
const refusals: readonly (readonly [name: string, line: CoinbaseLine, text: string])[] = [
  ["NOT_JSON", "market", "{"],
  ["NOT_UTF8", "market", '{"x":"\xff"}'],
  ["TOO_DEEP", "market", "[".repeat(17)],
  ["UNKNOWN_MESSAGE", "market", "{}"],
  ["UNKNOWN_SYMBOL", "market", book.replace("BTC", "ABC")],
  ["MISSING_KEY", "market", book.replace("timestamp", "time_stamp")],
  ["DUPLICATE_KEY", "market", book.replace("{", '{"channel":"l2_data",')],
  ["ESCAPED_TEXT", "market", book.replace("price_level", "price\\u005flevel")],
  ["WRONG_TYPE", "market", book.replace('"0.2"', "0.2")],
  ["BAD_DECIMAL", "market", book.replace("0.2", "NaN")],
  ["NEGATIVE", "market", book.replace("0.2", "-0.2")],
  ["TOO_PRECISE", "market", book.replace("65083.66", "65083.666")],
  ["OUT_OF_RANGE", "market", book.replace("0.2", "1".repeat(25))],
  ["BAD_STAMP", "market", book.replace("2026-08-09T21:05:48.5", "1970-01-01T00:00:00.0")],
  ["UNKNOWN_VALUE", "market", book.replace('"bid"', '"ask"')],
  [
    "TOO_LARGE",
    "market",
    message(
      "market_trades",
      Array.from({ length: 501 }, () => tradeEvent),
    ),
  ],
  ["INVERTED_IDS", "market", empty],
  ["UNKNOWN_CHANNEL", "market", empty],
  ["INVALID_ORDER", "market", empty],
  ["OFF_GRID", "market", empty],
  ["OUT_OF_PART", "market", empty],
  ["TOO_LONG_PIECE", "market", empty],
  ["REFUSED_BEFORE", "market", empty],
  ["UNKNOWN_ORDER", "market", empty],
];

test("each refusal code of a whole message is reached by a message of its own", async () => {
  const codec = await CoinbaseCodec.load();
  for (const [index, [name, line, text]] of refusals.entries())
    if (text !== empty) assert.equal(codec.send(line, Buffer.from(text, "latin1")).code, -1 - index, name);
  const unknown = writeRecord("Frame", { lengthBytes: 2, channelKind: 2 }, Buffer.from("{}"));
  assert.equal(codec.plugin.send(unknown).code, -18);
});

test("the list of refusals, its documentation and this test agree", () => {
  const source = readFileSync(new URL("../text/refusal.ts", import.meta.url), "utf8");
  const found = (pattern: RegExp): unknown[] =>
    [...source.matchAll(pattern)].map((match) => match.slice(1, 3));
  const listed = refusals.map(([name], index) => [name, String(-1 - index)]);
  assert.deepEqual(found(/export const ([A-Z0-9_]+): i32 = (-\d+);/g), listed);
  assert.deepEqual(
    found(/^ \* \| (-\d+) \| ([A-Z0-9_]+) \|/gm),
    listed.map(([name, code]) => [code, name]),
  );
});

test("a refusal leaves nothing: the message after it is read as if it had not been", async () => {
  const codec = await CoinbaseCodec.load();
  const untouched = await CoinbaseCodec.load();
  for (const [, line, text] of refusals) {
    codec.send(line, Buffer.from(text, "latin1"));
    assert.deepEqual(codec.send("market", book), untouched.send("market", book));
  }
  assert.deepEqual(codec.plugin.send(writeRecord("Timer", {})), { code: 0, records: [] });
});

test("[V12] of a refused message no order is remembered, not even those before the fault", async () => {
  const codec = await CoinbaseCodec.load();
  const [good, bad] = [JSON.parse(userOrder()), JSON.parse(userOrder({ status: "SOMETHING" }))] as {
    events: { orders: unknown[] }[];
  }[];
  good?.events[0]?.orders.push(...(bad?.events[0]?.orders ?? []));
  assert.equal(codec.send("order", JSON.stringify(good)).code, -15);
  const fields = codec.accept("rest", answer({ fills: [fill()] }), "ExecutionReport");
  assert.equal(fields["clientOrderEpoch"], 0);
  const cancel = {
    requestId: 5,
    instrumentId: 21,
    action: IntentAction.CANCEL,
    venueOrderId: 0xa1b2c3d4e5f64890n,
  };
  assert.equal(codec.plugin.send(writeRecord("OrderCommand", cancel)).code, -24);
});

test("[V11] what the market line does not know is counted as ignored, what the order line does not know is refused", async () => {
  const codec = await CoinbaseCodec.load();
  const unknown = message("something_new", [{}]);
  assert.deepEqual(
    codec.check("market", unknown).records.map(({ name }) => name),
    ["LineSequence", "SessionStatus"],
  );
  assert.equal(codec.check("order", unknown).code, -4);
  assert.equal(codec.check("order", book).code, -4);
  for (const changes of [
    { status: "UNKNOWN_ORDER_STATUS" },
    { order_side: "UNKNOWN_ORDER_SIDE" },
    { order_type: "Iceberg" },
    { time_in_force: "FOR_EVER" },
  ])
    assert.equal(codec.check("order", userOrder(changes)).code, -15, JSON.stringify(changes));
});

test("[V12] negative, off-scale and misshapen amounts and ids of an order are refused", async () => {
  const codec = await CoinbaseCodec.load();
  for (const [changes, code] of [
    [{ cumulative_quantity: "-1" }, -11],
    [{ leaves_quantity: "0.0000000001" }, -12],
    [{ leaves_quantity: "90071992", cumulative_quantity: "90071992" }, -13],
    [{ limit_price: "1.001" }, -12],
    [{ order_id: "17" }, -9],
    [{ order_id: "00000000-0000-0000-abcd-ef1234567890" }, -9],
    [{ product_id: "ABC-USD" }, -5],
  ] as const)
    assert.equal(codec.check("order", userOrder(changes)).code, code, JSON.stringify(changes));
});

test("[V16] a synthetic fill, one of a kind that nobody has heard of, and one in the quote's currency are refused", async () => {
  const codec = await CoinbaseCodec.load();
  for (const changes of [{ trade_type: "SYNTHETIC" }, { trade_type: "FILLED" }, { size_in_quote: true }])
    assert.equal(codec.check("rest", answer({ fills: [fill(changes)] })).code, -15);
});

test("a part is refused that the line does not take", async () => {
  const codec = await CoinbaseCodec.load();
  assert.equal(codec.send("order", userOrder(), FramePart.LAST).code, -21);
});
