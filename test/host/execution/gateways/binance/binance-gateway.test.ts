import assert from "node:assert/strict";
import { test } from "node:test";
import { BinanceGateway, Channel } from "../../../../../host/execution/gateways/index.ts";
import { ScriptedWire } from "../../../../support/scripted-wire.ts";

class Rig {
  readonly wire = new ScriptedWire();
  readonly frames: (readonly [number, number, string])[] = [];
  readonly lines: (readonly [number, boolean])[] = [];
  readonly notices: string[] = [];
  readonly gateway: BinanceGateway;

  constructor() {
    this.gateway = new BinanceGateway(
      {
        addresses: { streamUrl: "wss://stream", wsApiUrl: "wss://orders", restUrl: "https://rest" },
        venueIndex: 0,
        instruments: [
          { instrumentIndex: 0, symbol: "BTCUSDT" },
          { instrumentIndex: 1, symbol: "ETHUSDT" },
        ],
        snapshotLevels: 1000,
        signer: { apiKey: "key", logon: (_timestampMs, onSigned) => onSigned("signature") },
      },
      this.wire.ports,
      {
        onFrame: (line, instrument, bytes, length) =>
          this.frames.push([line, instrument, Buffer.from(bytes).toString("utf8", 0, length)]),
        onLine: (line, isUp) => this.lines.push([line, isUp]),
        onSecondHalf: () => false,
        onNotice: (level, text) => this.notices.push(`${level} ${text}`),
      },
    );
    this.gateway.start();
  }

  logOn(): void {
    const orders = this.wire.to("wss://orders");
    orders.listener.onOpen();
    for (let count = 0; count < 2; count++) {
      const { id } = JSON.parse(orders.sent.at(-1) ?? "{}") as { id: number };
      this.gateway.onSessionReply(id, 200, 0);
    }
    this.wire.pass(0);
  }
}

test("one connection carries the three streams of every instrument, another the orders", () => {
  const { wire } = new Rig();
  assert.deepEqual(
    wire.connections.map(({ url }) => url),
    [
      "wss://stream/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker/btcusdt@trade/ethusdt@depth@100ms/ethusdt@bookTicker/ethusdt@trade",
      "wss://orders",
    ],
  );
});

test("lines are reported up and down by channel, and frames carry theirs", () => {
  const rig = new Rig();
  rig.wire.to("wss://stream").listener.onOpen();
  rig.logOn();
  rig.wire.to("wss://stream").message("market");
  rig.wire.to("wss://orders").message("order");
  assert.deepEqual(rig.lines, [
    [Channel.MARKET, true],
    [Channel.ORDERS, true],
  ]);
  assert.deepEqual(rig.frames, [
    [Channel.MARKET, 0, "market"],
    [Channel.ORDERS, 0, "order"],
  ]);
  rig.wire.to("wss://stream").listener.onClose("reset");
  rig.wire.to("wss://orders").listener.onClose("reset");
  assert.deepEqual(rig.lines.slice(2), [
    [Channel.MARKET, false],
    [Channel.ORDERS, false],
  ]);
  assert.deepEqual(
    rig.notices.map((text) => text.split(":")[1]),
    [" market stream lost", " order session lost"],
  );
});

test("[V20] an order leaves on the order line alone, and is refused while that is not ready", () => {
  const rig = new Rig();
  const bytes = Buffer.from("[order]");
  assert.equal(rig.gateway.sendOrder(bytes, 1, 5), false);
  rig.logOn();
  assert.equal(rig.gateway.sendOrder(bytes, 1, 5), true);
  assert.equal(rig.wire.to("wss://orders").sent.at(-1), "order");
  assert.deepEqual(rig.wire.to("wss://stream").sent, []);
  rig.wire.to("wss://orders").listener.onClose("reset");
  assert.equal(rig.gateway.sendOrder(bytes, 1, 5), false);
});

test("a snapshot is asked for once while it is under way, and comes as a frame of its instrument", () => {
  const rig = new Rig();
  rig.gateway.requestSnapshot(1);
  rig.gateway.requestSnapshot(1);
  rig.gateway.requestSnapshot(0);
  assert.deepEqual(
    rig.wire.gets.map(({ url }) => url),
    [
      "https://rest/api/v3/depth?symbol=ETHUSDT&limit=1000",
      "https://rest/api/v3/depth?symbol=BTCUSDT&limit=1000",
    ],
  );
  rig.wire.gets[0]?.answer(200, "snapshot");
  assert.deepEqual(rig.frames, [[Channel.REST, 1, "snapshot"]]);
  rig.gateway.requestSnapshot(1);
  assert.equal(rig.wire.gets.length, 3);
  assert.throws(() => rig.gateway.requestSnapshot(2), /no instrument number 2; 2 are configured/);
});

