import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { test } from "node:test";
import type { ZodType } from "zod";
import { booksSchema } from "../../host/control/api/views/book-view.ts";
import type { BooksView } from "../../host/control/api/views/book-view.ts";
import { reconcileSchema } from "../../host/control/api/views/reconcile-view.ts";
import type { SessionSummary } from "../../cli/live/session-summary.ts";
import { isShown, pageBlocks } from "../docs/page-blocks.ts";
import { freshDirectory, lastJson, launch, sandpit } from "./sandpit.ts";

const page = join(import.meta.dirname, "../../docs/operations.md");

/** Looks on for 120 s at most. */
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 480; looks++) {
    if (await holds()) return;
    // The control API answers a few questions a second and no more.
    await setTimeout(250);
  }
  assert.fail(`${what}: not within 120 s`);
}

async function asked<Shape>(data: string, path: string, schema: ZodType<Shape>): Promise<Shape> {
  const address = readFileSync(join(data, "control-address"), "utf8").trim();
  const token = readFileSync(join(data, "control-token"), "utf8").trim();
  const answer = await fetch(`${address}${path}`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200);
  return schema.parse(await answer.json());
}

async function appeared(path: string): Promise<void> {
  for (let looks = 0; looks < 2_400 && !existsSync(path); looks++) await setTimeout(50);
  assert.ok(existsSync(path), `${path} did not appear`);
}

test("[V20] a person cuts the market line of a running start, lists the faults and clears them", async () => {
  const data = mkdtempSync(join(freshDirectory(), "data-"));
  const { child, ended } = launch(["start", "--no-view", "--data", data, "--duration", "14", "--json"]);
  await appeared(join(data, "fault-address"));
  const sim = (...words: readonly string[]): ReturnType<typeof sandpit> =>
    sandpit("sim", ...words, "--data", data);
  const listed = await sim("faults");
  assert.equal(listed.status, 0, listed.stderr);
  assert.match(listed.stdout, /binance half-open \[market\|orders\|all\] +V1 +/);
  const rejecting = await sim("fault", "binance", "reject-orders");
  assert.match(rejecting.stdout, /^binance reject-orders: every new order is refused with -2010\nexpect: /);
  assert.match((await sim("faults")).stdout, /\* binance reject-orders/);
  assert.equal((await sim("clear")).stdout, "all faults are off\n");
  await appeared(join(data, "control-address"));
  assert.equal((await sim("fault", "binance", "cut", "market")).status, 0);
  const wrong = await sim("fault", "binance", "earthquake");
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /binance has no fault "earthquake"; it has cut, .*\n +remedy: /);
  assert.equal((await sim("shake")).status, 2);
  const outcome = await ended;
  assert.equal(outcome.status, 0, outcome.stdout + outcome.stderr);
  assert.equal(lastJson<SessionSummary>(outcome).agreed, true);
  assert.match(outcome.stderr, /market stream lost/);
  assert.ok(!existsSync(join(data, "fault-address")));
  assert.equal(child.exitCode, 0);
});

test("[V1] [M1] [V4] the session of docs/operations.md: frames dropped and lines half open at both venues, met by the host as the page says", async () => {
  const data = mkdtempSync(join(freshDirectory(), "data-"));
  const { child, ended } = launch(["start", "--no-view", "--data", data, "--json"]);
  let log = "";
  child.stderr?.on("data", (text: string) => (log += text));
  await appeared(join(data, "control-address"));
  // Both books have to be there before their frames are dropped, and the gaps seen before the lines fall silent.
  const books = async (): Promise<BooksView["books"]> =>
    (await asked(data, "/v1/books?levels=0", booksSchema)).books;
  const isLive = async (): Promise<boolean> => (await books()).every((book) => book.isLive);
  const sawGaps = async (): Promise<boolean> =>
    log.includes("coinbase: market data lost: a gap") &&
    (await books()).some(({ venue, gaps }) => venue === "binance" && gaps > 0);
  const isReconciled = async (): Promise<boolean> =>
    (await asked(data, "/v1/reconcile", reconcileSchema)).venues.every(({ state }) => state === "RECONCILED");
  await until("all books are live", isLive);
  const [run, output] = pageBlocks(readFileSync(page, "utf8")).filter(
    ({ kind, text }) => /(sim (fault|clear))|^(binance|coinbase) /m.test(text) && kind !== "file",
  );
  assert.ok(run?.kind === "run" && output?.kind === "output", "the page has the session");
  let shown = "";
  for (const line of run.text.trim().split("\n")) {
    const outcome = await sandpit(...(line.split(" -- ")[1] ?? "").split(" "), "--data", data);
    assert.equal(outcome.status, 0, `${line}: ${outcome.stderr}`);
    shown += outcome.stdout;
    if (line.includes("coinbase drop-frames")) await until("both venues' gaps are seen", sawGaps);
  }
  await until("the silent line is given up", () => log.includes("user channel: no heartbeat"));
  await until("no order is in doubt any more", isReconciled);
  child.kill("SIGTERM");
  for (const line of output.text.trim().split("\n")) assert.ok(isShown(line, shown), `${line}\n${shown}`);
  const outcome = await ended;
  assert.match(outcome.stderr, /coinbase: user channel: no heartbeat for 10 s; reconnecting/);
  assert.match(outcome.stderr, /coinbase: market data lost: a gap/);
  const summary = lastJson<SessionSummary>(outcome);
  assert.ok(summary.bookGaps > 0, "the gap in Binance's updates was seen");
  assert.deepEqual(
    summary.ledger?.filter(({ isEqual }) => !isEqual),
    [],
    "no fill was lost or counted twice",
  );
  assert.equal(summary.replay.isEqual, true);
  assert.deepEqual(summary.disagreements, []);
  assert.equal(outcome.status, 0, outcome.stderr);
});

test("where no simulated venue runs, the command says how to start one", async () => {
  const outcome = await sandpit("sim", "faults", "--data", freshDirectory());
  assert.equal(outcome.status, 1);
  assert.match(outcome.stderr, /no simulated venue runs here: .*\n +remedy: start one with `npm start`/);
});
