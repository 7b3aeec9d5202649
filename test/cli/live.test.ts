import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { test } from "node:test";
import type { SessionSummary } from "../../cli/live/session-summary.ts";
import { startStandIns } from "./live/simulated-market.ts";
import { freshDirectory, lastJson, launch, sandpit } from "./sandpit.ts";

test("[M1] trades on paper against both live books; lines that are lost and gaps are told, books come back, and the ledgers agree", async (t) => {
  const standIns = await startStandIns();
  const { binance, coinbase, urls, caFile } = standIns;
  t.after(() => standIns.close());
  const live = ["--live", "binance,coinbase", "--live-url", ...urls, "--live-ca", caFile];
  const { child, ended } = launch([
    ...["start", "--no-view", "--duration", "16", "--data", freshDirectory(), "--json"],
    ...live,
  ]);
  await new Promise<void>((resolve) => {
    child.stdout?.on("data", (text: string) => {
      if (text.includes("ACTIVE")) resolve();
    });
    child.once("exit", () => resolve());
  });
  // The venues' time runs: frames go missing on the open lines, then the lines break.
  for (const session of binance.venue.sessions) binance.venue.faults.dropFrames(session, 40);
  for (const session of coinbase.venue.sessions) coinbase.venue.faults.dropFrames(session, 40);
  await setTimeout(3_000);
  for (const session of binance.venue.sessions) binance.venue.cut(session, binance.nowNs());
  for (const session of coinbase.venue.sessions) coinbase.venue.cut(session, coinbase.nowNs());
  binance.pump();
  coinbase.pump();
  const outcome = await ended;
  assert.equal(outcome.status, 0, outcome.stdout + outcome.stderr);
  const summary = lastJson<SessionSummary>(outcome);
  assert.deepEqual(summary.disagreements, []);
  assert.ok(summary.fills > 0 && summary.orders.filled > 0, JSON.stringify(summary.orders));
  assert.match(
    outcome.stderr,
    /PAPER: market data of binance and coinbase are live, no order leaves this machine/,
  );
  assert.match(outcome.stderr, /live binance: BTCUSDT: update ids are missing; asking for a snapshot/);
  assert.match(outcome.stderr, /live coinbase: coinbase: sequence_num jumps to \d+; the line is made anew/);
  for (const venue of ["binance", "coinbase"]) {
    assert.match(outcome.stderr, new RegExp(`live ${venue}: line lost: .*; connecting again`));
    assert.equal(outcome.stderr.split(`live ${venue}: connected`).length - 1 >= 2, true, outcome.stderr);
  }
  assert.equal(summary.journal.endsWith("paper"), true);
});

test("a live venue that cannot be reached ends the start with its address and a remedy", async () => {
  const outcome = await sandpit(...["start", "--no-view", "--data", freshDirectory(), "--live", "kraken"]);
  assert.equal(outcome.status, 2);
  assert.match(outcome.stderr, /--live names "kraken"\n +remedy: name one or more of binance,coinbase/);
  const twice = await sandpit("start", "--live", "binance", "--recording", "x");
  assert.equal(twice.status, 2);
});
