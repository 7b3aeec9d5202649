import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel } from "../../../../../host/execution/gateways/index.ts";
import { CoinbaseRig } from "../../../../support/coinbase-rig.ts";
import { level2, message } from "../../../../support/coinbase-samples.ts";

const refusal = '{"type":"error","message":"authentication failure"}';

test("[M4] without heartbeats for 10 s a line is given up, though other messages flow", () => {
  const rig = CoinbaseRig.open();
  for (let second = 0; second < 14; second += 1) {
    if (!rig.market.isClosing) rig.market.message(level2([]));
    rig.user.message(message("heartbeats", []));
    rig.wire.pass(1e9);
  }
  assert.deepEqual(rig.lines, [[Channel.MARKET, false]]);
  assert.ok(rig.market.isClosing && !rig.user.isClosing);
  assert.ok(rig.notices.some((text) => text.includes("no heartbeat for 10 s")));
});

test("[V1] a line is down at once, though its socket does not close", () => {
  const rig = CoinbaseRig.open();
  rig.wire.pass(14e9);
  assert.deepEqual(
    rig.lines.map(([, isUp]) => isUp),
    [false, false],
  );
  rig.market.listener.onClose("timed out");
  assert.equal(rig.lines.length, 2);
});

test("lines that beat are kept", () => {
  const rig = CoinbaseRig.open();
  rig.pass(180);
  assert.deepEqual(rig.lines, []);
  assert.equal(rig.wire.connections.length, 2);
});

test("a line that cannot subscribe for want of a token is given up before the venue closes it, and tried again", () => {
  const rig = new CoinbaseRig();
  rig.signerFault = "the signer is not running";
  rig.gateway.start();
  rig.user.listener.onOpen();
  rig.wire.pass(3.9e9);
  assert.ok(!rig.user.isClosing);
  rig.wire.pass(0.2e9);
  assert.ok(rig.user.isClosing);
  assert.deepEqual(rig.user.sent, []);
  rig.signerFault = "";
  rig.user.listener.onClose("closed by this host");
  rig.wire.pass(3e9);
  rig.openUser();
  assert.deepEqual(rig.lines.at(-1), [Channel.ORDERS, true]);
});

test("a token that comes within the 4 s is used at once", () => {
  const rig = new CoinbaseRig();
  rig.signerFault = "busy";
  rig.gateway.start();
  rig.user.listener.onOpen();
  rig.signerFault = "";
  rig.wire.pass(1.2e9);
  assert.equal(rig.user.sent.length, 2);
});

test("subscriptions that the venue does not answer for 4 s end the line", () => {
  const rig = new CoinbaseRig();
  rig.gateway.start();
  rig.market.listener.onOpen();
  rig.wire.pass(4.1e9);
  assert.ok(rig.market.isClosing);
  assert.ok(rig.notices.some((text) => text.includes("does not answer the subscriptions")));
});

test("[V19] subscriptions that are refused again and again end the tries, and say what to look at", () => {
  const rig = new CoinbaseRig();
  rig.gateway.start();
  for (let count = 0; count < 5; count += 1) {
    const { user } = rig;
    user.listener.onOpen();
    user.message(refusal);
    if (user.isClosing && count < 4) {
      user.listener.onClose("closed by this host");
      rig.wire.pass(60e9);
    }
  }
  assert.match(
    rig.notices.findLast((text) => text.startsWith("error ")) ?? "",
    /authentication failure.*API key/,
  );
  const tries = rig.wire.connections.filter(({ url }) => url === rig.user.url).length;
  assert.equal(tries, 5);
  rig.wire.pass(600e9);
  assert.equal(rig.wire.connections.filter(({ url }) => url === rig.user.url).length, tries);
  assert.ok(!rig.lines.some(([line, isUp]) => line === Channel.ORDERS && isUp));
});

test("an error on a line that is up is told, and goes to the codec; the line stays", () => {
  const rig = CoinbaseRig.open();
  rig.market.message('{"type":"error","message":"rate limit exceeded"}');
  assert.match(rig.notices.at(-1) ?? "", /market data: the venue says: rate limit exceeded/);
  assert.equal(rig.frames.length, 1);
  assert.ok(!rig.market.isClosing);
});

test("[V2] a venue that closes at once is backed away from, up to a minute", () => {
  const rig = CoinbaseRig.open();
  const waits = Array.from({ length: 8 }, () => {
    rig.market.listener.onClose("bye");
    const before = rig.wire.connections.filter(({ url }) => url === rig.market.url).length;
    const startNs = rig.wire.clock.nowNs;
    while (rig.wire.connections.filter(({ url }) => url === rig.market.url).length === before)
      rig.wire.pass(0.1e9);
    rig.openMarket();
    return rig.wire.clock.nowNs - startNs;
  });
  assert.ok((waits.at(-1) ?? 0) > 10 * (waits[0] ?? 0), waits.join(", "));
  assert.ok(waits.every((waitNs) => waitNs <= 61e9));
});

test("a connection that is never made is told, and no line goes down that was not up", () => {
  const rig = new CoinbaseRig();
  rig.gateway.start();
  rig.market.listener.onClose("connect ECONNREFUSED");
  assert.deepEqual(rig.lines, []);
  assert.match(rig.notices.at(-1) ?? "", /market data: no connection: connect ECONNREFUSED/);
});
