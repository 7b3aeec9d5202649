import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { test } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import type { BacktestReport } from "../../cli/backtest/backtest-report.ts";
import type { RecordingReport } from "../../cli/record/recording-session.ts";
import { recordingVenue } from "../../cli/record/recording-venue.ts";
import { startStandIns } from "./live/simulated-market.ts";
import { freshDirectory, lastJson, launch, sandpit } from "./sandpit.ts";

function linesOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    zstdDecompressSync(readFileSync(path)).toString("utf8").trimEnd().split("\n"),
  );
}

test(
  "records both venues into files that follow one another, loses nothing at SIGTERM, and a backtest trades what was recorded",
  { skip: process.platform === "win32" },
  async (t) => {
    const standIns = await startStandIns();
    const { binance, urls, caFile } = standIns;
    t.after(() => standIns.close());
    const { child, ended } = launch([
      ...["record", "--venue", "binance,coinbase", "--out", freshDirectory(), "--file-megabytes", "0.1"],
      ...["--live-url", ...urls, "--ca", caFile, "--json"],
    ]);
    await setTimeout(5_000);
    for (const session of binance.venue.sessions) binance.venue.cut(session, binance.nowNs());
    binance.pump();
    await setTimeout(4_000);
    child.kill("SIGTERM");
    const outcome = await ended;
    assert.equal(outcome.status, 0, outcome.stderr);
    const report = lastJson<RecordingReport>(outcome);
    assert.deepEqual([report.reason, report.failure], ["terminate", null]);
    for (const { venue, files, lines, losses } of report.sources) {
      const text = linesOf(files);
      const messages = text.filter((line) => !line.startsWith("#"));
      assert.equal(messages.length, lines, "every message that was counted is in the files");
      assert.ok(lines > 100 && files.length > 1, `${venue}: ${lines} messages in ${files.length} files`);
      assert.equal(losses, venue === "binance" ? 1 : 0);
      assert.equal(text.filter((line) => line.includes('"format":"sandpit-recording"')).length, files.length);
      assert.match(text.at(-1) ?? "", /"event":"end"/);
      for (const line of messages) assert.match(line, /^\d{19} (market|rest) \{/);
      const times = messages.map((line) => BigInt(line.slice(0, 19)));
      assert.ok(times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0n)));
      assert.equal(await recordingVenue(files[0] ?? ""), venue);
      const backtest = await sandpit("backtest", "--recording", ...files, "--json");
      assert.equal(backtest.status, 0, backtest.stderr);
      const traded = lastJson<BacktestReport>(backtest);
      assert.ok(traded.replay.isEqual && traded.orders > 0, JSON.stringify(traded));
    }
    const rest = linesOf(report.sources[0]?.files ?? []).filter((line) => / rest \{/.test(line));
    assert.ok(rest.length >= 2, "a snapshot with the first connection, and one with the second");
  },
);

test("record without a venue, or with a symbol list for two, is a wrong call", async () => {
  for (const line of [
    ["record"],
    ["record", "--venue", "binance,coinbase", "--symbols", "BTCUSDT"],
    ["record", "--venue", "binance", "--live-url", "binance.trade=wss://x"],
    ["record", "--venue", "binance,binance"],
  ]) {
    const { status, stderr } = await sandpit(...line);
    assert.equal(status, 2, line.join(" "));
    assert.match(stderr, /^sandpit: .+\n {2}remedy: .+/);
  }
});
