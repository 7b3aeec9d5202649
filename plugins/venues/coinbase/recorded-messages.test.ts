import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { DescribedRecord } from "../../../abi/host/index.ts";
import {
  CoinbaseCodec,
  coinbaseInstruments,
  coinbaseRecording,
  configuredInstruments,
  recordedMessages,
} from "../../../test/support/coinbase-codec.ts";

const { skip } = coinbaseRecording;
/** A frame's record beside its bytes, and the inbox: what the host gives whole. */
const WHOLE_BYTES_MAX = 1_000_000;
const PART_BYTES = 131_072;
let codec: CoinbaseCodec;
let messages: readonly string[] = [];

before(async () => {
  codec = await CoinbaseCodec.load();
  if (skip === false) messages = recordedMessages();
});

for (const [name, instruments] of [
  ["cents", coinbaseInstruments],
  ["eight decimals", configuredInstruments],
] as const) {
  test(
    `in ${name}, every recorded message that fits the inbox decodes to what the reference decoder says`,
    { skip },
    async () => {
      const exact = await CoinbaseCodec.load(instruments);
      const counts: Record<string, number> = {};
      for (const message of messages.filter(({ length }) => length < WHOLE_BYTES_MAX)) {
        const { code, records } = exact.check("market", message);
        assert.ok(code > 0, message);
        for (const record of records) counts[record.name] = (counts[record.name] ?? 0) + 1;
      }
      assert.equal(messages.length, 1_030);
      assert.deepEqual(counts, { LineSequence: 1_028, BookDelta: 773, Trade: 79, SessionStatus: 171 });
    },
  );

  test(
    `in ${name}, the two snapshots, of 5 MB and 2.5 MB, decode in parts to what the reference decoder says`,
    { skip },
    async () => {
      const exact = await CoinbaseCodec.load(instruments);
      const long = messages.filter(({ length }) => length >= WHOLE_BYTES_MAX);
      assert.deepEqual(
        long.map(({ length }) => length > 5_000_000),
        [true, false],
      );
      for (const message of long) checkSnapshot(exact, message);
    },
  );
}

test(
  "of the recorded book of 46,000 levels eight decimals leave out three offers, and nothing else",
  { skip },
  async () => {
    const message = messages.find(({ length }) => length > 5_000_000) ?? assert.fail();
    const counts: number[][] = [];
    for (const instruments of [coinbaseInstruments, configuredInstruments]) {
      const books = levelsInParts(await CoinbaseCodec.load(instruments), message);
      counts.push(["bids", "asks"].map((side) => levelsOf(books, side).length));
    }
    assert.deepEqual(counts, [
      [18_764, 27_236],
      [18_764, 27_233],
    ]);
  },
);

function levelsInParts(exact: CoinbaseCodec, message: string): readonly DescribedRecord[] {
  const bytes = Buffer.from(message);
  const cuts = Array.from({ length: Math.floor(bytes.length / PART_BYTES) }, (_, i) => (i + 1) * PART_BYTES);
  const answers = exact.sendParts(bytes, cuts);
  for (const { code } of answers) assert.ok(code > 0, `refused with ${code}`);
  return answers.flatMap(({ records }) => records).slice(1);
}

function levelsOf(records: readonly DescribedRecord[], side: string): readonly unknown[] {
  return records.flatMap(({ groups }) => groups[side] ?? []);
}

function checkSnapshot(exact: CoinbaseCodec, message: string): void {
  const books = levelsInParts(exact, message);
  const expected = exact.reference.decode("market", Buffer.from(message)) ?? [];
  for (const side of ["bids", "asks"])
    assert.deepEqual(levelsOf(books, side), levelsOf(expected.slice(1), side));
  const images = books.map(({ fields }) => fields["snapshot"]);
  assert.deepEqual(images, [2, ...images.slice(2).map(() => 3), 4]);
}

test("a space before it, which the fast path does not take, changes nothing", { skip }, () => {
  for (const message of messages.filter(({ length }) => length < 100_000))
    assert.deepEqual(codec.send("market", ` ${message}`), codec.send("market", message), message);
});
