import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { BinanceCodec } from "../../../test/support/binance-codec.ts";
import type { Channel } from "../../../test/support/binance-codec.ts";
import { rawDepth, rawQuote, rawSnapshot } from "../../../test/support/binance-samples.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";

/** The closed list, with a frame for each code that a frame can have. */
const refusals: readonly (readonly [name: string, channel: Channel, frame: string])[] = [
  ["NOT_JSON", "market", "{"],
  ["NOT_UTF8", "market", '{"x":"\xff"}'],
  ["TOO_DEEP", "market", "[".repeat(17)],
  ["UNKNOWN_MESSAGE", "market", "{}"],
  ["UNKNOWN_SYMBOL", "market", rawQuote.replace("BTC", "ABC")],
  ["MISSING_KEY", "market", '{"u":1,"s":"BTCUSDT"}'],
  ["DUPLICATE_KEY", "market", '{"u":1,"u":1}'],
  ["ESCAPED_TEXT", "market", '{"\\u0075":1}'],
  ["WRONG_TYPE", "market", rawQuote.replace('"3.78826000"', "3")],
  ["BAD_DECIMAL", "market", rawQuote.replace("3.78826000", "NaN")],
  ["NEGATIVE", "market", rawQuote.replace("3.78826000", "-3")],
  ["TOO_PRECISE", "market", rawQuote.replace("61837.63000000", "0.001")],
  ["OUT_OF_RANGE", "market", rawQuote.replace("3.78826000", "1".repeat(25))],
  ["BAD_STAMP", "market", rawDepth.replace("1723161255208", "5")],
  ["UNKNOWN_VALUE", "order", ""],
  ["TOO_LARGE", "rest", rawSnapshot.replace("[[", `[${'["1","1"],'.repeat(40_000)}[`)],
  ["INVERTED_IDS", "market", rawDepth.replace("50093239202", "1")],
  ["UNKNOWN_CHANNEL", "order", ""],
  ["INVALID_ORDER", "order", ""],
  ["OFF_GRID", "order", ""],
];

test("each refusal code of a market frame is reached by a frame of its own", async () => {
  const codec = await BinanceCodec.load();
  for (const [index, [name, channel, frame]] of refusals.entries()) {
    if (frame !== "") assert.equal(codec.send(channel, Buffer.from(frame, "latin1")).code, -1 - index, name);
  }
});

test("the list of refusals, its documentation and this test agree", () => {
  const source = readFileSync(new URL("../text/refusal.ts", import.meta.url), "utf8");
  const documented = [...source.matchAll(/^ \* \| (-\d+) \| ([A-Z0-9_]+) \|/gm)].map(([, code, name]) => [
    name,
    Number(code),
  ]);
  const defined = [...source.matchAll(/export const ([A-Z0-9_]+): i32 = (-\d+);/g)].map(([, name, code]) => [
    name,
    Number(code),
  ]);
  const listed = refusals.map(([name], index) => [name, -1 - index]);
  // The codes after these belong to codecs of messages in parts.
  assert.deepEqual(documented.slice(0, listed.length), listed);
  assert.deepEqual(defined, documented);
});

test("a refusal leaves nothing: the frame after it is read as if it had not been", async () => {
  const codec = await BinanceCodec.load();
  const untouched = await BinanceCodec.load();
  for (const [, channel, frame] of refusals) {
    codec.send(channel, Buffer.from(frame, "latin1"));
    assert.deepEqual(codec.send("market", rawDepth), untouched.send("market", rawDepth));
  }
  const unknown = codec.plugin.send(writeRecord("Timer", {}));
  assert.deepEqual(unknown, { code: 0, records: [] });
});
