import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  ExecType,
  LiquiditySide,
  OrdStatus,
  OrderType,
  SessionState,
  Side,
  TimeInForce,
} from "../../../abi/host/index.ts";
import type { DescribedRecord } from "../../../abi/host/index.ts";
import { BinanceCodec } from "../../../test/support/binance-codec.ts";
import { executionReport, userEvent } from "../../../test/support/binance-samples.ts";

let codec: BinanceCodec;
before(async () => {
  codec = await BinanceCodec.load();
});

function accept(frame: string): DescribedRecord["fields"] {
  return codec.accept("order", frame);
}

function refused(frame: string, code: number): void {
  assert.equal(codec.check("order", frame).code, code, frame);
}

function report(changes: Readonly<Record<string, unknown>> = {}): DescribedRecord["fields"] {
  return accept(executionReport(changes));
}

const accountPosition =
  '{"subscriptionId":0,"event":{"e":"outboundAccountPosition","E":1564034571105,"u":1564034571073,"B":[{"a":"ETH","f":"10000.000000","l":"0.000001"},{"a":"NOSUCH","f":"1","l":"0"},{"a":"1000SATS","f":"2.5","l":"0.0"}]}}';

test("the report of a new order has its ids, amounts and words", () => {
  assert.deepEqual(report(), {
    venueOrderId: 4293153n,
    tradeId: 0n,
    tsEvent: 1499405658657000000n,
    price: 10264410n,
    orderQty: 100000000n,
    lastPrice: 0n,
    lastQty: 0n,
    cumQty: 0n,
    cumQuote: 0n,
    commission: 0n,
    commissionAssetId: 0,
    execId: 0n,
    instrumentId: 8,
    clientOrderEpoch: 1,
    clientOrderSequence: 10,
    rejectCode: 0,
    execType: ExecType.NEW,
    ordStatus: OrdStatus.ACCEPTED,
    side: Side.BUY,
    liquiditySide: LiquiditySide.NONE,
    orderType: OrderType.LIMIT,
    timeInForce: TimeInForce.GTC,
    requestId: 0,
  });
});

test("a fill carries its trade, its side of the book, its fee and the asset of the fee", () => {
  const fill = {
    x: "TRADE",
    X: "PARTIALLY_FILLED",
    t: 77,
    l: "0.25",
    z: "0.25",
    L: "0.1",
    Z: "0.025",
    n: "0.001",
    N: "BNB",
    m: true,
  };
  const fields = report(fill);
  assert.deepEqual(
    [
      fields["tradeId"],
      fields["lastQty"],
      fields["cumQuote"],
      fields["commission"],
      fields["commissionAssetId"],
      fields["liquiditySide"],
    ],
    [77n, 25000000n, 2500000n, 100000n, 500, LiquiditySide.MAKER],
  );
  assert.equal(report({ ...fill, m: false })["liquiditySide"], LiquiditySide.TAKER);
  assert.equal(report({ ...fill, N: "ETH" })["commissionAssetId"], 3);
  assert.equal(report({ ...fill, n: "0.5", N: "1000SATS" })["commission"], 5000n);
});

test("[V12] a fee in an asset that the host did not define is marked as such", () => {
  for (const asset of ["NOSUCH", "", "BN", "BNBX", "WAYTOOLONGCODE"]) {
    assert.equal(report({ x: "TRADE", n: "0.001", N: asset })["commissionAssetId"], 4294967295);
  }
  assert.equal(codec.check("order", executionReport({ n: "0.001", N: null })).code, -9);
});

test("a cancelled order is named by its original client order id", () => {
  const fields = report({ x: "CANCELED", X: "CANCELED", c: "web_7f2a", C: "s2-zz" });
  assert.deepEqual(
    [fields["clientOrderEpoch"], fields["clientOrderSequence"], fields["ordStatus"]],
    [2, 1295, OrdStatus.CANCELED],
  );
  assert.equal(report({ x: "CANCELED", X: "CANCELED", c: "s3-1", C: "" })["clientOrderEpoch"], 3);
  assert.equal(report({ x: "EXPIRED", X: "EXPIRED", c: "s3-1", C: "s2-zz" })["clientOrderEpoch"], 3);
});

