import assert from "node:assert/strict";
import { verify } from "node:crypto";
import { test } from "node:test";
import type { HeldKey } from "../../../../../host/execution/signer/process/held-key.ts";
import { SignerAudit } from "../../../../../host/execution/signer/process/signer-audit.ts";
import { SignerDesk } from "../../../../../host/execution/signer/process/signer-desk.ts";
import { FrameKind } from "../../../../../host/execution/signer/signer-frame.ts";
import { SeededRandom, VirtualClock } from "../../../../../host/platform/index.ts";
import { ed25519, heldKey } from "../../../../support/signer-keys.ts";

const NOW = 1_732_000_000_000;

class Rig {
  readonly clock = new VirtualClock(NOW);
  readonly lines: string[] = [];
  readonly desk: SignerDesk;
  isDiskFull = false;

  constructor(keys: readonly HeldKey[] = [heldKey("binance"), heldKey("coinbase")]) {
    const sink = {
      write: (line: string): void => {
        if (this.isDiskFull) throw new Error("ENOSPC");
        this.lines.push(line);
      },
    };
    this.desk = new SignerDesk(keys, {
      clock: this.clock,
      random: new SeededRandom(1),
      audit: new SignerAudit(this.clock, sink),
    });
  }

  /** The code of the refusal, or the text. */
  async ask(kind: FrameKind, body: unknown): Promise<string> {
    const answer = await this.desk.answer({ kind, id: 1, body });
    return "code" in answer ? answer.code.replace("SANDPIT_SIGNER_", "") : answer.text;
  }

  logon(timestampMs = NOW, venue = "binance"): Promise<string> {
    return this.ask(FrameKind.LOGON, { venue, timestampMs });
  }

  token(uri: string, venue = "coinbase"): Promise<string> {
    return this.ask(FrameKind.TOKEN, { venue, uri });
  }

  rest(method: string, path: string, query = `timestamp=${NOW}`, venue = "binance"): Promise<string> {
    return this.ask(FrameKind.REST, { venue, method, path, query });
  }

  get outcomes(): string[] {
    return this.lines.map((line) => (JSON.parse(line) as { outcome: string }).outcome);
  }
}

const ACCOUNTS = "GET api-sandbox.coinbase.com/api/v3/brokerage/accounts";

test("a logon is signed over a text that the signer composes itself", async () => {
  const signature = Buffer.from(await new Rig().logon(), "base64");
  assert.equal(
    verify(null, Buffer.from(`apiKey=public&timestamp=${NOW}`), ed25519.publicKey, signature),
    true,
  );
});

test("every kind is answered for the venue that speaks it, and noted without query, signature and token", async () => {
  const rig = new Rig();
  const answers = [
    await rig.logon(),
    await rig.token(ACCOUNTS),
    await rig.token(""),
    await rig.rest("GET", "/api/v3/order", `symbol=BTCUSDT&orderId=77001&timestamp=${NOW}`),
  ];
  assert.deepEqual(
    rig.lines.map((line) => JSON.parse(line) as unknown),
    [
      { atMs: NOW, venue: "binance", kind: "logon", what: "session.logon", outcome: "signed" },
      { atMs: NOW, venue: "coinbase", kind: "token", what: ACCOUNTS, outcome: "signed" },
      { atMs: NOW, venue: "coinbase", kind: "token", what: "", outcome: "signed" },
      { atMs: NOW, venue: "binance", kind: "rest", what: "GET /api/v3/order", outcome: "signed" },
    ],
  );
  const noted = rig.lines.join("\n");
  for (const answer of answers) assert.ok(!noted.includes(answer.slice(-30)));
  assert.ok(!noted.includes("77001"));
});

