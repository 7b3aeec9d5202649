import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  channelMap,
  ChannelWord,
  CONTROL_WORDS,
  ENTRY_HEADER_BYTES,
  ENTRY_HEADER_WORDS,
  EntryCell,
  EntryWord,
  FILLER,
  makeChannel,
  RING_BYTES_MIN,
} from "../../../../host/engine/placement/channel-layout.ts";
import { inputPlace } from "../../../../host/engine/placement/open-worker.ts";
import { RingCode } from "../../../../host/engine/placement/ring-code.ts";
import { RingReader } from "../../../../host/engine/placement/ring-reader.hot.ts";
import type { RingPlace } from "../../../../host/engine/placement/ring-writer.hot.ts";
import { RingWriter } from "../../../../host/engine/placement/ring-writer.hot.ts";
import { startThread } from "../../../../host/platform/threads/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { fillRound } from "./ring-rounds.ts";

const seed = randomSeed;
/** SANDPIT_RING_ROUNDS for the long form. */
const ROUNDS = Number(process.env["SANDPIT_RING_ROUNDS"] ?? 2_000_000);
const PAYLOAD_MAX = 1024;

function freshRing(): RingPlace {
  const map = channelMap(RING_BYTES_MIN);
  return inputPlace(makeChannel(map), map);
}

function writerOf(place: RingPlace): RingWriter {
  return new RingWriter(place);
}

const payload = new Int32Array(256);
const wanted = new Int32Array(256);

/** Writes one entry of a round; the writer's answer. */
function write(writer: RingWriter, round: number, reservedUnits = 0): number {
  writer.cells[EntryCell.SEQUENCE] = round;
  writer.cells[EntryCell.TIME] = -round;
  writer.generation = round;
  return writer.write(1 + (round & 31), ~round, payload, 0, fillRound(payload, round), reservedUnits);
}

/** What became of one round. All but the first are FORBIDDEN. */
function outcomeOf(reader: RingReader, kind: number, expected: number): string {
  const sequence = reader.f64[EntryCell.SEQUENCE] ?? 0;
  if (sequence > expected) return "lost";
  if (sequence < expected) return "doubled or reordered";
  const lengthBytes = fillRound(wanted, expected);
  const { i32, f64, length } = reader;
  const isWhole =
    kind === 1 + (expected & 31) &&
    length === lengthBytes &&
    f64[EntryCell.TIME] === -expected &&
    i32[EntryWord.GENERATION] === expected &&
    i32[EntryWord.CODE] === ~expected;
  for (let word = 0; word < lengthBytes >> 2; word++)
    if (i32[ENTRY_HEADER_WORDS + word] !== wanted[word]) return "torn";
  return isWhole ? "once, in order and whole" : "torn";
}

for (const first of [0, 0x7fff_f000] as const) {
  test(`[R1] between two threads each of ${ROUNDS} entries crosses once, in order and whole, from position ${first} on`, async () => {
    const place = freshRing();
    const reader = new RingReader(place, PAYLOAD_MAX, first);
    Atomics.store(new Int32Array(place.memory), place.headWord, first);
    Atomics.store(new Int32Array(place.memory), place.tailWord, first);
    const input = { place, rounds: ROUNDS, first };
    const thread = startThread(new URL("./fixtures/ring-peer.ts", import.meta.url), input);
    const outcomes = new Map<string, number>();
    for (let round = 1; round <= ROUNDS;) {
      const kind = reader.next();
      assert.notEqual(kind, RingCode.CORRUPT, `round ${round}`);
      // Outcomes of a peer that is slow, and of one that is fast: the ring is empty, and released in runs.
      if (kind === RingCode.EMPTY) {
        reader.release();
        continue;
      }
      const outcome = outcomeOf(reader, kind, round);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (outcome !== "once, in order and whole") break;
      if ((round & 15) === 0) reader.release();
      round += 1;
    }
    await thread.ended;
    assert.deepEqual([...outcomes], [["once, in order and whole", ROUNDS]]);
    assert.equal(reader.next(), RingCode.EMPTY);
  });
}

