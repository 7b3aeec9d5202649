import assert from "node:assert/strict";
import { before, test } from "node:test";
import { BinanceCodec } from "../../../test/support/binance-codec.ts";
import { orderAnswer } from "../../../test/support/binance-samples.ts";

let codec: BinanceCodec;
before(async () => {
  codec = await BinanceCodec.load();
});

/** Request id, status, code and retry-after of the replies to an accepted answer. */
function replies(frame: string): unknown[] {
  const { code, records } = codec.check("orderRest", frame);
  assert.ok(code >= 0, `refused with ${code}: ${frame}`);
  return records
    .filter(({ name }) => name === "RequestReply")
    .map(({ fields }) => [
      fields["requestId"],
      fields["status"],
      fields["errorCode"],
      fields["retryAfterMs"],
    ]);
}

test("an answer over REST means what the same one over the WebSocket API means", () => {
  const ack = '{"symbol":"BTCUSDT","orderId":5,"clientOrderId":"s1-a","transactTime":1660801715639}';
  const rest = codec.check("orderRest", `200 7 0\n${ack}`);
  const socket = codec.check("order", `{"id":7,"status":200,"result":${ack}}`);
  assert.deepEqual(rest.records, socket.records);
  const { records } = codec.check("orderRest", `200 7 0\n[${orderAnswer()},${orderAnswer()}]`);
  assert.equal(records.length, 3);
});

test("[C9] HTTP 409 tells both halves of a replace", () => {
  const body =
    '{"code":-2021,"msg":"x","data":{"cancelResult":"SUCCESS","newOrderResult":"FAILURE","cancelResponse":{"orderId":1},"newOrderResponse":{"code":-2010,"msg":"x"}}}';
  assert.deepEqual(replies(`409 r20 0\n${body}`), [
    [21, 200, 0, 0n],
    [20, 400, -2010, 0n],
  ]);
});

test("[C7] from 500 on the outcome is unknown, whatever stands in the body", () => {
  for (const body of ["", "<html>", '{"code":-2010,"msg":"x"}', '{"code":'])
    assert.deepEqual(replies(`503 7 0\n${body}`), [[7, 503, 0, 0n]]);
  assert.deepEqual(replies("502 r7 0\n<html>"), [
    [8, 502, 0, 0n],
    [7, 502, 0, 0n],
  ]);
  assert.deepEqual(replies('400 7 0\n{"code":-1006,"msg":"x"}'), [[7, 504, -1006, 0n]]);
});

test("[V13] 429 and 418 carry the time that the gateway read from Retry-After", () => {
  const body = '{"code":-1003,"msg":"Too much request weight used"}';
  assert.deepEqual(replies(`429 7 1660801715639\n${body}`), [[7, 429, -1003, 1660801715639n]]);
  assert.deepEqual(replies("418 7 1660801715639\n"), [[7, 418, 0, 1660801715639n]]);
  assert.deepEqual(replies("403 7 0\n<html>forbidden"), [[7, 403, 0, 0n]]);
});

test("[V10] a line that is none, and a body that is cut short, are refused", () => {
  for (const frame of [
    "",
    "200",
    "200 7",
    "200 7 0",
    "200 7 0 {}",
    "200 x7 0\n{}",
    "99 7 0\n{}",
    "600 7 0\n{}",
    "4294967496 7 0\n{}",
    "200 0 0\n{}",
    "200  0\n{}",
    "200 7 12345678901234\n{}",
    "200 7 0\n",
    '200 7 0\n{"orderId":1',
    '400 7 0\n{"code":1',
    "400 7 0\n{}",
  ])
    assert.ok(codec.check("orderRest", frame).code < 0, frame);
});
