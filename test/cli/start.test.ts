import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { SessionSummary } from "../../cli/live/session-summary.ts";
import { freshDirectory, lastJson, launch, recordings, recordingSkip, sandpit } from "./sandpit.ts";

function assertAgreed(
  summary: SessionSummary,
  ledger: readonly (readonly [venue: string, asset: string])[] = BOTH,
): void {
  assert.deepEqual(summary.disagreements, []);
  assert.equal(summary.agreed, true);
  assert.equal(summary.replay.isEqual, true);
  assert.equal(summary.orders.open, 0);
  assert.deepEqual(
    summary.ledger?.map(({ at, asset, isEqual }) => [at, asset, isEqual]),
    ledger.map(([at, asset]) => [at, asset, true]),
  );
}

/** Codes of both venues for a post-only order that would take: on a slow machine the market has moved before a quote arrives. */
const WOULD_TAKE: readonly string[] = ["-2010", "12"];

function assertOnlyPostOnlyRejected({ sent, rejected, rejections }: SessionSummary["orders"]): void {
  const others = Object.keys(rejections).filter((code) => !WOULD_TAKE.includes(code));
  assert.deepEqual(others, [], JSON.stringify(rejections));
  assert.ok(rejected * 5 < sent, `${rejected} of ${sent} orders were rejected`);
}

const BINANCE = [
  ["binance", "BTC"],
  ["binance", "USDT"],
] as const;
const BOTH = [...BINANCE, ["coinbase", "BTC"], ["coinbase", "ETH"], ["coinbase", "USD"]] as const;

test("trades on both venues over real sockets, Coinbase's with TLS; orders are accepted, filled and cancelled, and the books agree", async () => {
  const data = freshDirectory();
  const outcome = await sandpit(
    "start",
    "--no-view",
    "--duration",
    "10",
    "--seed",
    "5",
    "--data",
    data,
    "--json",
  );
  assert.equal(outcome.status, 0, outcome.stdout + outcome.stderr);
  const summary = lastJson<SessionSummary>(outcome);
  assertAgreed(summary);
  const { orders } = summary;
  assert.ok(orders.accepted > 0 && orders.filled > 0 && orders.cancelled > 0, JSON.stringify(orders));
  assert.ok(summary.fills >= orders.filled);
  assertOnlyPostOnlyRejected(orders);
  assert.equal(summary.bookGaps, 0);
  assert.equal(summary.reason, "duration");
  assert.match(
    outcome.stderr,
    /signer: process \d+ holds the keys of binance \(Ed25519 [0-9a-f]{16}\), coinbase \(ES256 [0-9a-f]{16}\)/,
  );
  const noted = readFileSync(join(data, "records/signer/audit.jsonl"), "utf8");
  assert.match(noted, /"kind":"logon","what":"session\.logon","outcome":"signed"/);
  assert.match(noted, /"venue":"coinbase".*"outcome":"signed"/);
  assert.deepEqual(Object.keys(summary.instruments), [
    "BTCUSDT.BINANCE",
    "BTC-USD.COINBASE",
    "ETH-USD.COINBASE",
  ]);
  assert.ok(
    Number(summary.fees["USD"]) > 0 && Number(summary.fees["USDT"]) + Number(summary.fees["BTC"]) > 0,
    `fees of fills at both venues: ${JSON.stringify(summary.fees)}`,
  );
});

test(
  "a recording is replayed over sockets faster than real time, and the end of it is the end",
  { skip: recordingSkip },
  async () => {
    const outcome = await sandpit(
      "start",
      "--no-view",
      "--recording",
      recordings[0] ?? "",
      "--speed",
      "40",
      "--data",
      freshDirectory(),
      "--json",
    );
    assert.equal(outcome.status, 0, outcome.stdout + outcome.stderr);
    const summary = lastJson<SessionSummary>(outcome);
    assertAgreed(summary, BINANCE);
    assert.equal(summary.reason, "end of recording");
    assert.equal(summary.bookGaps, 0);
    assert.ok(summary.fills > 20, `${summary.fills} fills`);
  },
);

test(
  "SIGTERM stops it cleanly: no order left open, journal closed, exit status 0 [R9]",
  { skip: process.platform === "win32" },
  async () => {
    const data = mkdtempSync(join(freshDirectory(), "data-"));
    const { child, ended } = launch(["start", "--no-view", "--data", data, "--json"]);
    await new Promise<void>((resolve) => {
      let lines = 0;
      child.stdout?.on("data", (text: string) => {
        lines += text.split("ACTIVE").length - 1;
        if (lines >= 2) resolve();
      });
      child.once("exit", () => {
        resolve();
      });
    });
    child.kill("SIGTERM");
    const outcome = await ended;
    assert.equal(outcome.status, 0, outcome.stdout + outcome.stderr);
    const summary = lastJson<SessionSummary>(outcome);
    assertAgreed(summary);
    assert.equal(summary.reason, "terminate");
    const replayed = await sandpit("replay", summary.journal, "--json");
    assert.equal(replayed.status, 0, replayed.stderr);
    const { sessions } = lastJson<{ sessions: { journalledStateHash: string }[] }>(replayed);
    assert.equal(sessions[0]?.journalledStateHash, summary.stateHash);
  },
);

test(
  "a second signal ends it at once, with status 130 [R9]",
  { skip: process.platform === "win32" },
  async () => {
    const { child, ended } = launch(["start", "--no-view", "--data", freshDirectory()]);
    await new Promise<void>((resolve) => {
      child.stdout?.once("data", () => {
        resolve();
      });
      child.once("exit", () => {
        resolve();
      });
    });
    child.kill("SIGTERM");
    child.kill("SIGINT");
    const { status, stdout } = await ended;
    assert.equal(status, 130);
    assert.doesNotMatch(stdout, /state hash/);
  },
);

test(
  "a second host on the same journal is refused while the first has it [J16]",
  { skip: process.platform === "win32" },
  async () => {
    const data = freshDirectory();
    const first = launch(["start", "--no-view", "--data", data, "--json"]);
    await new Promise<void>((resolve) => {
      first.child.stdout?.once("data", () => {
        resolve();
      });
      first.child.once("exit", () => {
        resolve();
      });
    });
    const second = await sandpit("start", "--no-view", "--data", data, "--duration", "1");
    assert.equal(second.status, 1);
    assert.match(second.stderr, /held by the live process/);
    first.child.kill("SIGTERM");
    assert.equal((await first.ended).status, 0);
  },
);