test("a full ring answers FULL, keeps its reserve for those who may use it, and takes entries again once some are released", () => {
  const place = freshRing();
  const [writer, reader] = [writerOf(place), new RingReader(place, PAYLOAD_MAX)];
  const reserve = 1024;
  let round = 1;
  while (write(writer, round, reserve) === 0) round += 1;
  assert.equal(write(writer, round, reserve), RingCode.FULL);
  let urgent = 0;
  while (write(writer, round + urgent) === 0) urgent += 1;
  assert.ok(urgent > 20, `${urgent} entries in the reserve`);
  for (let seen = 1; seen < round + urgent; seen++)
    assert.equal(outcomeOf(reader, reader.next(), seen), "once, in order and whole");
  assert.equal(write(writer, round + urgent), RingCode.FULL);
  reader.release();
  assert.equal(write(writer, round + urgent), 0);
  assert.equal(outcomeOf(reader, reader.next(), round + urgent), "once, in order and whole");
});

test(`[P7] [P22] a published end that jumps, runs backwards or lies, and lengths of every kind, are CORRUPT or one bounded entry (seed ${seed})`, () => {
  const word = fc.oneof(
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    fc.constantFrom(0, 1, -1, FILLER, 2 ** 31 - 1, -(2 ** 31), 8, 16, 8192, 8193, 65_536),
  );
  const words = fc.array(word, { minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(words, word, fc.nat({ max: 8191 }), (data, head, at) => {
      const place = freshRing();
      const ring = new Int32Array(place.memory, place.offset, place.ringBytes >> 2);
      for (let index = 0; index < data.length; index++)
        ring[(at * 2 + index) % ring.length] = data[index] ?? 0;
      const reader = new RingReader(place, PAYLOAD_MAX, at);
      Atomics.store(new Int32Array(place.memory), place.headWord, head);
      for (let count = 0; count < 8193; count++) {
        const before = reader.cursor;
        const kind = reader.next();
        const moved = (reader.cursor - before) | 0;
        assert.ok(moved >= 0 && moved <= 8192);
        if (kind <= 0) {
          assert.ok(kind === RingCode.EMPTY || kind === RingCode.CORRUPT);
          return;
        }
        assert.ok(reader.length >= 0 && reader.length <= PAYLOAD_MAX);
        assert.ok(moved >= ENTRY_HEADER_BYTES >> 3);
      }
      assert.fail("more entries than a ring holds");
    }),
    { seed, numRuns: 2_000 },
  );
});

test(`[P22] a released end that was never published is CORRUPT, and the producer writes nothing on its word (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.nat({ max: 500 }), (tail, entries) => {
      const place = freshRing();
      const writer = writerOf(place);
      for (let round = 1; round <= entries; round++) if (write(writer, round) !== 0) break;
      const { head } = writer;
      Atomics.store(new Int32Array(place.memory), place.tailWord, tail);
      // More than is free by what the writer knows: it has to ask.
      const answer = writer.room(8192 - writer.usedUnits + 1, 0);
      const isTrue = tail >= 0 && tail <= head;
      if (!isTrue) assert.equal(answer, RingCode.CORRUPT);
      else assert.notEqual(answer, RingCode.CORRUPT);
      assert.equal(writer.head, head);
    }),
    { seed, numRuns: 2_000 },
  );
});

test("[P12] what is changed behind the reader's back after it has looked changes nothing of what it uses", () => {
  const place = freshRing();
  const [writer, reader] = [writerOf(place), new RingReader(place, PAYLOAD_MAX)];
  write(writer, 5);
  const kind = reader.next();
  new Int32Array(place.memory, place.offset, place.ringBytes >> 2).fill(0x7fff_ffff);
  assert.equal(outcomeOf(reader, kind, 5), "once, in order and whole");
});

test("rings that are no power of two within the limits are refused, with the limits", () => {
  for (const bytes of [0, 4096, RING_BYTES_MIN + 8, 2 ** 27])
    assert.throws(() => makeChannel(channelMap(bytes)), /power of two from 65536 to 67108864/);
});

test("the words that each side writes share no cache line", () => {
  const places = Object.values(ChannelWord).map((place) => place * 4);
  for (const one of places)
    assert.equal(places.filter((other) => Math.abs(one - other) < 64).length, 1, `word ${one / 4}`);
  assert.ok(Math.max(...places) < CONTROL_WORDS * 4);
});
