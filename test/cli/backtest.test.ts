import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import type { BacktestReport } from "../../cli/backtest/backtest-report.ts";
import { decimalText } from "../../cli/console/amount.ts";
import type { RecordedFill } from "../../host/execution/positions/index.ts";
import { recompute } from "../../host/execution/positions/index.ts";
import { freshDirectory, lastJson, recordings, recordingSkip, sandpit } from "./sandpit.ts";

const directory = freshDirectory();
const journal = join(directory, "journal");
const fillFile = join(directory, "fills.csv");
const agents = ["momentum", "market-maker"];
const assets = ["", "BTC", "USDT", "BNB"];
const instrument = {
  instrumentId: 1,
  priceExponent: -8,
  sizeExponent: -8,
  quoteExponent: -8,
  contractMultiplier: 1,
};

function mantissa(text: string): bigint {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(8, "0"));
}

function fillsOf(path: string): RecordedFill[] {
  const [head, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  assert.equal(head, "timeNs,side,price,quantity,commission,asset,agent");
  return lines.map((line) => {
    const [, side = "", price = "", quantity = "", commission = "", asset = "", agent = ""] = line.split(",");
    return {
      agent: agents.indexOf(agent),
      instrumentId: 1,
      side: side === "BUY" ? "BUY" : "SELL",
      price: mantissa(price),
      quantity: mantissa(quantity),
      commission: mantissa(commission),
      commissionAssetId: assets.indexOf(asset),
    };
  });
}

describe("a backtest on a generated market", () => {
  let report: BacktestReport;
  before(async () => {
    const outcome = await sandpit(
      "backtest",
      "--generated",
      "20",
      "--seed",
      "7",
      "--journal",
      journal,
      "--fills",
      fillFile,
      "--top",
      join(directory, "top.csv"),
      "--json",
    );
    assert.equal(outcome.status, 0, outcome.stderr);
    report = lastJson<BacktestReport>(outcome);
  });

  test("trades, leaves nothing open, and is equal to its replay [P17]", () => {
    assert.ok(report.orders > 5 && report.fills > 3, `${report.orders} orders, ${report.fills} fills`);
    assert.equal(report.openOrdersAtEnd, 0);
    assert.deepEqual(report.framesRefused, {});
    assert.equal(report.bookGaps, 0);
    assert.equal(report.frames, report.events);
    assert.equal(report.replay.isEqual, true);
    assert.ok(report.replay.inputs > report.frames);
  });

  test("P&L and fees follow from the fills that it wrote, by a computation of their own", () => {
    const fills = fillsOf(fillFile);
    assert.equal(fills.length, report.fills);
    const { account, agents: byAgent, fees } = recompute(fills, [instrument]);
    assert.equal(decimalText(account.get(1)?.realized ?? 0n, -16), report.realisedPnl);
    agents.forEach((name, agent) => {
      assert.equal(decimalText(byAgent.get(`${agent}/1`)?.realized ?? 0n, -16), report.pnlByAgent[name]);
    });
    for (const [assetId, fee] of fees)
      assert.equal(
        decimalText(fee, -8),
        decimalText(mantissa(report.fees[assets[assetId] ?? ""] ?? "0"), -8),
      );
  });

  test("the top of the book was written after every depth event, with rising ids and never crossed", () => {
    const rows = readFileSync(join(directory, "top.csv"), "utf8").trimEnd().split("\n");
    assert.ok(rows.length > 150, `${rows.length} rows`);
    let last = 0;
    for (const row of rows) {
      assert.match(row, /^\d+(,\d+\.\d{8}){4}$/);
      const [id = 0, bid = 0, , ask = 0] = row.split(",").map(Number);
      assert.ok(id > last && bid < ask, row);
      last = id;
    }
  });

  test("again gives the same hashes, at another durability too; another seed gives others [J14]", async () => {
    const again = lastJson<BacktestReport>(
      await sandpit("backtest", "--generated", "20", "--seed", "7", "--durability", "ring", "--json"),
    );
    assert.equal(again.stateHash, report.stateHash);
    assert.equal(again.orderHash, report.orderHash);
    assert.equal(again.durability, "ring");
    const other = lastJson<BacktestReport>(
      await sandpit("backtest", "--generated", "20", "--seed", "8", "--json"),
    );
    assert.notEqual(other.stateHash, report.stateHash);
    assert.notEqual(other.orderHash, report.orderHash);
  });

  test("its journal replays; with one byte changed it is refused [J14]", async () => {
    const replayed = await sandpit("replay", journal, "--json");
    assert.equal(replayed.status, 0, replayed.stderr);
    const { sessions } = lastJson<{ sessions: { stateHash: string; orderHash: string }[] }>(replayed);
    assert.deepEqual(
      sessions.map(({ stateHash, orderHash }) => [stateHash, orderHash]),
      [[report.stateHash, report.orderHash]],
    );
    const segment = join(journal, readdirSync(journal).find((name) => name.endsWith(".journal")) ?? "");
    const bytes = readFileSync(segment);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(segment, bytes);
    const refused = await sandpit("replay", journal);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /CORRUPT_BEFORE_SYNCED/);
  });
});

