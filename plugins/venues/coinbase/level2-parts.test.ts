import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import fc from "fast-check";
import type { DescribedRecord } from "../../../abi/host/index.ts";
import { BookImage, FramePart, SessionState } from "../../../abi/host/index.ts";
import { CoinbaseCodec } from "../../../test/support/coinbase-codec.ts";
import type { TextLevel } from "../../../test/support/coinbase-samples.ts";
import { level2, message, tradeEvent, userOrder } from "../../../test/support/coinbase-samples.ts";
import type { PlainAnswer } from "../../../test/support/plain-plugin.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";

const { FIRST, MIDDLE, LAST } = FramePart;
const OUT_OF_PART = -21;
const TOO_LONG_PIECE = -22;
const REFUSED_BEFORE = -23;
const PIECE_BYTES_MAX = 4096;

let codec: CoinbaseCodec;
beforeEach(async () => {
  codec = await CoinbaseCodec.load();
});

interface Meaning {
  readonly sequences: readonly unknown[];
  readonly levels: readonly (readonly [instrumentId: unknown, side: string, price: unknown, size: unknown])[];
  readonly lastNs: unknown;
}

/** What records say, however many they are: numbers of messages, levels in their order on each side, the last time. */
function meaningOf(records: readonly DescribedRecord[]): Meaning {
  const books = records.filter(({ name }) => name === "BookDelta");
  const levels = (side: string) =>
    books.flatMap(({ fields, groups }) =>
      (groups[side] ?? []).map(({ price, size }) => [fields["instrumentId"], side, price, size] as const),
    );
  return {
    sequences: records.filter(({ name }) => name === "LineSequence").map(({ fields }) => fields["sequence"]),
    levels: [...levels("bids"), ...levels("asks")],
    lastNs: books.at(-1)?.fields["tsEvent"],
  };
}

function recordsOf(answers: readonly PlainAnswer[]): readonly DescribedRecord[] {
  for (const { code } of answers) assert.ok(code >= 0, `refused with ${code}`);
  return answers.flatMap(({ records }) => records);
}

/** How the images of a message follow one another: WHOLE, or FIRST, MIDDLE…, LAST; or deltas alone. */
function assertImages(records: readonly DescribedRecord[], isImage: boolean): void {
  const images = records
    .filter(({ name }) => name === "BookDelta")
    .map(({ fields }) => Number(fields["snapshot"]));
  if (!isImage) assert.ok(images.every((image) => image === BookImage.DELTA));
  else if (images.length === 1) assert.deepEqual(images, [BookImage.WHOLE]);
  else
    assert.deepEqual(images, [
      BookImage.FIRST,
      ...images.slice(2).map(() => BookImage.MIDDLE),
      BookImage.LAST,
    ]);
}

const size = fc.stringMatching(/^0(\.[0-9]{1,8})?$/);
const takenLevel: fc.Arbitrary<TextLevel> = fc.record({
  side: fc.constantFrom("bid" as const, "offer" as const),
  price: fc.stringMatching(/^[1-9][0-9]{0,6}(\.[0-9]{1,2})?$/),
  size,
});
/** Beyond every mantissa of two decimals. */
const farOffer: fc.Arbitrary<TextLevel> = fc.record({
  side: fc.constant("offer" as const),
  price: fc.stringMatching(/^9[1-9][0-9]{12,20}(\.[0-9]{1,2})?$/),
  size,
});
const textLevel = fc.oneof({ weight: 6, arbitrary: takenLevel }, { weight: 1, arbitrary: farOffer });

/** A message in the venue's own form or, in its list and behind it, with white space. */
const book = fc
  .tuple(fc.array(textLevel, { maxLength: 30 }), fc.constantFrom("snapshot", "update"), fc.boolean())
  .map(([levels, type, isSpaced]) => {
    const text = level2(levels, type);
    const spaced = text.replaceAll('"},{"', '"} ,\n{ "').replace("]}]}", " ] }\t] } ");
    return { type, text: isSpaced ? spaced : text };
  });

