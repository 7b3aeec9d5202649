import assert from "node:assert/strict";
import { before, test } from "node:test";
import { BinanceCodec } from "../../../test/support/binance-codec.ts";
import {
  combined,
  rawDepth,
  rawQuote,
  rawSnapshot,
  rawTrade,
} from "../../../test/support/binance-samples.ts";

let codec: BinanceCodec;
before(async () => {
  codec = await BinanceCodec.load();
});

/** A quote with one field's text replaced. */
function withBid(price: string): string {
  return rawQuote.replace("61837.63000000", price);
}

function refused(channel: "market" | "rest" | "order", frame: string | Uint8Array, code: number): void {
  assert.equal(codec.check(channel, frame).code, code, Buffer.from(frame).toString());
}

test("[M3] a price that is no plain decimal is refused: NaN, exponents, leading zeros, signs, blanks", () => {
  for (const text of [
    "NaN",
    "Infinity",
    "1e308",
    "1E5",
    "",
    ".5",
    "5.",
    "+5",
    " 5",
    "5 ",
    "01",
    "00.5",
    "1_0",
    "0x10",
    "1.2.3",
    "1,5",
    "٣",
  ])
    refused("market", withBid(text), -10);
  for (const bad of ["61837.6300000x", "6183x.63000000", "61837x63000000", "061837.63000000"])
    refused("market", withBid(bad), -10);
});

test("[M3] a negative price or size is refused", () => {
  for (const text of ["-1", "-0", "-61837.63000000"]) refused("market", withBid(text), -11);
});

test("[M3] more digits than the exponent has are refused unless they are zeros", () => {
  refused("market", withBid("61837.63100000"), -12);
  refused("market", withBid("61837.63000000000000001"), -12);
  refused("market", rawDepth.replace("1.54698000", "1.546980001"), -12);
});

test("[M3] a price of 25 digits, 1e308 written out, or 2^53 is refused, and 2^53 - 1 is not", () => {
  for (const text of ["9".repeat(25), `1${"0".repeat(308)}`, "90071992547409.92", "99999999999999.00000000"])
    refused("market", withBid(text), -13);
  refused("market", rawQuote.replace("3.78826000", "90071992.54740992"), -13);
  refused("market", rawQuote.replace("3.78826000", "99999999.99999999"), -13);
  refused("market", rawDepth.replace("1.54698000", "99999999.99999999"), -13);
  refused("market", rawTrade.replace("0.02000000", "99999999.99999999"), -13);
});

test("[M3] a price that is a number and no text is refused", () => {
  refused("market", rawQuote.replace('"61837.63000000"', "61837.63"), -9);
  refused("market", rawDepth.replace('"61737.63000000"', "61737.63"), -9);
});

test("[M7] stamps are milliseconds or microseconds by their size, and nothing between", () => {
  assert.equal(
    codec.accept("market", rawDepth.replace("1723161255208", "1723161255208123"))["tsEvent"],
    1723161255208123000n,
  );
  for (const stamp of [
    "0",
    "1723161255",
    "172316125520",
    "17231612552081",
    "1723161255208123456",
    "1483228799999",
    "4102444800000",
    "9223372036854775807",
  ]) {
    refused("market", rawDepth.replace("1723161255208", stamp), -14);
  }
  for (const stamp of ["1483228800000", "4102444799999"])
    assert.ok(codec.check("market", rawDepth.replace("1723161255208", stamp)).code > 0);
});

test("[M7] the two stamps of a trade may mix units but not lie a day apart", () => {
  assert.ok(codec.check("market", rawTrade.replace("1723161255342", "1723161255342000")).code > 0);
  refused("market", rawTrade.replace("1723161255342", "1691538855342"), -14);
  refused("market", rawTrade.replace("1723161255342", "1723247655343"), -14);
});

test("[V10] a frame that is not one JSON value is refused", () => {
  for (const frame of [
    "",
    " ",
    "{",
    "}",
    "{}}",
    "{}{}",
    '{"u":1,}',
    "[1,]",
    '{"u"}',
    '{"u":}',
    "{u:1}",
    "nul",
    "tru",
    "01",
    "1.",
    "1e",
    "-",
    '"',
    '"\\x"',
    '"\\u12g4"',
    '"\n"',
    '{"a":1 "b":2}',
    "[1 2]",
    `${rawQuote}x`,
    `${rawDepth}}`,
    `x${rawQuote}`,
    "\ufeff{}",
    '{"a":+1}',
    '{"a":.5}',
    "'a'",
  ]) {
    refused("market", frame, -1);
  }
});

