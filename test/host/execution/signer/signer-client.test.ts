import assert from "node:assert/strict";
import { test } from "node:test";
import { SignerClient } from "../../../../host/execution/signer/index.ts";
import { FrameKind } from "../../../../host/execution/signer/signer-frame.ts";
import { SignerError } from "../../../../host/execution/signer/signer-error.ts";
import type { Hello } from "../../../../host/execution/signer/signer-message.ts";
import { SeededRandom, VirtualClock, VirtualTimers } from "../../../../host/platform/index.ts";
import { ScriptedPrograms } from "../../../support/scripted-programs.ts";

const HELLO: Hello = {
  environment: "development",
  auditFile: "/audit.jsonl",
  keys: [
    {
      venue: "binance",
      protocol: "binance",
      key: { apiKey: "public", from: { file: "/key.pem" }, label: "testnet" },
    },
    {
      venue: "coinbase",
      protocol: "coinbase",
      key: { apiKey: "name", from: { environment: "CB" }, label: "testnet" },
    },
    {
      venue: "third",
      protocol: "coinbase",
      key: { apiKey: "name", from: { command: ["/bin/vault"], passes: ["HOME"] }, label: "testnet" },
    },
  ],
};

class Rig {
  readonly programs = new ScriptedPrograms();
  readonly clock = new VirtualClock(0);
  readonly timers = new VirtualTimers(this.clock);
  readonly notices: string[] = [];
  readonly client: SignerClient = new SignerClient(
    HELLO,
    { programs: this.programs, timers: this.timers, random: new SeededRandom(1), clock: this.clock },
    (level, text) => this.notices.push(`${level} ${text}`),
  );

  async ready(): Promise<this> {
    const started = this.client.start();
    this.programs.last.ready();
    await started;
    return this;
  }

  pass(ns: number): void {
    this.timers.advance(this.clock.nowNs + ns);
  }

  /** Lets time pass until the signer is started again; how long that took. */
  untilStart(): number {
    const before = this.programs.started.length;
    const startNs = this.clock.nowNs;
    while (this.programs.started.length === before) this.timers.advance(this.timers.nextNs);
    return this.clock.nowNs - startNs;
  }

  rest(): Promise<string> {
    return this.client.requestSigner("binance").rest("GET", "/api/v3/account", "timestamp=1");
  }
}

const refusal =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof SignerError && error.code === `SANDPIT_SIGNER_${code}`;

test("it is given what its keys need and is told everything but the keys", async () => {
  const { programs, notices } = await new Rig().ready();
  const { limits, heard } = programs.last;
  assert.deepEqual(heard, [
    { kind: FrameKind.HELLO, id: 0, body: JSON.parse(JSON.stringify(HELLO)) as unknown },
  ]);
  assert.deepEqual([limits.moved, limits.copied, limits.startsProcesses], [["CB"], ["HOME"], true]);
  assert.deepEqual(
    limits.writable.map(({ pathname }) => pathname),
    ["/audit.jsonl"],
  );
  assert.equal(limits.readable.at(-1)?.pathname, "/key.pem");
  assert.deepEqual(notices, [
    "info signer: process 4711 holds the keys of binance (Ed25519 0123456789abcdef)",
  ]);
});

test("answers find their requests, in whatever order they come", async () => {
  const rig = await new Rig().ready();
  const answers = [rig.rest(), rig.client.requestSigner("coinbase").token("GET x")];
  let signature = "";
  rig.client.logonSigner("binance").logon(7, (text) => (signature = text), assert.fail);
  const [, rest, token, logon] = rig.programs.last.heard;
  assert.deepEqual(
    [rest?.body, token?.body, logon?.body],
    [
      { venue: "binance", method: "GET", path: "/api/v3/account", query: "timestamp=1" },
      { venue: "coinbase", uri: "GET x" },
      { venue: "binance", timestampMs: 7 },
    ],
  );
  for (const [frame, text] of [
    [logon, "l"],
    [token, "t"],
    [rest, "r"],
  ] as const)
    rig.programs.last.say(FrameKind.SIGNED, frame?.id ?? 0, { text });
  assert.deepEqual(await Promise.all(answers), ["r", "t"]);
  assert.equal(signature, "l");
});

test("a refusal comes back with its code and is counted, and so does what is no answer", async () => {
  const rig = await new Rig().ready();
  const refused = rig.rest();
  const id = rig.programs.last.heard.at(-1)?.id ?? 0;
  rig.programs.last.say(FrameKind.REFUSED, id, { code: "SANDPIT_SIGNER_PATH_REFUSED", text: "no" });
  await assert.rejects(refused, refusal("PATH_REFUSED"));
  for (const body of [{ code: "SOMETHING", text: "x" }, {}, null]) {
    const odd = rig.rest();
    rig.programs.last.say(FrameKind.REFUSED, rig.programs.last.heard.at(-1)?.id ?? 0, body);
    await assert.rejects(odd, refusal("ANSWER_INVALID"));
  }
  assert.deepEqual(
    [...rig.client.refusals],
    [
      ["SANDPIT_SIGNER_PATH_REFUSED", 1],
      ["SANDPIT_SIGNER_ANSWER_INVALID", 3],
    ],
  );
});

