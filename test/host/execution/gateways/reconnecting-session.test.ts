import assert from "node:assert/strict";
import { test } from "node:test";
import { ReconnectingSession } from "../../../../host/execution/gateways/reconnecting-session.ts";
import { ScriptedWire } from "../../../support/scripted-wire.ts";

interface Rig {
  readonly wire: ScriptedWire;
  readonly session: ReconnectingSession;
  readonly log: string[];
}

function rig(): Rig {
  const wire = new ScriptedWire();
  const log: string[] = [];
  const session = new ReconnectingSession("wss://venue", wire.ports, {
    onOpen: () => log.push("open"),
    onMessage: (bytes, length) => log.push(Buffer.from(bytes).toString("utf8", 0, length)),
    onDown: (reason) => log.push(`down: ${reason}`),
  });
  return { wire, session, log };
}

/** Started and open. */
function open(): Rig {
  const made = rig();
  made.session.start();
  made.wire.last.listener.onOpen();
  return made;
}

test("IDLE: start connects, once; nothing can be sent before the line is open", () => {
  const { wire, session, log } = rig();
  assert.equal(session.send(Buffer.from("x"), 0, 1), false);
  session.start();
  assert.equal(wire.connections.length, 1);
  assert.equal(session.isOpen, false);
  assert.equal(session.send(Buffer.from("x"), 0, 1), false);
  assert.throws(() => session.start(), /started twice/);
  wire.last.listener.onOpen();
  assert.deepEqual([session.isOpen, log], [true, ["open"]]);
});

test("OPEN: messages go up, bytes go down as given, and what the socket refuses is told", () => {
  const { wire, session, log } = open();
  wire.last.message("hello");
  assert.equal(session.send(Buffer.from("..order.."), 2, 5), true);
  assert.deepEqual([wire.last.sent, log], [["order"], ["open", "hello"]]);
  wire.last.takes = false;
  assert.equal(session.send(Buffer.from("x"), 0, 1), false);
});

test("CONNECTING closed: the owner is told, and another attempt follows by itself", () => {
  const { wire, session, log } = rig();
  session.start();
  wire.last.listener.onClose("refused");
  assert.deepEqual([log, session.isOpen], [["down: refused"], false]);
  const waitNs = wire.untilConnection();
  assert.ok(waitNs >= 0.5e9 && waitNs < 1e9);
});

test("[V2] a venue that accepts and closes at once is backed away from, up to a minute", () => {
  const { wire, session } = rig();
  session.start();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 10; attempt++) {
    wire.last.listener.onOpen();
    session.markHealthy();
    wire.last.message("welcome");
    wire.last.listener.onClose("bye");
    waits.push(wire.untilConnection());
  }
  waits.forEach((waitNs, attempt) => {
    const stepNs = Math.min(2 ** attempt, 60) * 1e9;
    assert.ok(waitNs >= stepNs / 2 && waitNs <= stepNs, `wait ${attempt}: ${waitNs}`);
  });
  // Far below the venue's 300 connections in 5 minutes.
  assert.ok(wire.clock.nowNs > 90e9);
});

test("[V2] a session that was healthy for 10 s is met with a short wait again; one that was never healthy is not", () => {
  for (const [isHealthy, aliveNs, isShort] of [
    [true, 10e9, true],
    [true, 9e9, false],
    [false, 30e9, false],
  ] as const) {
    const { wire, session } = rig();
    session.start();
    for (let attempt = 0; attempt < 4; attempt++) {
      wire.last.listener.onClose("refused");
      wire.untilConnection();
    }
    wire.last.listener.onOpen();
    if (isHealthy) session.markHealthy();
    wire.pass(aliveNs);
    wire.last.listener.onClose("bye");
    assert.equal(wire.untilConnection() < 1e9, isShort, `${isHealthy} ${aliveNs}`);
  }
});

test("[V1] a half-open line is pinged after 20 s of silence and dead after 40 s", () => {
  const { wire, log } = open();
  const first = wire.last;
  wire.pass(20e9);
  assert.equal(first.pings, 0);
  wire.pass(20e9);
  assert.equal(first.pings, 4);
  assert.deepEqual(log, ["open"]);
  wire.pass(5e9);
  assert.deepEqual(log, ["open", "down: nothing heard for 45 s"]);
  assert.equal(first.isClosing, true);
  wire.untilConnection();
  // The old socket's late words change nothing.
  first.message("late");
  first.listener.onClose("late");
  first.listener.onOpen();
  assert.deepEqual(log, ["open", "down: nothing heard for 45 s"]);
});

test("[V1] an answer to a ping, or a message, keeps a line alive; a word of an older one does not", () => {
  const { wire, log } = open();
  for (let count = 0; count < 4; count++) {
    wire.pass(30e9);
    if (count % 2 === 0) wire.last.listener.onAlive();
    else wire.last.message("m");
  }
  assert.deepEqual(log, ["open", "m", "m"]);
  const [old] = wire.connections;
  wire.last.listener.onClose("bye");
  wire.untilConnection();
  wire.last.listener.onOpen();
  for (let count = 0; count < 9; count++) {
    wire.pass(5e9);
    old?.listener.onAlive();
  }
  assert.match(log.at(-1) ?? "", /nothing heard/);
});

test("drop closes the line and another attempt follows; without a line it does nothing", () => {
  const { wire, session, log } = open();
  session.drop();
  assert.equal(wire.last.isClosing, true);
  wire.last.listener.onClose("dropped");
  session.drop();
  assert.deepEqual(log, ["open", "down: dropped"]);
  wire.untilConnection();
  assert.equal(wire.connections.length, 2);
});

test("STOPPED: for good, from every state, and nothing that comes later is passed on", () => {
  const waiting = rig();
  waiting.session.start();
  waiting.wire.last.listener.onClose("refused");
  waiting.session.stop();
  waiting.wire.pass(300e9);
  assert.equal(waiting.wire.connections.length, 1);
  const opened = open();
  opened.session.stop();
  opened.wire.last.message("late");
  opened.wire.last.listener.onClose("late");
  opened.wire.pass(300e9);
  assert.deepEqual([opened.log, opened.wire.last.isClosing, opened.session.isOpen], [["open"], true, false]);
  const idle = rig();
  idle.session.stop();
  assert.throws(() => idle.session.start(), /started twice/);
});