test(`a message given whole and cut anywhere says the same (seed ${randomSeed})`, () => {
  const property = fc.property(book, fc.array(fc.nat(), { maxLength: 8 }), ({ type, text }, places) => {
    const bytes = Buffer.from(text);
    const cuts = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
    const whole = recordsOf([codec.check("market", text)]);
    const parts = recordsOf(codec.sendParts(bytes, [...cuts, bytes.length]));
    assert.deepEqual(meaningOf(parts), meaningOf(whole));
    assertImages(parts, type === "snapshot");
  });
  fc.assert(property, { seed: randomSeed, numRuns: 1_500 });
});

test("a message cut at every byte into two, and into single bytes, says the same", () => {
  const text = level2(
    Array.from({ length: 9 }, (_, i) => ({
      side: i % 2 === 0 ? "bid" : "offer",
      price: `6508${i}.5`,
      size: `0.${i}`,
    })),
    "snapshot",
  );
  const bytes = Buffer.from(text);
  const whole = meaningOf(recordsOf([codec.check("market", text)]));
  for (let cut = 0; cut <= bytes.length; cut += 1)
    assert.deepEqual(meaningOf(recordsOf(codec.sendParts(bytes, [cut]))), whole, `cut at ${cut}`);
  const everywhere = Array.from({ length: bytes.length - 1 }, (_, i) => i + 1);
  assert.deepEqual(meaningOf(recordsOf(codec.sendParts(bytes, everywhere))), whole);
});

test("each part gives the levels that it completes, the image counts from its last record on", () => {
  const levels = Array.from({ length: 400 }, (_, i) => ({
    side: "bid" as const,
    price: `${i + 1}`,
    size: "1",
  }));
  const answers = codec.sendParts(Buffer.from(level2(levels, "snapshot")), [10_000, 20_000, 30_000]);
  const counts = answers.map(({ records }) => records.at(-1)?.groups["bids"]?.length ?? 0);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    400,
  );
  assert.ok(
    counts.every((count) => count > 20),
    counts.join(" "),
  );
  assert.deepEqual(
    answers.map(({ records }) => records.at(-1)?.fields["snapshot"]),
    [BookImage.FIRST, BookImage.MIDDLE, BookImage.MIDDLE, BookImage.LAST],
  );
  assert.deepEqual(
    answers.map(({ records }) => records.filter(({ name }) => name === "LineSequence").length),
    [1, 0, 0, 0],
  );
});

test("a whole message of many levels comes in records of 2,048 levels a side", () => {
  const levels = Array.from({ length: 5_000 }, (_, i) => ({
    side: "offer" as const,
    price: `${i + 1}`,
    size: "1",
  }));
  const { records } = codec.check("market", level2(levels, "snapshot"));
  assert.deepEqual(
    records.slice(1).map(({ groups }) => groups["asks"]?.length),
    [2_048, 2_048, 904],
  );
  assertImages(records, true);
});

const three = [1, 2, 3].map((price) => ({ side: "bid" as const, price: `${price}`, size: "1" }));
const sound = Buffer.from(level2(three, "snapshot"));

test("[V10] a part that cannot be read is refused, and so are all that follow it; the next message is read", () => {
  const bad = Buffer.from(level2(three, "snapshot").replace('"2"', '"x"'));
  const [, level, rest, end] = codec.sendParts(bad, [200, 400, 450]).map(({ code }) => code);
  assert.deepEqual([level, rest, end], [-10, REFUSED_BEFORE, REFUSED_BEFORE]);
  assert.equal(meaningOf(recordsOf(codec.sendParts(sound, [100, 300]))).levels.length, 3);
});