test("[V10] bytes that are no UTF-8 are refused wherever they stand", () => {
  for (const bytes of [
    "\xff",
    "\xc0\xaf",
    "\xc1\x80",
    "\xe0\x80\x80",
    "\xed\xa0\x80",
    "\xf0\x80\x80\x80",
    "\xf4\x90\x80\x80",
    "\xf5\x80\x80\x80",
    "\xc3",
    "\xe2\x82",
    "\x80",
    "\xc3(",
  ]) {
    refused("market", Buffer.from(`{"result":null,"id":"${bytes}"}`, "latin1"), -2);
  }
  for (const text of ["é", "€", "😀", "\u007f", "\ud7ff", "\ue000", "\u{10ffff}", "ࠀ"])
    assert.ok(codec.check("market", `{"result":null,"id":"${text}"}`).code > 0);
});

test("[V10] nesting ends at 16", () => {
  const nested = (depthOf: number): string =>
    `{"result":null,"x":${"[".repeat(depthOf)}${"]".repeat(depthOf)}}`;
  assert.ok(codec.check("market", nested(15)).code > 0);
  refused("market", nested(16), -3);
  refused("market", "[".repeat(100_000), -3);
});

test("[V10] a frame of the whole inbox, made of the smallest members or levels there are, is refused and costs no trap", () => {
  const size = codec.plugin.map.inboxCapacity - 16;
  const members = `{${'"":0,'.repeat(Math.floor((size - 10) / 5))}"x":0}`;
  refused("market", members, -4);
  const level = '["1","1"]';
  const levels = Array.from({ length: Math.floor((size - 60) / 10) }, () => level).join(",");
  assert.equal(codec.send("rest", `{"lastUpdateId":1,"bids":[${levels}],"asks":[]}`).code, -16);
  const usual = Array.from(
    { length: Math.floor((size - 60) / 28) },
    () => '["1.00000000","1.00000000"]',
  ).join(",");
  assert.equal(codec.send("rest", `{"lastUpdateId":1,"bids":[${usual}],"asks":[]}`).code, -16);
  const most = Array.from({ length: 32_760 }, () => '["1.00000000","1.00000000"]').join(",");
  assert.ok(codec.send("rest", `{"lastUpdateId":1,"bids":[${most}],"asks":[]}`).code > 0);
});

test("[V10] what an earlier frame left in the inbox never completes a frame that was cut short", () => {
  for (const [channel, frame] of [
    ["market", combined("btcusdt@depth", rawDepth)],
    ["market", rawQuote],
    ["market", rawTrade],
    ["rest", rawSnapshot],
  ] as const) {
    for (let length = 0; length < frame.length; length += 1) {
      assert.ok(codec.send(channel, frame).code > 0);
      assert.equal(codec.send(channel, frame.slice(0, length)).code, -1, frame.slice(0, length));
    }
  }
});

test("missing, doubled and escaped keys are refused", () => {
  for (const [frame, keys] of [
    [rawQuote, "bBaAs"],
    [rawTrade, "EstpqTm"],
    [rawDepth, "EsUuba"],
  ] as const) {
    for (const key of keys) {
      refused("market", frame.replace(`"${key}":`, '"-":'), -6);
      refused("market", frame.replace(`"${key}":`, `"${key}":1,"${key}":`), -7);
    }
  }
  refused("market", rawQuote.replace('"b"', '"\\u0062"'), -8);
  refused("market", rawQuote.replace("BTCUSDT", "BTC\\u0055SDT"), -8);
  refused("market", rawQuote.replace("61837.63", "61837\\u002e63"), -8);
  refused("market", `{"data":${rawQuote}}`, -6);
  refused("market", '{"stream":"x"}', -6);
  refused("market", `{"stream":1,"data":${rawQuote}}`, -9);
  refused("market", '{"stream":"x","data":[]}', -9);
});

test("values of another type are refused", () => {
  for (const value of ["null", '"1"', "true", "[]", "{}", "1.0", "1e3", "-1"])
    refused("market", rawQuote.replace("50093239212", value), -9);
  for (const value of ["null", "1", '"true"'])
    refused("market", rawTrade.replace('"m":true', `"m":${value}`), -9);
  for (const value of [
    "null",
    "{}",
    '["1","1"]',
    "[[]]",
    '[["1"]]',
    '[["1","1","1"]]',
    '[["1","1",[]]]',
    "[{}]",
  ]) {
    refused("market", rawDepth.replace('[["61737.63000000","0.00000000"]]', value), -9);
  }
  refused("market", '{"e":1,"u":1}', -9);
});
