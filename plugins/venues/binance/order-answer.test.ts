import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ExecType, LiquiditySide, OrdStatus, SessionState, Side } from "../../../abi/host/index.ts";
import type { DescribedRecord } from "../../../abi/host/index.ts";
import { BinanceCodec } from "../../../test/support/binance-codec.ts";
import { accountAnswer, orderAnswer, tradeAnswer } from "../../../test/support/binance-samples.ts";

let codec: BinanceCodec;
before(async () => {
  codec = await BinanceCodec.load();
});

type Fields = DescribedRecord["fields"];

/** The records of an accepted answer, each with its name. */
function records(result: string, id = "7"): (Fields & { readonly name: string })[] {
  const { code, records: found } = codec.check("order", `{"id":${id},"status":200,"result":${result}}`);
  assert.ok(code >= 0, `refused with ${code}`);
  return found.map(({ name, fields }) => ({ name, ...fields }));
}

function failed(id: string, status: number, error: string): Fields[] {
  const { code, records: found } = codec.check("order", `{"id":${id},"status":${status},"error":${error}}`);
  assert.ok(code >= 0, `refused with ${code}`);
  return found.map(({ fields }) => fields);
}

const outcomes = (replies: readonly Fields[]): unknown[] =>
  replies.map((reply) => [reply["requestId"], reply["status"], reply["errorCode"]]);

test("an order's status is a report of its own kind that names its query, and ends with a reply", () => {
  const [report, reply, ...others] = records(orderAnswer());
  assert.deepEqual(others, []);
  assert.deepEqual(
    [
      "name",
      "execType",
      "ordStatus",
      "requestId",
      "venueOrderId",
      "price",
      "orderQty",
      "cumQty",
      "cumQuote",
    ].map((name) => report?.[name]),
    [
      ...["ExecutionReport", ExecType.ORDER_STATUS, OrdStatus.PARTIALLY_FILLED, 7, 12569099453n],
      ...[6183763n, 847000n, 400000n, 24735052000n],
    ],
  );
  assert.deepEqual([report?.["clientOrderEpoch"], report?.["clientOrderSequence"]], [1, 10]);
  assert.equal(report?.["tsEvent"], 1723161255343000000n);
  assert.deepEqual([reply?.name, reply?.["requestId"], reply?.["status"]], ["RequestReply", 7, 200]);
});

test("a list of orders leaves out what the host did not define, and an empty one is a reply alone", () => {
  const list = `[${orderAnswer({ symbol: "OTHER" })},${orderAnswer({ orderId: 1 })},${orderAnswer({ orderId: 2 })}]`;
  assert.deepEqual(
    records(list).map((record) => [record.name, record["venueOrderId"]]),
    [
      ["ExecutionReport", 1n],
      ["ExecutionReport", 2n],
      ["RequestReply", 0n],
    ],
  );
  assert.deepEqual(
    records("[]").map(({ name }) => name),
    ["RequestReply"],
  );
});

test("a turnover that the venue has forgotten is none", () => {
  assert.equal(records(orderAnswer({ cummulativeQuoteQty: "-1.00000000" }))[0]?.["cumQuote"], 0n);
});

test("a trade of the account is a TRADE without cumulative quantity, its order named by the venue's id", () => {
  const [report] = records(`[${tradeAnswer()},${tradeAnswer({ isBuyer: false, isMaker: true })}]`);
  assert.deepEqual(
    ["execType", "ordStatus", "tradeId", "venueOrderId", "lastPrice", "lastQty", "cumQty", "commission"].map(
      (name) => report?.[name],
    ),
    [ExecType.TRADE, OrdStatus.UNKNOWN, 1650422481n, 12569099453n, 6183763n, 400000n, 0n, 400n],
  );
  assert.deepEqual([report?.["side"], report?.["liquiditySide"]], [Side.BUY, LiquiditySide.TAKER]);
  assert.deepEqual([report?.["clientOrderEpoch"], report?.["commissionAssetId"]], [0, 500]);
});

test("balances are those of the assets that the host has, an untouched account has no time", () => {
  const found = records(accountAnswer);
  assert.deepEqual(
    found.map((record) => [record.name, record["free"], record["tsEvent"]]),
    [
      ["Balance", 50000000n, 1660801833000000000n],
      ["Balance", 134471120n, 1660801833000000000n],
      ["RequestReply", undefined, undefined],
    ],
  );
  const fresh = records(accountAnswer.replace("1660801833000", "0"));
  assert.equal(fresh[0]?.["tsEvent"], 0n);
});

test("[V10] more entries than a call may have are refused", () => {
  const list = (count: number): string => `[${Array.from({ length: count }, () => tradeAnswer()).join(",")}]`;
  const send = (count: number): { code: number; records: readonly unknown[] } =>
    codec.send("order", `{"id":7,"status":200,"result":${list(count)}}`);
  assert.equal(send(1000).records.length, 1001);
  assert.equal(send(1024).code, -16);
});

