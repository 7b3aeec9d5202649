import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { CoinbaseCodec } from "../../../test/support/coinbase-codec.ts";
import type { CoinbaseLine } from "../../../test/support/coinbase-reference.ts";
import { coinbaseSamples, level2 } from "../../../test/support/coinbase-samples.ts";
import { mutatedText } from "../../../test/support/mutated-text.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";

let codec: CoinbaseCodec;
before(async () => {
  codec = await CoinbaseCodec.load();
});

test("the samples themselves are accepted", () => {
  for (const [line, message] of coinbaseSamples) assert.ok(codec.check(line, message).code > 0, message);
});

test("[V10] a message of each kind, cut short at every byte, is refused or an answer of unknown outcome", () => {
  for (const [line, message] of coinbaseSamples) {
    const bytes = Buffer.from(message.trimEnd());
    for (let length = 0; length < bytes.length; length += 1) {
      const { code, records } = codec.check(line, bytes.subarray(0, length));
      const isUnknown = line === "rest" && Number(records[0]?.fields["status"]) >= 400;
      assert.ok(code < 0 || isUnknown, bytes.toString("utf8", 0, length));
    }
  }
});

test("[V10] a message of each kind with any one bit flipped is refused or means what the reference decoder says", () => {
  for (const [line, message] of coinbaseSamples) {
    const bytes = Buffer.from(message);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flip = (): void => void bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      flip();
      codec.check(line, bytes);
      flip();
    }
  }
});

const mutated = mutatedText<CoinbaseLine>(coinbaseSamples, [
  '{"channel":"l2_data"',
  '"events":[',
  '"updates":[',
  '"side":"bid",',
  "2026-08-09T21:05:48Z",
  "]}]}",
]);

test(`[V10] edited and spliced messages are refused or mean what the reference decoder says (seed ${randomSeed})`, () => {
  fc.assert(
    fc.property(mutated, ([line, text]) => void codec.check(line, text)),
    { seed: randomSeed, numRuns: Number(process.env["SANDPIT_FUZZ_RUNS"] ?? 4_000) },
  );
});

test(`[V10] random bytes are refused (seed ${randomSeed})`, () => {
  const line = fc.constantFrom<CoinbaseLine>("market", "order", "rest");
  fc.assert(
    fc.property(line, fc.uint8Array({ maxLength: 200 }), (name, bytes) => codec.check(name, bytes).code < 0),
    { seed: randomSeed, numRuns: 2_000 },
  );
});

const decimals = fc.oneof(
  fc.tuple(fc.nat({ max: 200_000_000 }), fc.stringMatching(/^[0-9]{1,8}$/)).map((parts) => parts.join(".")),
  fc.nat({ max: 200_000_000 }).map(String),
  fc.stringMatching(/^-?[0-9]{0,18}\.?[0-9]{0,12}$/),
  fc.bigInt({ min: 0n, max: 2n ** 60n }).map(String),
);

test(`[M3] a price or size is exact or refused (seed ${randomSeed})`, () => {
  const products = fc.constantFrom("BTC-USD", "FINE-EUR", "WHOLE-EUR");
  const sides = fc.constantFrom("bid" as const, "offer" as const);
  const property = fc.property(products, sides, decimals, decimals, (product, side, price, size) => {
    codec.check("market", level2([{ side, price, size }], "update", product));
    codec.check(
      "market",
      level2(
        [
          { side, price, size: "1" },
          { side, price: "1", size },
        ],
        "snapshot",
        product,
      ),
    );
  });
  fc.assert(property, { seed: randomSeed, numRuns: 2_000 });
});

const digits = (least: number, most: number): fc.Arbitrary<string> =>
  fc.integer({ min: least, max: most }).map((value) => String(value).padStart(2, "0"));

test(`[M7] a time is read to the nanosecond, or refused when it is none or far off (seed ${randomSeed})`, () => {
  const time = fc
    .tuple(
      fc.integer({ min: 2015, max: 2101 }),
      digits(0, 13),
      digits(0, 32),
      digits(0, 25),
      digits(0, 61),
      digits(0, 61),
      fc.oneof(fc.constant(""), fc.stringMatching(/^\.[0-9]{0,10}$/)),
      fc.constantFrom("Z", "Z", "Z", "z", "+00:00", ""),
    )
    .map(
      ([y, m, d, hour, minute, second, fraction, zone]) =>
        `${y}-${m}-${d}T${hour}:${minute}:${second}${fraction}${zone}`,
    );
  const property = fc.property(time, (text) => {
    codec.check(
      "market",
      level2([{ side: "bid", price: "1", size: "1" }]).replaceAll("2026-08-09T21:05:48.264069Z", text),
    );
    codec.check("market", level2([]).replaceAll("2026-08-09T21:05:48.506659391Z", text));
  });
  fc.assert(property, { seed: randomSeed, numRuns: 4_000 });
});
