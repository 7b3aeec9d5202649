import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderLine } from "../../../../../host/execution/gateways/binance/order-line.ts";
import type { LogonSigner } from "../../../../../host/execution/gateways/index.ts";
import { SessionIds } from "../../../../../host/execution/gateways/binance/session-ids.ts";
import { ScriptedWire } from "../../../../support/scripted-wire.ts";

const signer: LogonSigner = {
  apiKey: "key",
  logon: (timestampMs, onSigned) => onSigned(`signed(apiKey=key&timestamp=${timestampMs})`),
};

class Rig {
  readonly wire = new ScriptedWire();
  readonly log: string[] = [];
  readonly line: OrderLine;

  constructor(by: LogonSigner = signer) {
    const { ports } = this.wire;
    const parts = {
      url: "wss://orders",
      ports,
      signer: by,
      ids: new SessionIds(),
      venueMs: () => ports.clock.wallMs(),
    };
    this.line = new OrderLine(parts, {
      onMessage: (bytes, length) =>
        this.log.push(`message ${Buffer.from(bytes).toString("utf8", 0, length)}`),
      onReady: () => this.log.push("ready"),
      onDown: (reason) => this.log.push(`down ${reason}`),
      onNotice: (level, text) => this.log.push(`${level} ${text}`),
    });
    this.line.start();
  }

  open(): this {
    this.wire.last.listener.onOpen();
    return this;
  }

  /** The last request as sent. */
  get request(): {
    readonly id: number;
    readonly method: string;
    readonly params?: Readonly<Record<string, unknown>>;
  } {
    return JSON.parse(this.wire.last.sent.at(-1) ?? "{}") as never;
  }

  reply(status: number, errorCode = 0): this {
    this.line.onReply(this.request.id, status, errorCode);
    return this;
  }

  /** The closing of a dropped line is seen, and the next is open. */
  reopen(): this {
    this.wire.last.listener.onClose("closed");
    this.wire.untilConnection();
    return this.open();
  }
}

test("DOWN to READY: logs on, subscribes, and is ready with the second 200, in a step of its own", () => {
  const rig = new Rig();
  rig.wire.pass(1_500_000);
  rig.open();
  const timestamp = 1_700_000_000_001;
  assert.deepEqual(rig.request, {
    id: 1,
    method: "session.logon",
    params: { apiKey: "key", signature: `signed(apiKey=key&timestamp=${timestamp})`, timestamp },
  });
  assert.equal(rig.line.send(Buffer.from("order"), 0, 5), false);
  rig.reply(200);
  assert.deepEqual(rig.request, { id: 2, method: "userDataStream.subscribe" });
  assert.equal(rig.line.send(Buffer.from("order"), 0, 5), false);
  rig.reply(200);
  assert.deepEqual([rig.log, rig.line.isReady], [[], true]);
  rig.wire.pass(0);
  assert.deepEqual(rig.log, ["ready"]);
  assert.equal(rig.line.send(Buffer.from("order"), 0, 5), true);
  assert.equal(rig.wire.last.sent.at(-1), "order");
  // No deadline is left behind.
  rig.wire.last.listener.onAlive();
  rig.wire.pass(30e9);
  assert.deepEqual(rig.log, ["ready"]);
});

test("messages are handed up as they come, in every state", () => {
  const rig = new Rig().open();
  rig.wire.last.message("early");
  assert.deepEqual(rig.log, ["message early"]);
});

test("replies to other requests, and repeated ones, change nothing", () => {
  const rig = new Rig().open();
  rig.line.onReply(99, 200, 0);
  assert.equal(rig.request.method, "session.logon");
  rig.reply(200);
  rig.line.onReply(1, 200, 0);
  assert.equal(rig.line.isReady, false);
  rig.reply(200);
  rig.line.onReply(2, 400, -1);
  rig.wire.pass(0);
  assert.deepEqual([rig.line.isReady, rig.log], [true, ["ready"]]);
});

test("[V19] a logon that is refused is tried at most five times, then it stops and says what to check", () => {
  const rig = new Rig().open();
  for (let refusal = 1; refusal <= 4; refusal++) {
    rig.reply(401, -2015);
    // A second word about the same request is not a second refusal.
    rig.reply(401, -2015);
    assert.ok(rig.wire.last.isClosing);
    rig.reopen();
  }
  rig.reply(401, -2015);
  assert.match(
    rig.log.at(-1) ?? "",
    /^error binance: logon refused 5 times \(status 401, code -2015\); stopped\. Check the API key/,
  );
  rig.wire.pass(0);
  assert.equal(rig.log.at(-1), "down logon refused");
  rig.wire.last.listener.onClose("closed");
  rig.wire.pass(600e9);
  assert.equal(rig.wire.connections.length, 5);
});

