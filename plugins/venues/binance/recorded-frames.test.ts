import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { instruments, BinanceCodec, recordedFile } from "../../../test/support/binance-codec.ts";

// Lines are `<local time><:?> <JSON>`, or `<url> -> <local time>: <JSON>` for a REST answer; the first line of a capture has no JSON.

interface Line {
  readonly source: string;
  readonly frame: string;
}

function linesOf(path: string): Line[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.split("\n").flatMap((line) => {
    const at = line.indexOf("{");
    return at < 0 ? [] : [{ source: line.slice(0, at), frame: line.slice(at) }];
  });
}

function indexOf(source: string): number {
  return instruments.findIndex(({ symbol }) => source.includes(`symbol=${symbol}&`));
}

for (const [name, count] of [
  ["spot-btcusdt_20240808.gz", 41_249],
  ["spot-btcusdt_20240809.gz", 58_325],
] as const) {
  const { path, skip } = recordedFile(name);
  test(`every frame of ${name} decodes to what the reference decoder says`, { skip }, async () => {
    const codec = await BinanceCodec.load();
    const lines = linesOf(path);
    for (const { frame } of lines) {
      const isSnapshot = frame.startsWith('{"lastUpdateId"');
      assert.ok(codec.check(isSnapshot ? "rest" : "market", frame).code > 0, frame);
    }
    assert.equal(lines.length, count);
  });

  test(
    `a space before it, which the fast path does not take, changes nothing in frames of ${name}`,
    { skip },
    async () => {
      const codec = await BinanceCodec.load();
      for (const { frame } of linesOf(path).slice(0, 5_000)) {
        const channel = frame.startsWith('{"lastUpdateId"') ? "rest" : "market";
        assert.deepEqual(codec.send(channel, ` ${frame}`), codec.send(channel, frame), frame);
      }
    },
  );
}

const multi = recordedFile("ws-multi-symbol-2021.txt");
test(
  "frames of four symbols decode to what the reference decoder says, other streams to IGNORED",
  { skip: multi.skip },
  async () => {
    const codec = await BinanceCodec.load();
    const counts: Record<string, number> = {};
    for (const { frame } of linesOf(multi.path)) {
      const name = codec.check("market", frame).records[0]?.name ?? "refused";
      counts[name] = (counts[name] ?? 0) + 1;
    }
    assert.deepEqual(counts, { BookDelta: 177, Quote: 84, SessionStatus: 4 });
  },
);

const rest = recordedFile("rest-depth-2021.txt");
test("REST snapshots decode to what the reference decoder says", { skip: rest.skip }, async () => {
  const codec = await BinanceCodec.load();
  const lines = linesOf(rest.path).filter(({ source }) => source.includes("/api/v3/depth"));
  assert.equal(lines.length, 4);
  for (const { source, frame } of lines) {
    const { records } = codec.check("rest", frame, indexOf(source));
    assert.equal(records[0]?.fields["snapshot"], 1);
    assert.equal(records[0].fields["instrumentId"], instruments[indexOf(source)]?.instrumentId);
  }
});
