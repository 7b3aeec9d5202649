import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameKind } from "../../bench/frames/index.ts";
import { frameSetOf } from "../../bench/frames/frame-set.ts";
import { runBenchmarks } from "../../bench/index.ts";
import { isMet, medianOf, resultLines, timeRounds } from "../../bench/report/index.ts";

const origin = { source: "generated", files: [] } as const;

test("a limit is kept, missed or absent", () => {
  const measure = { name: "a", value: 5, unit: "µs" };
  assert.equal(isMet({ ...measure, atMost: 5 }), true);
  assert.equal(isMet({ ...measure, atMost: 4.9 }), false);
  assert.equal(isMet({ ...measure, atLeast: 5 }), true);
  assert.equal(isMet({ ...measure, atLeast: 5.1 }), false);
  assert.equal(isMet(measure), undefined);
});

test("the median of an even count lies between the two in the middle", () => {
  assert.equal(medianOf([3, 1, 2]), 2);
  assert.equal(medianOf([4, 1, 3, 2]), 2.5);
});

test("contenders take turns, and rounds of warming up are not counted", () => {
  const order: string[] = [];
  const contender = (name: string): { name: string; run: () => void } => ({
    name,
    run: () => order.push(name),
  });
  const times = timeRounds([contender("a"), contender("b")], 1, 2);
  assert.deepEqual(order, ["a", "b", "a", "b", "a", "b"]);
  assert.deepEqual([...times.keys()], ["a", "b"]);
});

test("frames are found in their buffer, with kind and time since the first", () => {
  const lines = [
    '1000 {"stream":"x@bookTicker","data":{}}',
    '1500 {"lastUpdateId":1}',
    '2500 {"stream":"x@trade"}',
    '2600 {"stream":"x@depth@100ms"}',
  ];
  const frames = frameSetOf(Buffer.from(`${lines.join("\n")}\n`), origin, 3);
  assert.equal(frames.count, 3);
  assert.deepEqual([...frames.kind], [FrameKind.QUOTE, FrameKind.SNAPSHOT, FrameKind.TRADE]);
  assert.deepEqual([...frames.timeNs], [0, 500, 1500]);
  const texts = [...frames.begin].map((begin, index) =>
    Buffer.from(frames.bytes).toString("latin1", begin, begin + (frames.length[index] ?? 0)),
  );
  assert.deepEqual(
    texts,
    lines.slice(0, 3).map((line) => line.slice(5)),
  );
});

test("a line without a time and a frame of an unknown kind are refused", () => {
  assert.throws(() => frameSetOf(Buffer.from('{"a":1}\n'), origin, 9), /no receive time/);
  assert.throws(
    () => frameSetOf(Buffer.from('1000 {"stream":"x@kline"}\n'), origin, 9),
    /the benchmarks know/,
  );
});

test("a result is shown with its verdicts, its hash and its conditions", () => {
  const measures = [
    { name: "fast", value: 1234567, unit: "frames/s", atLeast: 500_000 },
    { name: "slow", value: 12.34, unit: "µs", atMost: 5 },
    { name: "plain", value: 3, unit: "ns" },
  ];
  const result = {
    question: "how fast",
    measures,
    hash: "ab".repeat(32),
    input: { source: "generated", frames: 5, files: [] },
    counts: { passes: 2 },
    notes: ["a note"],
  };
  const conditions = {
    date: "today",
    node: "v24",
    v8: "13",
    cpu: "a processor",
    cores: 2,
    flags: [],
    loadBefore: 0.5,
    loadAfter: 1,
  };
  const text = resultLines("pipeline", result, conditions).join("\n");
  assert.match(text, /fast +1,234,567 frames\/s +at least 500,000: met/);
  assert.match(text, /slow +12\.3 µs +at most 5: MISSED/);
  assert.match(text, /plain +3 ns\n/);
  assert.match(text, /passes 2; 5 generated frames; hash abababababababab\n/);
  assert.match(text, /a processor × 2, node v24, load 0\.5 to 1\.0/);
});

test("a benchmark that does not exist is refused with the names of those that do", async () => {
  await assert.rejects(
    runBenchmarks({ json: false, small: true, only: ["speed"] }),
    /no benchmark speed; there are decode, book/,
  );
});

test("each benchmark runs in a process of its own and is printed as a line of JSON, then all of them", async () => {
  const lines: string[] = [];
  const status = await runBenchmarks({ json: true, small: true, only: ["decode"] }, (text) =>
    lines.push(text),
  );
  assert.equal(status, 0);
  assert.equal(lines.length, 2);
  const [one, all] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(one?.["name"], "decode");
  assert.deepEqual(all?.["benchmarks"], [one]);
});