test("[V12] client order ids of another form belong to somebody else", () => {
  for (const id of [
    "",
    "s",
    "s1",
    "s1-",
    "s-1",
    "s0-1",
    "s01-1",
    "s1-01",
    "S1-a",
    "s1-A",
    "s1_a",
    "s1-a-",
    "s1-a ",
    "x1-a",
    "s1z141z4-0",
    "s1-1z141z4",
    "s12345678-1",
    "web_0f",
    "4d96324ff9d44481926157ec08158a40",
  ]) {
    const fields = report({ c: id });
    assert.deepEqual([fields["clientOrderEpoch"], fields["clientOrderSequence"]], [0, 0], id);
  }
  for (const [id, epoch, sequence] of [
    ["s1-0", 1, 0],
    ["s1z141z3-1z141z3", 4294967295, 4294967295],
  ] as const) {
    const fields = report({ c: id });
    assert.deepEqual([fields["clientOrderEpoch"], fields["clientOrderSequence"]], [epoch, sequence]);
  }
});

test("every word of the protocol has its value", () => {
  const statuses = {
    NEW: 4,
    PARTIALLY_FILLED: 5,
    FILLED: 7,
    CANCELED: 8,
    REJECTED: 9,
    EXPIRED: 10,
    EXPIRED_IN_MATCH: 10,
    PENDING_NEW: 3,
    PENDING_CANCEL: 6,
  };
  for (const [word, value] of Object.entries(statuses))
    assert.equal(report({ X: word })["ordStatus"], value, word);
  const execTypes = { NEW: 1, TRADE: 2, CANCELED: 3, REJECTED: 4, EXPIRED: 5, REPLACED: 6 };
  for (const [word, value] of Object.entries(execTypes))
    assert.equal(report({ x: word })["execType"], value, word);
  const types = {
    LIMIT: 2,
    STOP_LOSS_LIMIT: 2,
    TAKE_PROFIT_LIMIT: 2,
    LIMIT_MAKER: 3,
    MARKET: 1,
    STOP_LOSS: 1,
    TAKE_PROFIT: 1,
  };
  for (const [word, value] of Object.entries(types))
    assert.equal(report({ o: word })["orderType"], value, word);
  for (const [word, value] of Object.entries({ GTC: 1, IOC: 3, FOK: 4 }))
    assert.equal(report({ f: word })["timeInForce"], value, word);
  assert.equal(report({ S: "SELL" })["side"], Side.SELL);
});

test("self-trade prevention ends an order or leaves the rest of it open, as its status says", () => {
  assert.equal(report({ x: "TRADE_PREVENTION", X: "EXPIRED_IN_MATCH" })["execType"], ExecType.EXPIRED);
  assert.equal(report({ x: "TRADE_PREVENTION", X: "PARTIALLY_FILLED" })["execType"], ExecType.REPLACED);
});

test("a rejection has the code of its kind, and no other report has one", () => {
  assert.equal(report({ x: "REJECTED", X: "REJECTED", r: "INSUFFICIENT_BALANCES" })["rejectCode"], -2010);
  assert.equal(report({ x: "REJECTED", X: "REJECTED" })["rejectCode"], 0);
  assert.equal(report({ r: "X" })["rejectCode"], 0);
});

test("[V11] a word that the protocol does not have refuses the report", () => {
  for (const key of ["S", "o", "f", "x", "X"])
    for (const word of ["", "NEWER", "NE", "limit", "GT"]) refused(executionReport({ [key]: word }), -15);
});

test("[V12] negative amounts, other symbols and impossible stamps refuse the report", () => {
  for (const key of ["p", "q", "L", "l", "z", "Z"]) {
    refused(executionReport({ [key]: "-1" }), -11);
    refused(executionReport({ [key]: "NaN" }), -10);
  }
  refused(executionReport({ s: "NOSUCH" }), -5);
  refused(executionReport({ T: 1467869658657 }), -14);
  refused(executionReport({ E: 1 }), -14);
  refused(executionReport({ t: -2 }), -13);
  refused(executionReport({ t: -1.5 }), -9);
});

