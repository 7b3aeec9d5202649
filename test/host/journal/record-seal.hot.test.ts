import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { crc32c } from "../../../host/journal/crc32c.hot.ts";
import { RecordSealer } from "../../../host/journal/record-seal.hot.ts";

test("CRC-32C gives the check value of its definition and the vectors of RFC 3720 B.4", () => {
  const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);
  const vectors: readonly [Uint8Array, number][] = [
    [Buffer.from("123456789"), 0xe3069283],
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(255), 0x62a8ab43],
    [ascending, 0x46dd794e],
    [ascending.toReversed(), 0x113fdb5c],
  ];
  for (const [bytes, expected] of vectors) assert.equal(crc32c(bytes, 0, bytes.length) >>> 0, expected);
});

test("the sealer's eight bytes at a time agree with the byte-wise CRC for every even number of words", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (chunk) => {
      const bytes = new Uint8Array(chunk.length * 8).map(
        (_, index) => (chunk[index % chunk.length] ?? 0) + index,
      );
      const sealer = new RecordSealer();
      sealer.digest(new Int32Array(bytes.buffer), 0, bytes.length / 4);
      assert.equal(sealer.crc, crc32c(bytes, 4, bytes.length - 4));
    }),
  );
});

test("every flipped bit after the first word changes the CRC and the chain hash", () => {
  const words = new Int32Array(18).map((_, index) => Math.imul(index + 1, 0x9e3779b9));
  const sealer = new RecordSealer();
  sealer.digest(words, 0, words.length);
  const { crc, laneA, laneB } = sealer;
  for (let bit = 32; bit < words.length * 32; bit++) {
    words[bit >> 5] = (words[bit >> 5] ?? 0) ^ (1 << (bit & 31));
    sealer.digest(words, 0, words.length);
    assert.notEqual(sealer.crc, crc);
    assert.ok(sealer.laneA !== laneA || sealer.laneB !== laneB);
    words[bit >> 5] = (words[bit >> 5] ?? 0) ^ (1 << (bit & 31));
  }
});

test("the sealer digests the record at its place, whatever lies around it", () => {
  const words = new Int32Array(64).map((_, index) => index * 7);
  const sealer = new RecordSealer();
  sealer.digest(words, 10, 20);
  const { crc, laneA, laneB } = sealer;
  words.fill(-1, 0, 11);
  words.fill(-1, 30);
  sealer.digest(words, 10, 20);
  assert.deepEqual([sealer.crc, sealer.laneA, sealer.laneB], [crc, laneA, laneB]);
});
