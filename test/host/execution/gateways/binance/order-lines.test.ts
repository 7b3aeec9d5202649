import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderLines } from "../../../../../host/execution/gateways/binance/order-lines.ts";
import { SessionIds } from "../../../../../host/execution/gateways/binance/session-ids.ts";
import { ScriptedWire } from "../../../../support/scripted-wire.ts";
import type { ScriptedConnection } from "../../../../support/scripted-wire.ts";

const signer = {
  apiKey: "key",
  logon: (_: number, onSigned: (text: string) => void) => onSigned("signature"),
};
const HOUR_NS = 3_600e9;

class Rig {
  readonly wire = new ScriptedWire();
  readonly log: string[] = [];
  readonly lines: OrderLines;

  constructor() {
    const { ports } = this.wire;
    const parts = {
      url: "wss://orders",
      ports,
      signer,
      ids: new SessionIds(),
      venueMs: () => 1_700_000_000_000,
    };
    this.lines = new OrderLines(parts, {
      onMessage: (bytes, length) => this.log.push(Buffer.from(bytes).toString("utf8", 0, length)),
      onReady: () => this.log.push("ready"),
      onDown: (reason) => this.log.push(`down ${reason}`),
      onNotice: () => undefined,
    });
    this.lines.start();
  }

  /** Opens the newest connection, which logs on and subscribes. */
  logOn(): ScriptedConnection {
    const connection = this.wire.last;
    connection.listener.onOpen();
    for (let count = 0; count < 2; count++) {
      const { id } = JSON.parse(connection.sent.at(-1) ?? "{}") as { id: number };
      this.lines.onReply(id, 200, 0);
    }
    this.wire.pass(0);
    return connection;
  }

  send(text: string): boolean {
    return this.lines.send(Buffer.from(text), 0, text.length);
  }

  /** Rotates, and logs the second connection on. */
  rotated(): { readonly old: ScriptedConnection; readonly fresh: ScriptedConnection } {
    const old = this.logOn();
    this.lines.rotate("test");
    return { old, fresh: this.logOn() };
  }
}

const event = (number: number): string =>
  `{"subscriptionId":0,"event":{"e":"executionReport","I":${number}}}`;

test("[V3] events of both connections are delivered once, requests go over the new one, answers come from either", () => {
  const rig = new Rig();
  const { old, fresh } = rig.rotated();
  assert.ok(rig.send("order"));
  assert.equal(fresh.sent.at(-1), "order");
  old.message(event(1));
  fresh.message(event(1));
  fresh.message(event(2));
  old.message(event(2));
  fresh.message('{"id":1001,"status":200}');
  old.message('{"id":1000,"status":200}');
  fresh.message(event(3));
  rig.wire.pass(12e9);
  assert.ok(old.isClosing);
  fresh.message(event(4));
  assert.deepEqual(rig.log, [
    "ready",
    event(1),
    event(2),
    '{"id":1001,"status":200}',
    '{"id":1000,"status":200}',
    event(3),
    event(4),
  ]);
});

test("[V3] an old connection that is cut while the new one is ready leaves no gap and is not reported", () => {
  const rig = new Rig();
  const { old, fresh } = rig.rotated();
  old.message(event(1));
  fresh.message(event(1));
  fresh.message(event(2));
  old.listener.onClose("server shutdown");
  assert.deepEqual(rig.log, ["ready", event(1), event(2)]);
  assert.ok(rig.send("order"));
});

test("[V3] what the old connection brought before the switch is left out when the new one brings it after", () => {
  const rig = new Rig();
  const { old, fresh } = rig.rotated();
  old.message(event(1));
  old.listener.onClose("server shutdown");
  fresh.message(event(1));
  fresh.message(event(2));
  rig.wire.pass(10e9);
  fresh.message(event(3));
  assert.deepEqual(rig.log, ["ready", event(1), event(2), event(3)]);
});

test("an old connection that is cut before the new one is ready is a line that is down", () => {
  const rig = new Rig();
  const old = rig.logOn();
  rig.lines.rotate("test");
  const abandoned = rig.wire.last;
  old.listener.onClose("reset");
  assert.deepEqual(rig.log, ["ready", "down reset"]);
  assert.ok(abandoned.isClosing);
  assert.equal(rig.send("order"), false);
  rig.wire.untilConnection();
  rig.logOn();
  assert.equal(rig.log.at(-1), "ready");
});

test("a new connection that is lost while both are open is tried again, and its events wait no more", () => {
  const rig = new Rig();
  const { old, fresh } = rig.rotated();
  fresh.message(event(1));
  fresh.listener.onClose("reset");
  assert.ok(rig.send("order"));
  assert.equal(old.sent.at(-1), "order");
  old.message(event(1));
  rig.wire.untilConnection();
  rig.logOn();
  rig.wire.pass(12e9);
  assert.ok(old.isClosing);
  assert.deepEqual(rig.log, ["ready", event(1)]);
});

test("[V3] a connection is replaced before the venue cuts it after 24 hours, and so is the one after it", () => {
  const rig = new Rig();
  let connection = rig.logOn();
  for (let round = 1; round <= 3; round++) {
    // Something is heard now and then: silence would be another reason to make a new line.
    const made = rig.wire.connections.length;
    let agedNs = 0;
    for (; rig.wire.connections.length === made && agedNs < 24 * HOUR_NS; agedNs += 30e9) {
      connection.listener.onAlive();
      rig.wire.pass(30e9);
    }
    assert.ok(agedNs >= 22 * HOUR_NS && agedNs < 23.1 * HOUR_NS, `${agedNs / HOUR_NS} hours`);
    const old = connection;
    connection = rig.logOn();
    rig.wire.pass(12e9);
    assert.ok(old.isClosing);
  }
  assert.deepEqual(rig.log, ["ready"]);
});

test("each request of either connection has an id of its own", () => {
  const rig = new Rig();
  const { old, fresh } = rig.rotated();
  const ids = [...old.sent, ...fresh.sent].map((text) => (JSON.parse(text) as { id: number }).id);
  assert.equal(new Set(ids).size, 4);
});

test("stop ends both", () => {
  const rig = new Rig();
  const { old, fresh } = rig.rotated();
  rig.lines.stop();
  assert.deepEqual([old.isClosing, fresh.isClosing], [true, true]);
  rig.wire.pass(48 * HOUR_NS);
  assert.equal(rig.wire.connections.length, 2);
});
