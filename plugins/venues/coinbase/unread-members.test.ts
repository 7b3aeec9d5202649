import assert from "node:assert/strict";
import { before, test } from "node:test";
import { CoinbaseCodec } from "../../../test/support/coinbase-codec.ts";
import { coinbaseSamples } from "../../../test/support/coinbase-samples.ts";

let codec: CoinbaseCodec;
before(async () => {
  codec = await CoinbaseCodec.load();
});

/** The codec passes over eight bytes at a time: whatever stands in a word has to stand at each of its places. */
const SHIFTS = Array.from({ length: 17 }, (_, length) => "a".repeat(length));

const values = [
  "{}",
  "[]",
  "12.5e3",
  "null",
  '{"a":"]}","b":[{"c":"[{"}]}',
  '[["}"],"{",{"d":[[]]},"",""]',
  String.raw`{"e":"\"}","f":["\\"]}`,
  String.raw`["\\\"]","é}",{"g":"]"}]`,
];

test("[V10] what is not read is passed over, wherever brackets, quotation marks and backslashes stand in it", () => {
  for (const [line, message] of coinbaseSamples)
    for (const value of values)
      for (const shift of SHIFTS) {
        const text = message.replaceAll('{"', `{"x":["${shift}",${value}],"`);
        assert.ok(codec.check(line, text).code > 0, text);
      }
});

test("[V10] a text of any length is read to its end, and refused for a character that is none", () => {
  for (const shift of SHIFTS)
    for (const behind of ["", "b", "b".repeat(7), "b".repeat(20)])
      for (const special of [String.raw`\n`, String.raw`\u00e9`, "é", "\u007f", "\n", String.raw`\x`, '"']) {
        const message = `{"channel":"heartbeats","timestamp":"2026-08-09T21:05:48Z","sequence_num":1,"${shift}${special}${behind}":"${shift}${special}${behind}","events":[]}`;
        codec.check("market", message);
      }
});

test("[V10] an order's id is none with any other character at any place of it", () => {
  const id = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";
  const sample = coinbaseSamples.find(([line, message]) => line === "order" && message.includes("order_id"));
  assert.ok(sample !== undefined);
  const withId = (text: string): string =>
    sample[1].replaceAll(/"order_id":"[^"]*"/g, `"order_id":"${text}"`);
  assert.ok(codec.check("order", withId(id)).code > 0);
  assert.ok(codec.check("order", withId(id.toUpperCase())).code > 0);
  for (let place = 0; place < id.length; place++)
    for (const other of ["/", ":", "@", "`", "g", "G", "-", "é", "\u007f"]) {
      const text = id.slice(0, place) + other + id.slice(place + 1);
      const isId = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(text);
      assert.equal(codec.check("order", withId(text)).code > 0, isId, text);
    }
});
