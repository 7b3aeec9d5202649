import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as abi from "../../../abi/host/index.ts";
import { describeRecord, HEADER_BYTES, Quote, recordLayouts, SCHEMA_ID } from "../../../abi/host/index.ts";
import type { RecordName } from "../../../abi/host/index.ts";
import { encodeRecord } from "../../../tools/plugin-kit/index.ts";
import { randomSeed } from "../../support/random-seed.ts";
import { writeRecord } from "../../support/record-writer.ts";

function described(record: Buffer): ReturnType<typeof describeRecord> {
  return describeRecord(new DataView(record.buffer, record.byteOffset, record.length), 0);
}

test(`fields come back as they were given (seed ${randomSeed})`, () => {
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(int64, uint32, int64, (bidPrice, instrumentId, timeNs) => {
      const given = { bidPrice, instrumentId, timeNs };
      const record = encodeRecord("Quote", given);
      assert.equal(record.length, HEADER_BYTES + Quote.blockLength);
      assert.deepEqual(
        [record.readUInt16LE(0), record.readUInt16LE(2), record.readUInt16LE(4)],
        [Quote.blockLength, Quote.templateId, SCHEMA_ID],
      );
      assert.deepEqual(record, writeRecord("Quote", given));
    }),
    { seed: randomSeed },
  );
});

test("every record has the length that the schema gives it, whatever its last field is", () => {
  for (const name of Object.keys(recordLayouts) as RecordName[]) {
    const { blockLength } = (abi as unknown as Record<RecordName, { readonly blockLength: number }>)[name];
    assert.equal(encodeRecord(name, {}).readUInt16LE(0), blockLength, name);
  }
});

test("arrays, text, enumerations and groups are laid where the schema has them", () => {
  const top = described(encodeRecord("BookTop", { bidSizes: [3, 2n], bidCount: 2 }));
  assert.deepEqual(top?.fields["bidSizes"], [3n, 2n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]);
  const definition = described(
    encodeRecord("InstrumentDefinition", { symbol: "BTCUSDT", priceExponent: -8 }),
  );
  assert.deepEqual([definition?.fields["symbol"], definition?.fields["priceExponent"]], ["BTCUSDT", -8]);
  const pool = described(
    encodeRecord("SignalPool", { instrumentId: 1, signals: [{ score: 0.5, agentIndex: 3 }, {}] }),
  );
  assert.deepEqual(
    pool?.groups["signals"]?.map(({ score, agentIndex }) => [score, agentIndex]),
    [
      [0.5, 3],
      [0, 0],
    ],
  );
  const delta = described(encodeRecord("BookDelta", { asks: [{ price: 7, size: 8 }] }));
  assert.deepEqual([delta?.groups["bids"], delta?.groups["asks"]], [[], [{ price: 7n, size: 8n }]]);
});

test("what follows a block is laid behind it", () => {
  const record = encodeRecord("Frame", { lengthBytes: 2 }, Buffer.from("hi"));
  assert.equal(record.subarray(-2).toString(), "hi");
});

test("a field that the record does not have is refused with those that it has", () => {
  const given: object = { price: 1 };
  assert.throws(() => encodeRecord("Timer", given), /Timer has no field "price"; it has timeNs$/);
  const entry: object = { prize: 1 };
  assert.throws(
    () => encodeRecord("SignalPool", { signals: [{}, entry] }),
    /SignalPool\.signals has no field "prize"; it has score, confidence/,
  );
});

test("a value that the field does not take is refused with the field's name", () => {
  for (const [fields, text] of [
    [{ instrumentId: -1 }, /Trade\.instrumentId does not take -1/],
    [{ instrumentId: 1.5 }, /Trade\.instrumentId does not take 1\.5: .*no whole number/],
    [{ aggressorSide: 256 }, /Trade\.aggressorSide does not take 256/],
    [{ price: 0.5 }, /Trade\.price does not take 0\.5/],
    [{ price: 2n ** 63n }, /Trade\.price does not take/],
  ] as const)
    assert.throws(() => encodeRecord("Trade", fields), text);
  assert.throws(
    () => encodeRecord("FeatureVector", { values: Array.from({ length: 17 }, () => 0) }),
    /holds 16 values/,
  );
  assert.throws(() => encodeRecord("AssetDefinition", { asset: "NINE CHARS" }), /holds 8 bytes/);
  const asset: unknown = 7;
  assert.throws(
    () => encodeRecord("AssetDefinition", { asset: asset as string }),
    /asset does not take 7: .*holds text/,
  );
});
