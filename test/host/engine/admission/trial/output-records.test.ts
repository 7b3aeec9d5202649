import assert from "node:assert/strict";
import { test } from "node:test";
import { BookDelta, HEADER_BYTES } from "../../../../../abi/host/index.ts";
import { outputRecords } from "../../../../../host/engine/admission/trial/output-records.ts";
import { encodeRecord } from "../../../../../tools/plugin-kit/record-encoder.ts";

const signal = encodeRecord("Signal", { score: 1 });
const delta = encodeRecord("BookDelta", {
  bids: [{ price: 5n, size: 6n }],
  asks: [
    { price: 7n, size: 8n },
    { price: 9n, size: 1n },
  ],
});
const bidsAt = HEADER_BYTES + BookDelta.blockLength;

function changed(record: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(record);
  change(copy);
  return copy;
}

test("records are taken apart, with what follows their blocks", () => {
  const frame = encodeRecord("OutboundFrame", { lengthBytes: 3 }, Buffer.from("abc\0\0\0\0\0"));
  const records = outputRecords(Buffer.concat([signal, delta, frame])) ?? [];
  assert.deepEqual(
    records.map(({ name, block, rest }) => [name, block.byteLength, rest.byteLength]),
    [
      ["Signal", 40, 0],
      ["BookDelta", 32, 8 + 16 + 8 + 32],
      ["OutboundFrame", 8, 3],
    ],
  );
  assert.deepEqual(outputRecords(new Uint8Array(0)), []);
});

test("a record in a longer form, as of a later schema, is one", () => {
  const longer = changed(Buffer.concat([signal, Buffer.alloc(8)]), (copy) => copy.writeUInt16LE(48, 0));
  assert.equal(outputRecords(longer)?.[0]?.block.byteLength, 48);
});

test("an empty group needs no length of entries", () => {
  const empty = encodeRecord("BookDelta", {});
  assert.equal(outputRecords(changed(empty, (copy) => copy.writeUInt16LE(0, bidsAt)))?.length, 1);
});

test("[P8] bytes that are no sequence of records are none", () => {
  const wrong: readonly (readonly [string, Uint8Array])[] = [
    ["cut in the header", signal.subarray(0, 4)],
    ["cut in the block", signal.subarray(0, 40)],
    [
      "a block of more bytes than any",
      changed(Buffer.concat([signal, Buffer.alloc(600)]), (copy) => copy.writeUInt16LE(520, 0)),
    ],
    ["a group cut in its header", delta.subarray(0, bidsAt + 4)],
    ["entries that are too short", changed(delta, (copy) => copy.writeUInt16LE(8, bidsAt))],
    ["entries of no whole words", changed(delta, (copy) => copy.writeUInt16LE(20, bidsAt))],
    [
      "more entries than there are bytes",
      changed(delta, (copy) => copy.writeUInt32LE(0xffff_ffff, bidsAt + 4)),
    ],
    ["asks beyond the end", changed(delta, (copy) => copy.writeUInt32LE(3, bidsAt + 8 + 16 + 4))],
    ["a good record and half of one", Buffer.concat([signal, signal.subarray(0, 24)])],
  ];
  for (const [name, bytes] of wrong) assert.equal(outputRecords(bytes), null, name);
});
