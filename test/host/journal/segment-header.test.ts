import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32c } from "../../../host/journal/crc32c.hot.ts";
import {
  FORMAT_VERSION,
  SEGMENT_HEADER_BYTES,
  readSegmentHeader,
  writeSegmentHeader,
} from "../../../host/journal/segment-header.ts";
import { segmentIndexOf, segmentIndices, segmentName } from "../../../host/journal/segment-name.ts";

const HEADER = {
  account: "main-ä",
  environment: "exactly-16-bytes",
  sessionId: Uint8Array.from({ length: 16 }, (_, index) => index),
  epoch: 0xfffffffe,
  startWallNsLow: 0x89abcdef,
  startWallNsHigh: 0x01234567,
  segmentIndex: 42,
  firstSequence: 2 ** 40 + 3,
  previousLaneA: -5,
  previousLaneB: 6,
  syncedSequence: 2 ** 40 + 2,
} as const;

test("a segment header comes back as it was written", () => {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES, 255);
  writeSegmentHeader(bytes, HEADER);
  assert.deepEqual(readSegmentHeader(bytes), HEADER);
});

test("every flipped bit of a segment header is found [J4]", () => {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  writeSegmentHeader(bytes, HEADER);
  for (let bit = 0; bit < SEGMENT_HEADER_BYTES * 8; bit++) {
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(readSegmentHeader(bytes), "DAMAGED");
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  }
  assert.equal(readSegmentHeader(bytes.subarray(0, 127)), "DAMAGED");
});

test("an intact header of a later format is told apart from a damaged one, an earlier one is none of ours [J15]", () => {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  writeSegmentHeader(bytes, HEADER);
  for (const [version, expected] of [
    [FORMAT_VERSION + 1, "NEWER"],
    [FORMAT_VERSION - 1, "DAMAGED"],
  ] as const) {
    bytes.writeUInt32LE(version, 12);
    bytes.writeInt32LE(crc32c(bytes, 12, SEGMENT_HEADER_BYTES - 12), 8);
    assert.equal(readSegmentHeader(bytes), expected);
  }
});

test("an identity that does not fit is refused with its limits", () => {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  assert.throws(() => writeSegmentHeader(bytes, { ...HEADER, account: "x".repeat(33) }), /1 to 32/);
  assert.throws(() => writeSegmentHeader(bytes, { ...HEADER, environment: "" }), /1 to 16/);
  assert.throws(() => writeSegmentHeader(bytes, { ...HEADER, account: "a\0b" }), /none of them zero/);
  assert.throws(
    () => writeSegmentHeader(bytes, { ...HEADER, sessionId: new Uint8Array(15) }),
    /16 random bytes/,
  );
});

test("segment names sort as their indices and others are no segments", () => {
  const indices = [1, 2, 10, 999, 1_000_000_000];
  assert.deepEqual(indices.map(segmentName).sort().map(segmentIndexOf), indices);
  assert.deepEqual(
    segmentIndices(["LOCK", segmentName(10), "segment-1.journal", segmentName(9), `${segmentName(3)}.bak`]),
    [9, 10],
  );
});
