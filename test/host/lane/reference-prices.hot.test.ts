import assert from "node:assert/strict";
import { test } from "node:test";
import { HEADER_BYTES } from "../../../abi/host/index.ts";
import { ReferencePrices as JudgedPrices } from "../../../host/execution/risk/index.ts";
import { REFERENCE_CELLS, ReferenceCell } from "../../../host/lane/index.ts";
import { QuoteCode, ReferencePrices } from "../../../host/lane/reference-prices.hot.ts";
import type { FieldValues } from "../../support/record-writer.ts";
import { writeRecord } from "../../support/record-writer.ts";

function rig() {
  const nowNs = Float64Array.of(5);
  const judged = new JudgedPrices(2);
  const prices = new ReferencePrices(2, nowNs, judged);
  const quote = (changes: FieldValues = {}): number => {
    const record = writeRecord("Quote", {
      updateId: 10,
      bidPrice: 100,
      bidSize: 1,
      askPrice: 101,
      askSize: 2,
      ...changes,
    });
    return prices.takeQuote(new Int32Array(new Uint8Array(record.subarray(HEADER_BYTES)).buffer), 1);
  };
  const row = (): number[] => [...prices.cells.subarray(REFERENCE_CELLS, REFERENCE_CELLS + 6)];
  return { nowNs, judged, prices, quote, row };
}

test("a quote becomes the reference, and what the gate judges by follows it with its time", () => {
  const { judged, prices, quote, row } = rig();
  assert.equal(prices.isKnown(1), false);
  assert.equal(quote(), QuoteCode.TAKEN);
  assert.deepEqual(row(), [100, 1, 101, 2, 10, 5]);
  assert.deepEqual([judged.bidPrice[1], judged.askPrice[1], judged.timeNs[1]], [100, 101, 5]);
  assert.deepEqual([prices.isKnown(1), prices.isKnown(0)], [true, false]);
  // A price alone proves nothing: the book does.
  assert.equal(judged.isValid[1], 0);
  prices.prove(1, true);
  assert.equal(judged.isValid[1], 1);
});

test("[M3] crossed, locked, empty, negative and unsafe quotes are refused, and the last one stands", () => {
  const { quote, row } = rig();
  quote();
  const max = Number.MAX_SAFE_INTEGER;
  for (const changes of [
    { bidPrice: 102 },
    { bidPrice: 101 },
    { bidPrice: 0 },
    { bidPrice: -1 },
    { askPrice: 2n ** 53n },
    { askPrice: 2n ** 63n - 1n },
    { bidSize: 0 },
    { askSize: 0 },
    { bidSize: -1 },
    { bidSize: max, askSize: 1 },
    { updateId: 2n ** 53n },
  ])
    assert.equal(
      quote({ updateId: 11, ...changes }),
      QuoteCode.REFUSED,
      JSON.stringify(changes, (_, value: unknown) => String(value)),
    );
  assert.deepEqual(row(), [100, 1, 101, 2, 10, 5]);
  assert.equal(quote({ updateId: 11, bidSize: max - 1, askSize: 1, askPrice: max }), QuoteCode.TAKEN);
});

test("[M6] the newer by update id stands, of quotes as of the book", () => {
  const { prices, nowNs, quote, row } = rig();
  quote();
  for (const updateId of [10, 9, 0, 2n ** 64n - 1n])
    assert.equal(quote({ updateId, bidPrice: 50 }), QuoteCode.OLD);
  nowNs[0] = 6;
  prices.takeBook(1, Float64Array.of(98, 3, 99, 4), Float64Array.of(10));
  assert.equal(row()[ReferenceCell.BID_PRICE], 100);
  prices.takeBook(1, Float64Array.of(98, 3, 99, 4), Float64Array.of(11));
  assert.deepEqual(row(), [98, 3, 99, 4, 11, 6]);
  // A book with one side alone, or crossed, is no reference.
  for (const best of [
    [0, 0, 99, 4],
    [98, 3, 0, 0],
    [98, 3, 98, 4],
  ])
    prices.takeBook(1, Float64Array.from(best), Float64Array.of(12));
  assert.equal(row()[ReferenceCell.UPDATE_ID], 11);
});

test("[M1] a lost book takes the reference with it, and ids begin anew", () => {
  const { prices, judged, quote, row } = rig();
  quote();
  prices.prove(1, true);
  prices.invalidate(1);
  assert.deepEqual([row(), judged.isValid[1], prices.isKnown(1)], [[0, 0, 0, 0, 0, 0], 0, false]);
  assert.equal(quote({ updateId: 1 }), QuoteCode.TAKEN);
});