test("[V19] a subscription that is refused for ever, after good logons, stops as well", () => {
  const rig = new Rig().open();
  for (let refusal = 1; refusal <= 4; refusal++) rig.reply(200).reply(400, -1100).reopen();
  rig.reply(200).reply(400, -1100);
  assert.match(rig.log.at(-1) ?? "", /^error /);
});

test("refusals count in a row: a session that came up starts the count over", () => {
  const rig = new Rig().open();
  for (let refusal = 1; refusal <= 4; refusal++) rig.reply(401).reopen();
  rig.reply(200).reply(200);
  rig.wire.pass(0);
  rig.reopen();
  for (let refusal = 1; refusal <= 4; refusal++) rig.reply(401).reopen();
  assert.ok(!rig.log.some((text) => text.startsWith("error")));
});

test("[V1] a logon or a subscription without an answer for 10 s drops the line", () => {
  for (const isLoggedOn of [false, true]) {
    const rig = new Rig().open();
    if (isLoggedOn) rig.reply(200);
    rig.wire.pass(10e9 - 1);
    assert.ok(!rig.wire.last.isClosing);
    rig.wire.pass(1);
    assert.ok(rig.wire.last.isClosing);
    assert.match(rig.log.at(-1) ?? "", /^warn .*no answer/);
    rig.reopen();
    assert.deepEqual(rig.request.method, "session.logon");
  }
});

test("READY closed: the owner is told, nothing can be sent, and the next line logs on again", () => {
  const rig = new Rig().open().reply(200).reply(200);
  rig.wire.pass(0);
  rig.wire.last.listener.onClose("reset");
  assert.deepEqual(rig.log, ["ready", "down reset"]);
  assert.equal(rig.line.send(Buffer.from("order"), 0, 5), false);
  rig.wire.untilConnection();
  rig.open();
  assert.deepEqual([rig.request.method, rig.request.id], ["session.logon", 3]);
});

test("a line that is lost in the moment it was ready is not reported up", () => {
  const rig = new Rig().open().reply(200).reply(200);
  rig.wire.last.listener.onClose("reset");
  rig.wire.pass(0);
  assert.deepEqual(rig.log, ["down reset"]);
});

test("request ids of the session stay below those of orders, however often it logs on", () => {
  const rig = new Rig().open();
  for (let count = 0; count < 1_000; count++) {
    assert.ok(rig.request.id >= 1 && rig.request.id < 1_000);
    rig.reopen();
  }
});

test("stop ends it for good, drop does not", () => {
  const rig = new Rig().open();
  rig.line.drop();
  assert.ok(rig.wire.last.isClosing);
  rig.reopen();
  rig.line.stop();
  rig.wire.pass(600e9);
  assert.deepEqual([rig.wire.connections.length, rig.log.filter((text) => text.startsWith("warn"))], [2, []]);
});

/** A signer that answers when the test says so. */
class SlowSigner implements LogonSigner {
  readonly apiKey = "key";
  readonly asked: {
    readonly sign: (signature: string) => void;
    readonly refuse: (reason: string) => void;
  }[] = [];

  logon(_timestampMs: number, sign: (signature: string) => void, refuse: (reason: string) => void): void {
    this.asked.push({ sign, refuse });
  }
}

test("[P24] without a signature nothing is sent: the line is dropped, says why, and asks again when it is back", () => {
  const slow = new SlowSigner();
  const rig = new Rig(slow).open();
  assert.deepEqual(rig.wire.last.sent, []);
  slow.asked[0]?.refuse("the signer is not running");
  assert.match(
    rig.log.at(-1) ?? "",
    /^error binance: not logged on, no signature: the signer is not running/,
  );
  assert.ok(rig.wire.last.isClosing);
  rig.reopen();
  slow.asked[1]?.sign("late but good");
  assert.deepEqual(rig.request.params?.["signature"], "late but good");
  for (let failure = 2; failure < 10; failure++) {
    rig.reopen();
    slow.asked[failure]?.refuse("down");
  }
  // It is no refusal by the venue: it is tried for ever.
  rig.reopen();
  assert.equal(slow.asked.length, 11);
});

test("a signature that comes for a connection which is gone, or for a line that was stopped, is sent nowhere", () => {
  const slow = new SlowSigner();
  const rig = new Rig(slow).open();
  rig.reopen();
  slow.asked[0]?.sign("of the first connection");
  slow.asked[0]?.refuse("of the first connection");
  assert.deepEqual([rig.wire.last.sent, rig.wire.last.isClosing], [[], false]);
  rig.line.stop();
  const before = rig.log.length;
  slow.asked[1]?.sign("of a stopped line");
  rig.wire.pass(60e9);
  assert.deepEqual([rig.wire.last.sent, rig.log.length], [[], before]);
});
