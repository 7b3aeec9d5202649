import assert from "node:assert/strict";
import { test } from "node:test";
import { CoinbaseRig, cancelText, orderText } from "../../../../support/coinbase-rig.ts";

test("[C7] a request without an answer for 10 s is answered for the venue with 504; what comes later is given too", () => {
  const rig = CoinbaseRig.open();
  rig.sendOrder(orderText);
  rig.pass(9);
  assert.equal(rig.frames.filter(([, text]) => text.startsWith("504")).length, 0);
  rig.pass(1);
  assert.deepEqual(
    rig.frames.filter(([channel]) => channel === 3),
    [[3, "504 1007 0\n"]],
  );
  rig.wire.calls[0]?.answer(200, '{"success":true}');
  assert.deepEqual(rig.frames.at(-1), [3, '200 1007 0\n{"success":true}']);
  assert.match(rig.notices.at(-1) ?? "", /no answer to request 1007: none for 10 s; its outcome is unknown/);
});

test("[C7] a request whose connection breaks has an unknown outcome, told once", () => {
  const rig = CoinbaseRig.open();
  rig.sendOrder(cancelText);
  rig.wire.calls[0]?.fail("other side closed");
  rig.pass(20);
  assert.deepEqual(
    rig.frames.filter(([channel]) => channel === 3),
    [[3, "504 1008 0\n"]],
  );
});

test("[V13] a 429 is given with the time of the next request, and until then nothing but some cancels leaves", () => {
  const rig = CoinbaseRig.open();
  rig.sendOrder(orderText);
  const nowMs = rig.wire.clock.wallMs();
  rig.wire.calls[0]?.answer(429, "slow down", 3_000);
  assert.deepEqual(rig.frames.at(-1), [3, `429 1007 ${nowMs + 3_000}\nslow down`]);
  assert.equal(rig.sendOrder(cancelText), false);
  rig.pass(1);
  for (let cancels = 0; cancels < 4; cancels++) assert.equal(rig.sendOrder(cancelText), true);
  assert.equal(rig.sendOrder(cancelText), false);
  assert.equal(rig.sendOrder(orderText), false);
  rig.pass(2);
  assert.equal(rig.sendOrder(orderText), true);
});

test("[V13] orders stop before the rate is used up, cancels still leave", () => {
  const rig = CoinbaseRig.open();
  let orders = 0;
  while (rig.sendOrder(orderText)) orders += 1;
  let cancels = 0;
  while (rig.sendOrder(cancelText)) cancels += 1;
  assert.deepEqual([orders, cancels], [20, 10]);
});

test("without a token nothing leaves", () => {
  const rig = CoinbaseRig.open();
  rig.signerFault = "the signer is not running";
  rig.pass(101);
  assert.equal(rig.sendOrder(orderText), false);
  assert.equal(rig.sendOrder(cancelText), false);
});

const replaceText = 'REPLACE 1012\n\n{"order_ids":["y"]}\n\n{"client_order_id":"x"}';
const answersOf = (rig: CoinbaseRig): readonly string[] =>
  rig.frames.flatMap(([channel, text]) => (channel === 3 ? [text] : []));

test("[C9] the new order of a replace is asked about when its cancel was taken, once, and leaves only where it may", () => {
  for (const isAdmitting of [true, false]) {
    const rig = CoinbaseRig.open();
    rig.isAdmitting = isAdmitting;
    assert.equal(rig.sendOrder(replaceText), true);
    assert.deepEqual([rig.secondHalves, rig.wire.calls.length], [[], 1]);
    rig.wire.calls[0]?.answer(200, '{"results":[{"success":true}]}');
    assert.deepEqual(rig.secondHalves, [1012]);
    assert.equal(rig.wire.calls.length, isAdmitting ? 2 : 1);
    rig.pass(20);
    assert.equal(answersOf(rig).filter((text) => text.includes(" 1012 ")).length, isAdmitting ? 1 : 0);
  }
});

test("[C9] where the cancel was not taken nobody is asked, and it is told that the new order has not left", () => {
  for (const [status, body] of [
    [200, '{"results":[{"success":false}]}'],
    [500, ""],
  ] as const) {
    const rig = CoinbaseRig.open();
    rig.sendOrder(replaceText);
    rig.wire.calls[0]?.answer(status, body);
    assert.deepEqual(rig.secondHalves, []);
    assert.equal(rig.wire.calls.length, 1);
    assert.equal(answersOf(rig).at(-1), "424 1012 0\n");
  }
});

test("[C9] a new order that may leave, and cannot since the venue has said how long it wants nothing, is told as not sent", () => {
  const rig = CoinbaseRig.open();
  rig.sendOrder(replaceText);
  rig.sendOrder(orderText);
  rig.wire.calls[1]?.answer(429, "slow down", 5_000);
  rig.wire.calls[0]?.answer(200, '{"results":[{"success":true}]}');
  assert.deepEqual(rig.secondHalves, [1012]);
  assert.equal(rig.wire.calls.length, 2);
  assert.equal(answersOf(rig).at(-1), "424 1012 0\n");
});
