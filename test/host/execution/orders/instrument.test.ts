import assert from "node:assert/strict";
import { test } from "node:test";
import { createInstrument, InstrumentTable } from "../../../../host/execution/orders/index.ts";
import type { Instrument } from "../../../../host/execution/orders/index.ts";
import { bitcoin, future } from "../support/execution-desk.ts";

const wrong: readonly (readonly [Partial<Instrument>, RegExp])[] = [
  [{ symbol: "" }, /symbol ""/],
  [{ symbol: "BTC USDT" }, /printable/],
  [{ instrumentId: 0 }, /instrumentId is 0/],
  [{ instrumentId: 65_536 }, /instrumentId is 65536/],
  [{ venueIndex: 256 }, /venueIndex/],
  [{ priceExponent: 1 }, /priceExponent/],
  [{ sizeExponent: -19 }, /sizeExponent/],
  [{ quoteExponent: -17 }, /choose another quoteExponent/],
  [{ priceExponent: -18, sizeExponent: 0, quoteExponent: -9 }, /9 above/],
  [{ contractMultiplier: 0 }, /contractMultiplier/],
  [{ contractMultiplier: 2 }, /a spot instrument has 1/],
  [{ tickSize: 0 }, /tickSize/],
  [{ lotSize: 0.5 }, /lotSize/],
  [{ minQuantity: 0 }, /minQuantity/],
  [{ maxQuantity: 999 }, /maxQuantity/],
  [{ minNotional: -1 }, /minNotional/],
  [{ baseAssetId: 2 }, /both 2/],
  [{ quoteAssetId: 2 ** 32 }, /quoteAssetId/],
  [{ version: 0 }, /version/],
];
for (const [change, message] of wrong) {
  test(`an instrument with ${JSON.stringify(change)} is refused with the reason`, () => {
    assert.throws(() => createInstrument({ ...bitcoin, ...change }), message);
  });
}

test("a new grid is taken when nothing else changed and the version rose", () => {
  const table = new InstrumentTable([bitcoin, future]);
  table.replaceGrid({ ...bitcoin, version: 2, tickSize: 5 });
  assert.equal(table.tickSize[0], 5);
  assert.equal(table.instruments[0]?.version, 2);
  assert.throws(() => table.replaceGrid({ ...bitcoin, version: 2 }), /version 2 is not above 2/);
  assert.throws(
    () => table.replaceGrid({ ...bitcoin, version: 3, sizeExponent: -7 }),
    /sizeExponent changed/,
  );
  assert.throws(() => table.replaceGrid({ ...bitcoin, instrumentId: 5, version: 3 }), /unknown id 5/);
});

test("instruments are found by id, signed or not, and none is given twice", () => {
  const table = new InstrumentTable([bitcoin, future]);
  assert.deepEqual(
    [table.indexOf(1), table.indexOf(9), table.indexOf(2), table.indexOf(-1), table.indexOf(70_000)],
    [0, 1, -1, -1, -1],
  );
  assert.equal(table.quoteGroupCount, 2);
  assert.throws(() => new InstrumentTable([bitcoin, bitcoin]), /id 1 is used twice/);
  assert.throws(() => new InstrumentTable([]), /0 instruments/);
});