test("each field of a report is required", () => {
  for (const key of [
    "E",
    "s",
    "c",
    "S",
    "o",
    "f",
    "q",
    "p",
    "C",
    "x",
    "X",
    "r",
    "i",
    "l",
    "z",
    "L",
    "n",
    "N",
    "T",
    "t",
    "m",
    "Z",
  ]) {
    refused(executionReport().replace(`"${key}":`, `"-${key}":`), -6);
  }
});

test("an account position has one balance for each asset that the host defined", () => {
  const { records } = codec.check("order", accountPosition);
  assert.deepEqual(
    records.map(({ fields }) => [fields["assetId"], fields["free"], fields["locked"]]),
    [
      [3, 1000000000000n, 100n],
      [501, 25000n, 0n],
    ],
  );
  assert.equal(records[0]?.fields["tsEvent"], 1564034571073000000n);
  assert.equal(
    accept(userEvent({ e: "outboundAccountPosition", u: 1564034571073, B: [{ a: "X", f: "1", l: "1" }] }))[
      "state"
    ],
    SessionState.IGNORED,
  );
  for (const [frame, code] of [
    [accountPosition.replace('"u"', '"v"'), -6],
    [accountPosition.replace('"B"', '"b"'), -6],
    [accountPosition.replace('"f":"1"', '"f":1'), -9],
    [accountPosition.replace('"l":"0"', '"k":"0"'), -6],
    [accountPosition.replace('"a":"ETH"', '"b":"ETH"'), -6],
  ] as const) {
    refused(frame, code);
  }
  for (const list of ["{}", "[[]]", '["x"]', "[null]"])
    refused(
      userEvent({ e: "outboundAccountPosition", u: 1564034571073 }).replace("}}", `,"B":${list}}}`),
      -9,
    );
});

test("[V10] more balances than a call may have are refused", () => {
  const event = (count: number): string =>
    userEvent({
      e: "outboundAccountPosition",
      u: 1564034571073,
      B: Array.from({ length: count }, () => ({ a: "BTC", f: "1", l: "0" })),
    });
  assert.equal(codec.send("order", event(1023)).records.length, 1023);
  assert.equal(codec.send("order", event(1024)).code, -16);
});

test("events that carry nothing for the host are IGNORED, the end of a stream is told", () => {
  for (const type of ["balanceUpdate", "listStatus", "externalLockUpdate", "somethingNew"]) {
    assert.equal(accept(userEvent({ e: type, E: 1 }))["state"], SessionState.IGNORED);
  }
  assert.equal(
    accept(userEvent({ e: "eventStreamTerminated", E: 1728973001334 }))["state"],
    SessionState.TERMINATED,
  );
  assert.equal(accept('{"e":"serverShutdown","E":1728973001334}')["state"], SessionState.SERVER_SHUTDOWN);
});

test("a report without its wrapper is read too", () => {
  const raw = executionReport().replace('{"subscriptionId":0,"event":', "").slice(0, -1);
  assert.deepEqual(accept(raw), report());
});

const empty = {
  venueOrderId: 0n,
  serverTimeMs: 0n,
  retryAfterMs: 0n,
  requestId: 0,
  clientOrderEpoch: 0,
  clientOrderSequence: 0,
  status: 200,
  errorCode: 0,
};

test("the answer to an order carries the venue's id and ours", () => {
  const ack =
    '{"id":7,"status":200,"result":{"symbol":"BTCUSDT","orderId":12569099453,"orderListId":-1,"clientOrderId":"s1-a","transactTime":1660801715639},"rateLimits":[{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":50,"count":12}]}';
  assert.deepEqual(accept(ack), {
    ...empty,
    requestId: 7,
    venueOrderId: 12569099453n,
    serverTimeMs: 1660801715639n,
    clientOrderEpoch: 1,
    clientOrderSequence: 10,
  });
});