/** The recording's lines, unpacked by nothing of the host's. */
function recordedLines(): string[] {
  return recordings.flatMap((path) =>
    gunzipSync(readFileSync(path)).toString("latin1").trimEnd().split("\n"),
  );
}

interface BookTicker {
  readonly u: number;
  readonly b: string;
  readonly B: string;
  readonly a: string;
  readonly A: string;
}

/** How many rows of a `--top` file differ from the last bookTicker whose update is not after the row's. */
function topDifferences(path: string): { readonly rows: number; readonly differing: number } {
  const tickers = recordedLines()
    .filter((line) => line.includes("@bookTicker"))
    .map((line) => (JSON.parse(line.slice(line.indexOf(" ") + 1)) as { data: BookTicker }).data);
  let next = 0;
  let differing = 0;
  const rows = readFileSync(path, "utf8").trimEnd().split("\n");
  for (const row of rows) {
    const [u = "", ...top] = row.split(",");
    while (next < tickers.length && (tickers[next]?.u ?? 0) <= Number(u)) next += 1;
    const last = tickers[next - 1];
    if (last === undefined || top.join() !== [last.b, last.B, last.a, last.A].join()) differing += 1;
  }
  return { rows: rows.length, differing };
}

test(
  "the recorded session is taken whole, its best prices are the venue's own, and P&L is what the fills say",
  { skip: recordingSkip },
  async () => {
    const top = join(directory, "recorded-top.csv");
    const fills = join(directory, "recorded-fills.csv");
    const outcome = await sandpit(
      "backtest",
      "--recording",
      ...recordings,
      "--top",
      top,
      "--fills",
      fills,
      "--json",
    );
    assert.equal(outcome.status, 0, outcome.stderr);
    const report = lastJson<BacktestReport>(outcome);
    assert.equal(report.frames, 99_574);
    assert.equal(report.events, 99_574);
    assert.equal(report.bookGaps, 0);
    assert.deepEqual(report.framesRefused, {});
    assert.ok(report.fills > 100, `${report.fills} fills`);
    const { rows, differing } = topDifferences(top);
    assert.equal(rows, 6493);
    assert.ok(differing <= 2, `${differing} of ${rows} rows differ from the venue's best prices`);
    const recorded = fillsOf(fills);
    assert.equal(recorded.length, report.fills);
    const position = recorded.reduce(
      (sum, { side, quantity }) => sum + (side === "BUY" ? quantity : -quantity),
      0n,
    );
    assert.equal(decimalText(position, -8), report.position);
    const { account } = recompute(recorded, [instrument]);
    assert.equal(decimalText(account.get(1)?.realized ?? 0n, -16), report.realisedPnl);
  },
);

test("one flipped digit of a recorded price gives other hashes", { skip: recordingSkip }, async () => {
  const lines = recordedLines().slice(0, 4000);
  const place = lines.findIndex((line, index) => index > 2000 && line.includes("@trade"));
  const flipped = lines.with(place, (lines[place] ?? "").replace(/"q":"(\d+\.\d{4})\d/, '"q":"$19'));
  assert.notEqual(flipped[place], lines[place]);
  const hashes: string[] = [];
  for (const [name, text] of [
    ["kept", lines],
    ["flipped", flipped],
  ] as const) {
    const path = join(directory, `${name}.txt`);
    writeFileSync(path, `${text.join("\n")}\n`);
    const outcome = await sandpit("backtest", "--recording", path, "--json");
    assert.equal(outcome.status, 0, outcome.stderr);
    hashes.push(lastJson<BacktestReport>(outcome).stateHash);
  }
  assert.notEqual(hashes[0], hashes[1]);
});