test("an order that is not there is status 404, for a query and for a cancel, other refusals of a cancel are not", () => {
  assert.deepEqual(outcomes(failed("7", 400, '{"code":-2013,"msg":"Order does not exist."}')), [
    [7, 404, -2013],
  ]);
  assert.deepEqual(outcomes(failed("7", 400, '{"code":-2011,"msg":"Unknown order sent."}')), [
    [7, 404, -2011],
  ]);
  const restricted = '{"code":-2011,"msg":"Order was not canceled due to cancel restrictions."}';
  assert.deepEqual(outcomes(failed("7", 400, restricted)), [[7, 400, -2011]]);
});

test("[V14] a refused time stamp asks for the clock besides", () => {
  const [reply, status] = failed("7", 400, '{"code":-1021,"msg":"Timestamp for this request is outside"}');
  assert.deepEqual(outcomes([reply ?? {}]), [[7, 400, -1021]]);
  assert.deepEqual([status?.["state"], status?.["requestId"]], [SessionState.CLOCK_REFUSED, 7]);
});

const cancelled =
  '{"origClientOrderId":"s1-a","orderId":12,"clientOrderId":"x","transactTime":1684804350068}';
const placed = '{"orderId":13,"clientOrderId":"s1-b","transactTime":1684804350069}';

function legs(cancelResult: string, newResult: string, cancel: string, order: string): string {
  return `{"cancelResult":"${cancelResult}","newOrderResult":"${newResult}","cancelResponse":${cancel},"newOrderResponse":${order}}`;
}

test("both halves of a replace are replies of their own: the cancel's to the next request id", () => {
  const both = records(legs("SUCCESS", "SUCCESS", cancelled, placed), '"r20"');
  assert.deepEqual(
    both.map((leg) => [leg["requestId"], leg["status"], leg["venueOrderId"], leg["clientOrderSequence"]]),
    [
      [21, 200, 12n, 10],
      [20, 200, 13n, 11],
    ],
  );
});

test("[C9] a replace that is half done tells each half's outcome", () => {
  const error = (code: number, data: string): string => `{"code":${code},"msg":"x","data":${data}}`;
  const refusal = (code: number, msg = "x"): string => `{"code":${code},"msg":"${msg}"}`;
  const cases: readonly (readonly [number, string, unknown[]])[] = [
    // STOP_ON_FAILURE: nothing was done.
    [
      400,
      error(-2022, legs("FAILURE", "NOT_ATTEMPTED", refusal(-2011, "Unknown order sent."), "null")),
      [
        [21, 404, -2011],
        [20, 400, -2022],
      ],
    ],
    [
      409,
      error(-2021, legs("SUCCESS", "FAILURE", cancelled, refusal(-2010))),
      [
        [21, 200, 0],
        [20, 400, -2010],
      ],
    ],
    // ALLOW_FAILURE: the new order stands beside the old one.
    [
      409,
      error(-2021, legs("FAILURE", "SUCCESS", refusal(-2011), placed)),
      [
        [21, 400, -2011],
        [20, 200, 0],
      ],
    ],
    [
      409,
      error(-2021, legs("SUCCESS", "FAILURE", cancelled, refusal(-1007))),
      [
        [21, 200, 0],
        [20, 504, -1007],
      ],
    ],
    [
      409,
      error(-2021, legs("SUCCESS", "FAILURE", cancelled, refusal(-1015))),
      [
        [21, 200, 0],
        [20, 429, -1015],
      ],
    ],
    // Refused as a whole.
    [
      400,
      '{"code":-1013,"msg":"Filter failure: LOT_SIZE"}',
      [
        [21, 400, -1013],
        [20, 400, -1013],
      ],
    ],
    [
      504,
      '{"code":-1007,"msg":"Timeout"}',
      [
        [21, 504, -1007],
        [20, 504, -1007],
      ],
    ],
  ];
  for (const [status, text, expected] of cases)
    assert.deepEqual(outcomes(failed('"r20"', status, text)), expected, text);
});

test("[V10] legs without a word, or a failure without a reason, are refused", () => {
  for (const result of [
    legs("PERHAPS", "SUCCESS", cancelled, placed),
    legs("FAILURE", "SUCCESS", "null", placed),
    '{"cancelResult":"SUCCESS"}',
  ])
    assert.ok(codec.check("order", `{"id":"r20","status":200,"result":${result}}`).code < 0, result);
});

test("[V12] an id that only looks like a replace's belongs to somebody else", () => {
  for (const id of ['"r"', '"r0"', '"r01"', '"r4294967295"', '"r12345678901234"', '"r1x"', '"R1"'])
    assert.equal(records("null", id)[0]?.["requestId"], 0, id);
});
