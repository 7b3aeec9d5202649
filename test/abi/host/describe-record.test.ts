import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BookDelta, describeRecord, HEADER_BYTES, Quote, recordLayouts } from "../../../abi/host/index.ts";
import type { RecordName } from "../../../abi/host/index.ts";
import { bookDeltaBytes, BookRecordMemory } from "../../support/book-records.ts";
import { randomSeed } from "../../support/random-seed.ts";
import { writeRecord } from "../../support/record-writer.ts";

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

test("a record is put in words by name: integers beyond 2^53 as they are, texts without their zeros, padding left out", () => {
  const record = writeRecord("InstrumentDefinition", {
    tickSize: 2n ** 60n,
    instrumentId: 0xffff_ffff,
    symbol: "BTCUSDT",
    priceExponent: -8,
  });
  const described = describeRecord(viewOf(record), 0);
  assert.ok(described?.name === "InstrumentDefinition");
  const { tickSize, instrumentId, symbol, priceExponent, baseAsset } = described.fields;
  assert.deepEqual(
    [tickSize, instrumentId, symbol, priceExponent, baseAsset],
    [2n ** 60n, 0xffff_ffff, "BTCUSDT", -8, ""],
  );
  assert.ok(!Object.keys(described.fields).some((name) => name.startsWith("padding")));
});

test("every record of the schema can be described, its fields zero", () => {
  for (const name of Object.keys(recordLayouts) as RecordName[]) {
    const groups = Buffer.alloc((recordLayouts[name].match(/\{/g)?.length ?? 0) * 8);
    const described = describeRecord(viewOf(writeRecord(name, {}, groups)), 0);
    assert.ok(described?.name === name);
    for (const value of Object.values(described.fields))
      assert.ok(
        [0, 0n, ""].includes(value as number) ||
          (value as readonly number[]).every((each) => Number(each) === 0),
      );
  }
});

test("groups come with their entries, arrays with their elements", () => {
  const values = {
    firstUpdateId: 1,
    lastUpdateId: 2,
    bids: [
      [5, 6],
      [7, 8],
    ] as const,
    asks: [[9, 10]] as const,
  };
  const memory = new BookRecordMemory(bookDeltaBytes(values));
  memory.write(values);
  const described = describeRecord(memory.view, 0);
  assert.deepEqual(described?.groups, {
    bids: [
      { price: 5n, size: 6n },
      { price: 7n, size: 8n },
    ],
    asks: [{ price: 9n, size: 10n }],
  });
  const top = writeRecord("BookTop", {});
  top.writeBigInt64LE(77n, HEADER_BYTES + 16 + 8 * 9);
  assert.equal(
    (describeRecord(viewOf(top), 0)?.fields["bidPrices"] as readonly bigint[] | undefined)?.[9],
    77n,
  );
});

test("an earlier, shorter form of a record shows the fields that it has", () => {
  const record = writeRecord("Quote", { bidPrice: 5, timeNs: 9 }).subarray(0, HEADER_BYTES + Quote.padding);
  record.writeUInt16LE(Quote.padding, 0);
  const fields = describeRecord(viewOf(record), 0)?.fields ?? {};
  assert.deepEqual([fields["bidPrice"], "timeNs" in fields], [5n, false]);
});

test("[V10] a group that claims more entries than there are bytes, or entries of no bytes, is no record", () => {
  for (const [entryBytes, count] of [
    [16, 0xffff_ffff],
    [16, 2],
    [0, 0xffff_ffff],
    [0, 1],
    [65_535, 65_535],
  ] as const) {
    const groups = Buffer.alloc(8 + 16 + 8);
    groups.writeUInt16LE(entryBytes, 0);
    groups.writeUInt32LE(count, 4);
    assert.equal(
      describeRecord(viewOf(writeRecord("BookDelta", {}, groups)), 0),
      null,
      `${entryBytes} ${count}`,
    );
  }
  assert.equal(describeRecord(viewOf(writeRecord("BookDelta", {}, Buffer.alloc(4))), 0), null);
});

test("what is cut short, of no known template, or beyond the end is no record", () => {
  const record = writeRecord("Quote", { bidPrice: 5 });
  assert.equal(describeRecord(viewOf(record.subarray(0, 7)), 0), null);
  assert.equal(describeRecord(viewOf(record.subarray(0, -1)), 0), null);
  assert.equal(describeRecord(viewOf(record), 8), null);
  record.writeUInt16LE(999, 2);
  assert.equal(describeRecord(viewOf(record), 0), null);
});

test(`[V10] no bytes make it throw (seed ${randomSeed})`, () => {
  const templates = fc.constantFrom(10, 12, 13, 23, 31, BookDelta.templateId);
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 4, maxLength: 400 }),
      templates,
      fc.nat(20),
      (bytes, template, offset) => {
        const view = viewOf(bytes);
        view.setUint16(2, template, true);
        describeRecord(view, 0);
        describeRecord(view, offset);
      },
    ),
    { seed: randomSeed, numRuns: 2_000 },
  );
});
