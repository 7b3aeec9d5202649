import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { BinanceCodec } from "../../../test/support/binance-codec.ts";
import type { Channel } from "../../../test/support/binance-codec.ts";
import { sampleFrames } from "../../../test/support/binance-samples.ts";
import { mutatedText } from "../../../test/support/mutated-text.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";
import { parseStrictJson } from "../../../test/support/strict-json.ts";

let codec: BinanceCodec;
before(async () => {
  codec = await BinanceCodec.load();
});

test("the samples themselves are accepted", () => {
  for (const [channel, frame] of sampleFrames) assert.ok(codec.check(channel, frame).code > 0, frame);
});

test("[V10] a frame of each kind, cut short at every byte, is refused", () => {
  for (const [channel, frame] of sampleFrames) {
    const bytes = Buffer.from(frame);
    for (let length = 0; length < bytes.length; length += 1)
      assert.ok(codec.check(channel, bytes.subarray(0, length)).code < 0);
  }
});

test("[V10] a frame of each kind with any one bit flipped is refused or means what the reference decoder says", () => {
  for (const [channel, frame] of sampleFrames) {
    const bytes = Buffer.from(frame);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flip = (): void => void bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      flip();
      codec.check(channel, bytes);
      flip();
    }
  }
});

const mutated = mutatedText<Channel>(sampleFrames, [
  '["1","2"]',
  '"e":',
  '"s":"BTCUSDT"',
  ',"b":[]',
  "1723161255343",
]);

test(`[V10] edited and spliced frames are refused or mean what the reference decoder says (seed ${randomSeed})`, () => {
  fc.assert(
    fc.property(mutated, ([channel, text]) => void codec.check(channel, text)),
    { seed: randomSeed, numRuns: Number(process.env["SANDPIT_FUZZ_RUNS"] ?? 4_000) },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test(`the reference decoder's parser accepts what JSON.parse accepts (seed ${randomSeed})`, () => {
  const property = fc.property(mutated, ([, text]) => {
    assert.equal(parseStrictJson(Buffer.from(text)) !== null, isJson(Buffer.from(text).toString()), text);
  });
  fc.assert(property, { seed: randomSeed, numRuns: 2_000 });
});

test(`[V10] random bytes are refused (seed ${randomSeed})`, () => {
  const channel = fc.constantFrom<Channel>("market", "rest", "order");
  fc.assert(
    fc.property(
      channel,
      fc.uint8Array({ maxLength: 200 }),
      (name, bytes) => codec.check(name, bytes).code < 0,
    ),
    { seed: randomSeed, numRuns: 2_000 },
  );
});

test("[V10] all frames of one and of two bytes are refused", () => {
  for (let word = 0; word < 65_536; word += 1) {
    const code = codec.send("market", Buffer.from([word & 255, word >> 8])).code;
    assert.ok(code < 0 && code >= -20, `${word}: ${code}`);
    if (word < 256) assert.ok(codec.send("order", Buffer.from([word])).code < 0);
  }
});

const decimals = fc.oneof(
  fc
    .tuple(fc.nat({ max: 200_000_000 }), fc.stringMatching(/^[0-9]{8}$/))
    .map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.stringMatching(/^-?[0-9]{0,18}\.?[0-9]{0,12}$/),
  fc.bigInt({ min: 0n, max: 2n ** 60n }).map(String),
);

test(`[M3] a price or size is exact or refused (seed ${randomSeed})`, () => {
  const symbols = fc.constantFrom("BTCUSDT", "ETHBTC", "BCCXYZ", "FINEEUR");
  const property = fc.property(symbols, decimals, decimals, (symbol, price, size) => {
    codec.check(
      "market",
      `{"u":1,"s":"${symbol}","b":"${price}","B":"${size}","a":"1.00000000","A":"2.00000000"}`,
    );
    codec.check(
      "rest",
      `{"lastUpdateId":1,"bids":[["${price}","${size}"],["1.00000000","${size}"]],"asks":[]}`,
    );
  });
  fc.assert(property, { seed: randomSeed, numRuns: 2_000 });
});
