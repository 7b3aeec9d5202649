import assert from "node:assert/strict";
import { readFileSync, truncateSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { test } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import { RecordingWriter } from "../../../cli/record/recording-writer.ts";
import { readRecording } from "../../../sim/server/index.ts";
import { freshDirectory } from "../sandpit.ts";

const source = { kind: "binance" as const, addresses: {}, symbols: ["BTCUSDT"] };
const trade = (id: number): Buffer =>
  Buffer.from(
    `{"stream":"btcusdt@trade","data":{"e":"trade","t":${id},"p":"60000.00","q":"0.001","m":false}}`,
  );

function writerIn(directory: string, failures: string[], fileBytesMax = 1e9): RecordingWriter {
  return new RecordingWriter({
    directory,
    source,
    startedMs: 1_786_309_548_000,
    software: "test",
    fileBytesMax,
    onFailure: (reason) => failures.push(reason),
  });
}

test("[R9] a recording that stops where a file is just full ends with its mark, in a file of its own", async () => {
  const failures: string[] = [];
  const writer = writerIn(freshDirectory(), failures, 1);
  writer.frame(1_786_309_548_000_000_000n, "market", trade(1), trade(1).length);
  await writer.close(1_786_309_549_000_000_000n);
  const [first = "", last = "", ...others] = writer.paths.map((path) =>
    zstdDecompressSync(readFileSync(path)).toString("utf8"),
  );
  assert.deepEqual([others, failures], [[], []]);
  assert.match(first, /"t":1,/);
  assert.match(last, /"event":"end"/);
});

test("[R2] a disk that cannot be written to is told once, with the file and the reason", async () => {
  const failures: string[] = [];
  const writer = writerIn(join(freshDirectory(), "absent"), failures);
  for (let id = 0; id < 10; id++) {
    writer.frame(1_786_309_548_000_000_000n + BigInt(id), "market", trade(id), trade(id).length);
    await setTimeout(5);
  }
  await writer.close(1_786_309_549_000_000_000n);
  assert.equal(failures.length, 1);
  assert.match(failures[0] ?? "", /binance-btcusdt-20260809T210548Z-0001\.zst: ENOENT/);
});

test(
  "[R2] a device without space ends the recording and says so",
  { skip: process.platform !== "linux" },
  async () => {
    const failures: string[] = [];
    const full = new RecordingWriter({
      directory: "/dev",
      source,
      startedMs: 0,
      software: "test",
      fileBytesMax: 1e9,
      nameOf: () => "full",
      onFailure: (reason) => failures.push(reason),
    });
    full.frame(1_786_309_548_000_000_000n, "market", trade(1), trade(1).length);
    await full.close(1_786_309_549_000_000_000n);
    assert.match(failures.join(), /\/dev\/full: ENOSPC/);
  },
);

test("[R9] of a recording whose recorder was killed all is read but what was not on the disk yet", async () => {
  const failures: string[] = [];
  const writer = writerIn(freshDirectory(), failures);
  for (let id = 0; id < 2_000; id++)
    writer.frame(1_786_309_548_000_000_000n + BigInt(id), "market", trade(id), trade(id).length);
  writer.flush();
  await writer.close(1_786_309_549_000_000_000n);
  const [path = ""] = writer.paths;
  assert.equal((await readRecording([path])).length, 2_000);
  truncateSync(path, statSync(path).size - 40);
  const cut = await readRecording([path]);
  assert.ok(cut.length > 0 && cut.length <= 2_000, `${cut.length} lines`);
  assert.deepEqual(failures, []);
  assert.ok(readFileSync(path).length > 0);
});
