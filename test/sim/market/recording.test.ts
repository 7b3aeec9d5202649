import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { FRAME_KIND, formatMantissa, parseMantissa, parseRecording } from "../../../sim/market/index.ts";
import { placeOf } from "../../../sim/market/recording.ts";
import { RecordedLines } from "./recorded-lines.ts";

const ONE = 100_000_000;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a recording is held in columns, prices as places", () => {
  const lines = new RecordedLines()
    .snapshot(10, [[99, 5]], [[101, 4]])
    .depth(11, 12, [[98, 0]], [])
    .ticker(13, [99, 1], [101, 2])
    .trade("B", [101, 3])
    .after(7)
    .trade("S", [99, 6]);
  const recording = parseRecording(lines.bytes);
  assert.equal(recording.length, 5);
  assert.equal(recording.symbol, "btcusdt");
  assert.equal(recording.startEpochNs, 1_700_000_000_123_456_789n);
  assert.deepEqual([...recording.timeNs], [0, 1e9, 2e9, 3e9, 3e9 + 7]);
  const { bookTicker, depth, snapshot, trade } = FRAME_KIND;
  assert.deepEqual([...recording.kind], [snapshot, depth, bookTicker, trade, trade]);
  assert.deepEqual([...recording.firstUpdateId], [10, 11, 13, 1, 1]);
  assert.deepEqual([...recording.lastUpdateId], [10, 12, 13, 1, 1]);
  assert.deepEqual([...recording.prices], [98 * ONE, 99 * ONE, 101 * ONE]);
  assert.deepEqual([...recording.entryBegin], [0, 2, 3, 5, 6, 7]);
  assert.deepEqual([...recording.asksBegin], [1, 3, 4, 5, 7]);
  assert.deepEqual([...recording.entryPlace], [1, 2, 0, 1, 2, 2, 1]);
  assert.deepEqual(
    [...recording.entryQuantity],
    [5, 4, 0, 1, 2, 3, 6].map((quantity) => quantity * ONE),
  );
  const json = new TextDecoder().decode(
    recording.bytes.subarray(recording.jsonBegin[1], recording.jsonEnd[1]),
  );
  assert.match(json, /^\{"stream":"btcusdt@depth@100ms".*\}$/);
  assert.equal(placeOf(recording, 99 * ONE), 1);
  assert.equal(placeOf(recording, 100 * ONE), -1);
  assert.equal(placeOf(recording, 102 * ONE), -1);
});

test("empty lines and a missing last newline are fine", () => {
  const { bytes } = new RecordedLines().trade("S", [99, 6]);
  assert.equal(parseRecording(bytes.subarray(0, -1)).length, 1);
  assert.equal(parseRecording(bytesOf("\n\n")).length, 0);
});

test("what cannot be read is refused with its line number and reason", () => {
  const line = (json: string): string => `1700000000000000000 ${json}\n`;
  const trade = (data: object, stream = "btcusdt@trade"): string => line(JSON.stringify({ stream, data }));
  const good = { t: 1, p: "1.5", q: "2", m: true };
  const cases: readonly (readonly [string, RegExp])[] = [
    ["nonsense\n", /line 1: no receive time/],
    ["12 {}\n", /no receive time/],
    [line("{"), /line 1: .*JSON/],
    [line("7"), /the frame is not an object/],
    [line("{}"), /neither a combined-stream frame nor a depth snapshot/],
    [line('{"stream":"btcusdt@trade"}'), /data is not an object/],
    [trade(good, "btcusdt@aggTrade"), /"btcusdt@aggTrade" is none of depth, bookTicker, trade/],
    [trade({ ...good, t: "1" }), /field t is not an integer/],
    [trade({ ...good, m: 1 }), /field m is not a boolean/],
    [trade({ ...good, p: "1.123456789" }), /field p is no decimal string/],
    [trade({ ...good, p: 1.5 }), /field p is no decimal string/],
    [line('{"lastUpdateId":1,"bids":7,"asks":[]}'), /field bids is not an array/],
    [line('{"lastUpdateId":1,"bids":[7],"asks":[]}'), /holds something that is not a level/],
    [trade(good) + trade(good, "ethusdt@trade"), /line 2: symbol ethusdt in a recording of btcusdt/],
    [
      trade(good) + trade(good).replace("17", "16"),
      /line 2: its receive time is before that of the line above/,
    ],
  ];
  for (const [text, reason] of cases) assert.throws(() => parseRecording(bytesOf(text)), reason);
  assert.throws(() => parseRecording(gzipSync("x")), /compressed; gunzip it first/);
});

test("mantissas are read and written with eight fraction digits", () => {
  assert.equal(parseMantissa("61837.63000000"), 6_183_763_000_000);
  assert.equal(parseMantissa("7"), 700_000_000);
  assert.equal(parseMantissa("0.00000001"), 1);
  for (const bad of ["", "-1", "1.", ".5", "1e3", "1.000000001", "90071993.0.0", "900719925474099"]) {
    assert.equal(parseMantissa(bad), null, bad);
  }
  assert.equal(formatMantissa(6_183_763_000_000), "61837.63000000");
  assert.equal(formatMantissa(1), "0.00000001");
  assert.equal(formatMantissa(0), "0.00000000");
});