test("[V13] a snapshot that is refused is asked for again after what Retry-After says, a second at least", () => {
  const rig = new Rig();
  rig.gateway.requestSnapshot(0);
  rig.wire.gets[0]?.answer(429, "slow down", 30_000);
  assert.match(rig.notices.at(-1) ?? "", /no snapshot of BTCUSDT: status 429; trying again in 30\.0 s/);
  // Asking in the meantime does not get round it.
  rig.gateway.requestSnapshot(0);
  rig.wire.pass(30e9 - 1);
  assert.equal(rig.wire.gets.length, 1);
  rig.wire.pass(1);
  assert.equal(rig.wire.gets.length, 2);
  rig.wire.gets[1]?.answer(500, "");
  rig.wire.pass(1e9);
  rig.wire.gets[2]?.fail("reset");
  rig.wire.pass(1e9 - 1);
  assert.equal(rig.wire.gets.length, 3);
  rig.wire.pass(1);
  rig.wire.gets[3]?.answer(200, "at last");
  assert.deepEqual(rig.frames, [[Channel.REST, 0, "at last"]]);
});

test("[V3] a venue that announces its shutdown gets second connections, and the first ones stay until those are in sync", () => {
  const rig = new Rig();
  rig.wire.to("wss://stream").listener.onOpen();
  rig.logOn();
  const [stream, orders] = [rig.wire.to("wss://stream"), rig.wire.to("wss://orders")];
  rig.gateway.onServerShutdown();
  rig.gateway.onServerShutdown();
  assert.equal(rig.wire.connections.length, 4);
  assert.deepEqual([stream.isClosing, orders.isClosing], [false, false]);
  rig.wire.to("wss://stream").listener.onOpen();
  rig.logOn();
  rig.wire.pass(12e9);
  assert.deepEqual([stream.isClosing, orders.isClosing], [true, true]);
  assert.deepEqual(
    rig.lines.filter(([, isUp]) => !isUp),
    [],
  );
});

test("a stream of account events that the venue has ended is a line that is down", () => {
  const rig = new Rig();
  rig.logOn();
  rig.gateway.onStreamEnd();
  assert.ok(rig.wire.to("wss://orders").isClosing);
});

test("[V3] a venue whose codec is another has both lines dropped, and both come back", () => {
  const rig = new Rig();
  rig.wire.to("wss://stream").listener.onOpen();
  rig.logOn();
  rig.gateway.reconnect("for the test");
  const [stream, orders] = [rig.wire.to("wss://stream"), rig.wire.to("wss://orders")];
  assert.deepEqual([stream.isClosing, orders.isClosing], [true, true]);
  stream.listener.onClose("closed");
  orders.listener.onClose("closed");
  rig.wire.untilConnection();
  rig.wire.untilConnection();
  assert.equal(rig.wire.connections.length, 4);
});

test("[V19] the codec's refusal of a logon reaches the line, and the reason the log", () => {
  const rig = new Rig();
  const orders = rig.wire.to("wss://orders");
  orders.listener.onOpen();
  rig.gateway.onSessionReply(1, 401, -2015);
  assert.match(rig.notices.at(-1) ?? "", /logon refused with status 401, code -2015/);
  assert.ok(orders.isClosing);
});

test("stop ends lines, retries and answers", () => {
  const rig = new Rig();
  rig.gateway.requestSnapshot(0);
  rig.gateway.requestSnapshot(1);
  rig.wire.gets[0]?.answer(500, "");
  rig.gateway.stop();
  rig.wire.gets[1]?.answer(200, "late");
  rig.gateway.requestSnapshot(0);
  rig.wire.pass(600e9);
  assert.deepEqual([rig.wire.gets.length, rig.frames, rig.wire.connections.length], [2, [], 2]);
  const failing = new Rig();
  failing.gateway.requestSnapshot(0);
  failing.gateway.stop();
  failing.wire.gets[0]?.fail("late");
  failing.wire.pass(600e9);
  assert.equal(failing.wire.gets.length, 1);
});