test("[V10] a first part while a message is under way abandons the old one, and so does a whole message", () => {
  assert.ok(codec.send("market", sound.subarray(0, 300), FIRST).code > 0);
  assert.equal(meaningOf(recordsOf(codec.sendParts(sound, [150]))).levels.length, 3);
  assert.ok(codec.send("market", sound.subarray(0, 300), FIRST).code > 0);
  codec.check("market", message("heartbeats", []));
  assert.equal(codec.send("market", sound.subarray(300), LAST).code, OUT_OF_PART);
});

test("a message of another line between two parts leaves them alone", () => {
  assert.ok(codec.send("market", sound.subarray(0, 300), FIRST).code > 0);
  codec.check("order", userOrder());
  const { code, records } = codec.send("market", sound.subarray(300), LAST);
  assert.ok(code > 0);
  assert.equal(records.at(-1)?.fields["snapshot"], BookImage.LAST);
});

test("[V10] parts without a first one, of another line, and a last one that ends too early are refused", () => {
  assert.equal(codec.send("market", sound, MIDDLE).code, OUT_OF_PART);
  assert.equal(codec.send("market", sound, LAST).code, OUT_OF_PART);
  assert.equal(codec.send("order", sound, FIRST).code, OUT_OF_PART);
  assert.equal(codec.send("rest", sound, FIRST).code, OUT_OF_PART);
  for (let length = 0; length < sound.length; length += 1) {
    const answers = codec.sendParts(sound.subarray(0, length), [Math.floor(length / 2)]);
    assert.ok((answers.at(-1)?.code ?? 0) < 0, `${length} bytes`);
  }
});

test("[V10] nothing but white space may stand behind the message, and no second event", () => {
  const codeOf = (text: string): number => codec.sendParts(Buffer.from(text), [120]).at(-1)?.code ?? 0;
  const text = sound.toString();
  assert.ok(codeOf(`${text} \n`) > 0);
  for (const tail of ["x", "}", ",", "0"]) assert.ok(codeOf(text + tail) < 0, tail);
  const second = text.replace("]}]}", ']},{"type":"update","product_id":"BTC-USD","updates":[]}]}');
  assert.ok(codeOf(second) < 0);
  assert.ok(codec.check("market", second).code > 0);
});

test("[V10] a piece longer than 4,096 bytes is refused, in one part or over many", () => {
  const long = (length: number): Buffer =>
    Buffer.from(level2(three, "snapshot").replace('{"side"', `{"x":"${"y".repeat(length)}","side"`));
  const codeOf = (bytes: Buffer, cuts: readonly number[]): number =>
    codec.sendParts(bytes, cuts).find(({ code }) => code < 0)?.code ?? 0;
  const everyThousand = [1_000, 2_000, 3_000, 4_000, 5_000];
  assert.equal(codeOf(long(PIECE_BYTES_MAX), [50]), TOO_LONG_PIECE);
  assert.equal(codeOf(long(5 * PIECE_BYTES_MAX), everyThousand), TOO_LONG_PIECE);
  assert.equal(codeOf(long(PIECE_BYTES_MAX - 200), everyThousand.slice(0, 3)), 0);
  const head = Buffer.from(`{"x":"${"y".repeat(5_000)}",${level2(three).slice(1)}`);
  assert.equal(codeOf(head, [4_500]), TOO_LONG_PIECE);
});

test("a long message of another channel says its number, is counted as ignored, and is passed over", () => {
  const bytes = Buffer.from(
    message("candles", [{ type: "snapshot", candles: Array.from({ length: 500 }, (_, i) => i) }]),
  );
  const [first, ...others] = codec.sendParts(bytes, [500, 1_000]);
  assert.deepEqual(
    first?.records.map(({ name, fields }) => [name, fields["sequence"] ?? fields["state"]]),
    [
      ["LineSequence", 15n],
      ["SessionStatus", SessionState.IGNORED],
    ],
  );
  assert.deepEqual(
    others.map(({ code }) => code),
    [0, 0],
  );
  codec.check("market", message("market_trades", [tradeEvent]));
});