test("[P24] each refusal has its code, and is noted by it", async () => {
  const rig = new Rig([heldKey("binance", "testnet", ["GET /api/v3/account"]), heldKey("coinbase")]);
  const refusals: [string, Promise<string>][] = [
    ["REQUEST_INVALID", rig.ask(FrameKind.LOGON, { venue: "binance", timestampMs: NOW, text: "sign this" })],
    ["REQUEST_INVALID", rig.ask(FrameKind.LOGON, { venue: "binance", timestampMs: "now" })],
    ["REQUEST_INVALID", rig.ask(FrameKind.REST, null)],
    ["REQUEST_INVALID", rig.ask(FrameKind.HELLO, {})],
    ["REQUEST_INVALID", rig.ask(FrameKind.SIGNED, { text: "x" })],
    ["VENUE_UNKNOWN", rig.logon(NOW, "kraken")],
    ["VENUE_UNKNOWN", rig.logon(NOW, "__proto__")],
    ["KIND_NOT_SPOKEN", rig.logon(NOW, "coinbase")],
    ["KIND_NOT_SPOKEN", rig.token(ACCOUNTS, "binance")],
    ["KIND_NOT_SPOKEN", rig.rest("GET", "/api/v3/account", `timestamp=${NOW}`, "coinbase")],
    ["TEXT_REFUSED", rig.rest("GET", "/api/v3/../account")],
    ["HOST_REFUSED", rig.token("GET api.coinbase.com/api/v3/brokerage/accounts")],
    ["PATH_REFUSED", rig.rest("POST", "/sapi/v1/capital/withdraw/apply")],
    ["PATH_NARROWED", rig.rest("GET", "/api/v3/order")],
    ["PARAMETER_REFUSED", rig.rest("GET", "/api/v3/account", `timestamp=${NOW}&coin=BTC`)],
    ["TIMESTAMP_REFUSED", rig.logon(NOW + 10_001)],
    ["TIMESTAMP_REFUSED", rig.rest("GET", "/api/v3/account", `timestamp=${NOW - 10_001}`)],
  ];
  for (const [code, answer] of refusals) assert.equal(await answer, code);
  assert.deepEqual(
    rig.outcomes,
    refusals.map(([code]) => `SANDPIT_SIGNER_${code}`),
  );
});

test("a simulated venue lives in whatever time its recording has", async () => {
  const rig = new Rig([heldKey("binance", "simulation")]);
  assert.match(await rig.logon(1_500_000_000_000), /==$/);
});

test("[P24] signatures are bounded by kind and second, and what is refused costs nothing of them", async () => {
  const rig = new Rig();
  for (let count = 0; count < 200; count++) await rig.rest("POST", "/sapi/v1/asset/transfer");
  for (let count = 0; count < 5; count++) assert.match(await rig.logon(), /==$/);
  assert.equal(await rig.logon(), "RATE_EXCEEDED");
  // Another kind has its own.
  for (let count = 0; count < 40; count++)
    assert.match(await rig.rest("GET", "/api/v3/account"), /&signature=/);
  assert.equal(await rig.rest("GET", "/api/v3/account"), "RATE_EXCEEDED");
  rig.clock.set(2e9);
  assert.match(await rig.logon(NOW + 2_000), /==$/);
  assert.equal(await rig.logon(NOW + 2_000), "RATE_EXCEEDED");
});

test("[P24] refusals cannot fill the disk: beyond some a second they are counted", async () => {
  const rig = new Rig();
  for (let count = 0; count < 1_000; count++) await rig.token("nonsense");
  assert.equal(rig.lines.length, 50);
  await rig.logon();
  assert.equal((JSON.parse(rig.lines.at(-1) ?? "") as { refusalsUnwritten: number }).refusalsUnwritten, 950);
});

test("what cannot be noted is not signed; what is refused stays refused", async () => {
  const rig = new Rig();
  rig.isDiskFull = true;
  assert.equal(await rig.logon(), "AUDIT_FAILED");
  assert.equal(await rig.token(ACCOUNTS), "AUDIT_FAILED");
  assert.equal(await rig.rest("POST", "/x"), "PATH_REFUSED");
  rig.isDiskFull = false;
  assert.match(await rig.logon(), /==$/);
});