test("the answer to a cancel names the cancelled order, not the cancel", () => {
  const fields = accept(
    '{"id":8,"status":200,"result":{"clientOrderId":"s9-9","origClientOrderId":"s1-b","orderId":5,"transactTime":1660801715639000}}',
  );
  assert.deepEqual(
    [fields["clientOrderEpoch"], fields["clientOrderSequence"], fields["serverTimeMs"]],
    [1, 11, 1660801715639n],
  );
});

test("logon, subscription and empty answers are replies with a status", () => {
  const logon =
    '{"id":1,"status":200,"result":{"apiKey":"vmPU","authorizedSince":1649729878532,"connectedSince":1649729873021,"returnRateLimits":false,"serverTime":1649729878630,"userDataStream":false}}';
  assert.deepEqual(accept(logon), { ...empty, requestId: 1, serverTimeMs: 1649729878630n });
  assert.deepEqual(accept('{"id":2,"status":200,"result":{"subscriptionId":0}}'), { ...empty, requestId: 2 });
  for (const result of ["null", "[]", '"x"', "{}"])
    assert.deepEqual(accept(`{"id":3,"status":200,"result":${result}}`), { ...empty, requestId: 3 });
});

test("a refusal carries the venue's code, a rate limit its end", () => {
  const error =
    '{"id":9,"status":400,"error":{"code":-2010,"msg":"Account has insufficient balance for requested action."}}';
  assert.deepEqual(accept(error), { ...empty, requestId: 9, status: 400, errorCode: -2010 });
  const banned =
    '{"id":9,"status":418,"error":{"code":-1003,"msg":"Way too many requests","data":{"serverTime":1659146400000,"retryAfter":1659146427000}}}';
  assert.deepEqual(accept(banned), {
    ...empty,
    requestId: 9,
    status: 418,
    errorCode: -1003,
    serverTimeMs: 1659146400000n,
    retryAfterMs: 1659146427000n,
  });
  for (const data of ["null", "[]", "{}"])
    assert.equal(accept(error.replace('."}', `.","data":${data}}`))["retryAfterMs"], 0n);
  const revoked = accept(
    '{"id":null,"status":401,"error":{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}}',
  );
  assert.deepEqual([revoked["requestId"], revoked["status"], revoked["errorCode"]], [0, 401, -2015]);
});

test("[C7] the venue's own time-outs leave the outcome unknown, whatever status they come with", () => {
  for (const [status, code] of [
    [408, -1007],
    [400, -1006],
    [400, -1007],
    [408, -1000],
  ] as const) {
    assert.equal(accept(`{"id":7,"status":${status},"error":{"code":${code},"msg":"x"}}`)["status"], 504);
  }
});

test("[V12] an answer to no request of ours is a reply to request 0", () => {
  for (const id of ['"e2a85d9f"', "null", "-3", "99999999999"])
    assert.equal(accept(`{"id":${id},"status":200,"result":null}`)["requestId"], 0);
});

test("[V10] answers that lack a part or have it in another form are refused", () => {
  refused('{"status":200,"result":null}', -6);
  refused('{"id":1,"status":200}', -6);
  refused('{"id":1,"status":"200","result":null}', -9);
  refused('{"id":1,"status":400,"error":"x"}', -9);
  refused('{"id":1,"status":400,"error":{"msg":"x"}}', -6);
  refused('{"id":1,"status":400,"error":{"code":1,"code":2}}', -7);
  refused('{"id":1,"status":418,"error":{"code":-1003,"data":{"retryAfter":5}}}', -14);
  refused('{"id":1,"status":200,"result":{"orderId":"5"}}', -9);
  refused('{"id":1,"status":200,"result":{"clientOrderId":5}}', -9);
  refused('{"id":[],"status":200,"result":null}', -9);
  for (const frame of ['{"id":1}', "[]", '{"result":null}', "{}"]) refused(frame, -4);
  refused('{"subscriptionId":0,"event":null}', -9);
  refused('{"subscriptionId":0,"event":{}}', -6);
});
