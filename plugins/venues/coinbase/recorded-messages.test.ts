import assert from "node:assert/strict";
import { before, test } from "node:test";
import { CoinbaseCodec, coinbaseRecording, recordedMessages } from "../../../test/support/coinbase-codec.ts";

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

test(
  "every recorded message that fits the inbox decodes to what the reference decoder says",
  { skip },
  () => {
    const counts: Record<string, number> = {};
    for (const message of messages.filter(({ length }) => length < WHOLE_BYTES_MAX)) {
      const { code, records } = codec.check("market", message);
      assert.ok(code > 0, message);
      for (const { name } of records) counts[name] = (counts[name] ?? 0) + 1;
    }
    assert.equal(messages.length, 1_030);
    assert.deepEqual(counts, { LineSequence: 1_028, BookDelta: 773, Trade: 79, SessionStatus: 171 });
  },
);

test(
  "the two snapshots, of 5 MB and 2.5 MB, decode in parts to what the reference decoder says",
  { skip },
  () => {
    const long = messages.filter(({ length }) => length >= WHOLE_BYTES_MAX);
    assert.deepEqual(
      long.map(({ length }) => length > 5_000_000),
      [true, false],
    );
    for (const message of long) {
      const bytes = Buffer.from(message);
      const cuts = Array.from(
        { length: Math.floor(bytes.length / PART_BYTES) },
        (_, i) => (i + 1) * PART_BYTES,
      );
      const answers = codec.sendParts(bytes, cuts);
      for (const { code } of answers) assert.ok(code > 0);
      const expected = codec.reference.decode("market", bytes) ?? [];
      const books = answers.flatMap(({ records }) => records).slice(1);
      const levelsOf = (records: typeof books, side: "bids" | "asks") =>
        records.flatMap(({ groups }) => groups[side] ?? []);
      for (const side of ["bids", "asks"] as const)
        assert.deepEqual(levelsOf(books, side), levelsOf(expected.slice(1), side));
      const images = books.map(({ fields }) => fields["snapshot"]);
      assert.deepEqual(images, [2, ...images.slice(2).map(() => 3), 4]);
    }
  },
);

test("a space before it, which the fast path does not take, changes nothing", { skip }, () => {
  for (const message of messages.filter(({ length }) => length < 100_000))
    assert.deepEqual(codec.send("market", ` ${message}`), codec.send("market", message), message);
});