test("[P24] a signer that does not answer is given up after 2 s, and its late answer is for nobody", async () => {
  const rig = await new Rig().ready();
  const slow = rig.rest();
  rig.pass(2e9 - 1);
  rig.pass(1);
  await assert.rejects(slow, refusal("OVERDUE"));
  rig.programs.last.sign("late");
  const next = rig.rest();
  rig.programs.last.sign("in time");
  assert.equal(await next, "in time");
});

test("what waits is bounded, and a signer that does not read is busy", async () => {
  const rig = await new Rig().ready();
  const waiting = Array.from({ length: 64 }, () => rig.rest());
  await assert.rejects(rig.rest(), refusal("BUSY"));
  rig.pass(2e9);
  for (const answer of await Promise.allSettled(waiting)) assert.equal(answer.status, "rejected");
  rig.programs.last.takes = false;
  await assert.rejects(rig.rest(), refusal("BUSY"));
});

test("[P24] a signer that dies fails what waits at once, signs nothing meanwhile, and is started again", async () => {
  const rig = await new Rig().ready();
  const waiting = rig.rest();
  rig.programs.last.end("it ended with signal SIGKILL");
  await assert.rejects(waiting, refusal("DOWN"));
  assert.match(
    rig.notices.at(-1) ?? "",
    /^error signer: the signer ended: it ended with signal SIGKILL .*sessions that are logged on trade on, no other is; starting it again in 0\.\d s$/,
  );
  let reason = "";
  rig.client.logonSigner("binance").logon(7, assert.fail, (text) => (reason = text));
  await assert.rejects(rig.rest(), refusal("DOWN"));
  await Promise.resolve();
  assert.match(reason, /not running.*SANDPIT_SIGNER_DOWN/);
  rig.untilStart();
  await assert.rejects(rig.rest(), refusal("DOWN"));
  rig.programs.last.ready();
  const after = rig.rest();
  rig.programs.last.sign("again");
  assert.equal(await after, "again");
});

test("[P24] the waits between starts double to a minute, and begin again after one that held", async () => {
  const rig = await new Rig().ready();
  const waits: number[] = [];
  for (let count = 0; count < 9; count++) {
    rig.programs.last.end("it ended");
    waits.push(rig.untilStart() / 1e9);
  }
  waits.forEach((wait, index) => {
    const step = Math.min(2 ** index, 60);
    assert.ok(wait >= step / 2 && wait <= step, `${wait} of ${step}`);
  });
  // Up for a moment is not up.
  rig.programs.last.ready();
  rig.pass(9e9);
  rig.programs.last.end("it ended");
  assert.ok(rig.untilStart() >= 30e9);
  rig.programs.last.ready();
  rig.pass(10e9);
  rig.programs.last.end("it ended");
  assert.ok(rig.untilStart() <= 1e9);
});

test("a first start that fails is final: the host does not start, and nothing is tried again", async () => {
  for (const [act, code] of [
    [(rig: Rig) => rig.programs.last.end("status 1"), "DOWN"],
    [
      (rig: Rig) =>
        rig.programs.last.say(FrameKind.REFUSED, 0, { code: "SANDPIT_SIGNER_KEY_FILE_MODE", text: "0644" }),
      "KEY_FILE_MODE",
    ],
    [(rig: Rig) => rig.programs.last.say(FrameKind.SIGNED, 0, { text: "x" }), "ANSWER_INVALID"],
    [(rig: Rig) => rig.programs.last.say(FrameKind.READY, 0, { keys: "none" }), "ANSWER_INVALID"],
    [(rig: Rig) => rig.programs.last.sayBytes(Buffer.alloc(64, 0xff)), "ANSWER_INVALID"],
    [(rig: Rig) => rig.pass(30e9), "OVERDUE"],
  ] as const) {
    const rig = new Rig();
    const started = rig.client.start();
    act(rig);
    await assert.rejects(started, refusal(code));
    assert.ok(rig.programs.last.isKilled || code === "DOWN");
    rig.pass(600e9);
    assert.equal(rig.programs.started.length, 1);
  }
});

test("what a signer says that was given up, or that was stopped, changes nothing", async () => {
  const rig = await new Rig().ready();
  const first = rig.programs.last;
  first.sayBytes(Buffer.alloc(64, 0xff));
  assert.ok(first.isKilled);
  rig.untilStart();
  first.ready();
  first.end("late");
  assert.equal(rig.client.isReady, false);
  rig.programs.last.ready();
  assert.equal(rig.client.isReady, true);
  const waiting = rig.rest();
  rig.client.stop();
  await assert.rejects(waiting, refusal("DOWN"));
  rig.programs.last.end("killed");
  rig.pass(600e9);
  assert.equal(rig.programs.started.length, 2);
});

test("a venue without a key has no signer", () => {
  const { client } = new Rig();
  assert.throws(() => client.logonSigner("kraken"), /no key was configured for kraken/);
  assert.throws(() => client.requestSigner("kraken"), /no key was configured for kraken/);
});
