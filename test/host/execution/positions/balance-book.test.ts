import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Side } from "../../../../abi/host/index.ts";
import { createInstrument, InstrumentTable } from "../../../../host/execution/orders/index.ts";
import {
  AssetTable,
  BalanceBook,
  BalanceFault,
  recompute,
} from "../../../../host/execution/positions/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { bitcoin, future, UNIT } from "../support/execution-desk.ts";
import { ExecutionRecords } from "../support/execution-records.ts";

/** The desk's instruments are at two venues, and each has a row for every asset. */
const NONE = [0, 0, 0, 0];

const assets = [
  { assetId: 1, code: "BTC", exponent: -8 },
  { assetId: 2, code: "USDT", exponent: -8 },
  { assetId: 4, code: "USD", exponent: -8 },
  { assetId: 5, code: "BNB", exponent: -8 },
];

function book(): BalanceBook {
  return new BalanceBook(new InstrumentTable([bitcoin, future]), new AssetTable(assets), 2);
}

test("a purchase moves both balances and its fee, in whichever asset it is charged", () => {
  const balances = book();
  assert.equal(balances.applyFill(Float64Array.of(20_000 * UNIT, UNIT, 100_000), 0, 0, Side.BUY, 1), 0);
  assert.deepEqual([...balances.expectedWhole], [UNIT - 100_000, -20_000 * UNIT, 0, 0, ...NONE]);
  assert.equal(balances.applyFill(Float64Array.of(20_000 * UNIT, UNIT, 7), 1, 0, Side.SELL, 5), 0);
  assert.deepEqual([...balances.expectedWhole], [-100_000, 0, 0, -7, ...NONE]);
  assert.deepEqual([...balances.fees], [100_000, 0, 0, 7, ...NONE]);
  assert.deepEqual([balances.agentFees[0], balances.agentFees[11]], [100_000, 7]);
});

test("a future's fill moves no balance but the fee; a rebate is a negative fee", () => {
  const balances = book();
  balances.applyFill(Float64Array.of(5_000_000_000_000, 1, -25), 0, 1, Side.BUY, 4);
  assert.deepEqual([...balances.expectedWhole], [...NONE, 0, 0, 25, 0]);
});

test("a fee in an unknown asset is shown and the fill is folded all the same", () => {
  const balances = book();
  const fault = balances.applyFill(Float64Array.of(UNIT, UNIT, 1), 0, 0, Side.BUY, 0xffff_ffff);
  assert.equal(fault, BalanceFault.UNKNOWN_FEE_ASSET);
  assert.equal(balances.unknownFees[0], 1);
  assert.equal(balances.expectedWhole[0], UNIT);
});

test("the first report opens the fold; later ones show a difference and repair nothing", () => {
  const balances = book();
  const records = new ExecutionRecords();
  const cells = new Float64Array(1);
  const report = (free: number, locked: number): number => {
    const { words, offset } = records.balance(1, free, locked);
    return balances.applyBalance(words, offset, 0);
  };
  assert.equal(report(10 * UNIT, UNIT), 0);
  balances.applyFill(Float64Array.of(UNIT, UNIT, 0), 0, 0, Side.BUY, 0);
  report(12 * UNIT, 0);
  balances.difference(0, cells, 0);
  assert.equal(cells[0], 0);
  report(12 * UNIT, 3);
  balances.difference(0, cells, 0);
  assert.equal(cells[0], 3);
  assert.equal(balances.expectedWhole[0], 12 * UNIT);
  assert.deepEqual([balances.reportedFree[0], balances.reportedLocked[0]], [12 * UNIT, 3]);
});

test("a balance of an unknown asset or with unsafe numbers is refused", () => {
  const balances = book();
  const records = new ExecutionRecords();
  for (const [asset, free, locked] of [
    [3, 1, 1],
    [0, 1, 1],
    [1, 2 ** 53, 0],
    [1, 2 ** 52, 2 ** 52],
  ] as const) {
    const { words, offset } = records.balance(asset, free, locked);
    assert.equal(balances.applyBalance(words, offset, 0), -1);
  }
  assert.equal(balances.isReported[0], 0);
});

test("an overflow leaves the asset as it was and marks it", () => {
  const balances = book();
  assert.equal(
    balances.applyFill(Float64Array.of(2 ** 52, 2 ** 40, 0), 0, 0, Side.BUY, 0),
    BalanceFault.OVERFLOW,
  );
  assert.deepEqual([...balances.broken], [0, 1, 0, 0, ...NONE]);
  assert.equal(balances.expectedWhole[1], 0);
  const most = Float64Array.of(1, 1, Number.MAX_SAFE_INTEGER);
  assert.equal(balances.applyFill(most, 0, 0, Side.SELL, 5), 0);
  assert.equal(balances.applyFill(most, 0, 0, Side.SELL, 5), BalanceFault.OVERFLOW);
  const lot = Float64Array.of(1, Number.MAX_SAFE_INTEGER, 0);
  assert.equal(balances.applyFill(lot, 0, 0, Side.SELL, 0), 0);
  assert.equal(balances.applyFill(lot, 0, 0, Side.SELL, 0), BalanceFault.OVERFLOW);
  assert.equal(balances.broken[0], 1);
});

test(`expected balances and fees equal the independent computation (seed ${randomSeed})`, () => {
  const fill = fc.record({
    isBuy: fc.boolean(),
    price: fc.integer({ min: 1, max: 3_000_000_000_000 }),
    quantity: fc.integer({ min: 1, max: 50_000_000 }),
    commission: fc.integer({ min: -50, max: 5000 }),
  });
  const property = fc.property(fc.array(fill, { maxLength: 40 }), (list) => {
    const balances = book();
    for (const { isBuy, price, quantity, commission } of list) {
      balances.applyFill(Float64Array.of(price, quantity, commission), 0, 0, isBuy ? Side.BUY : Side.SELL, 1);
    }
    const recorded = list.map(({ isBuy, price, quantity, commission }) => ({
      agent: 0,
      instrumentId: 1,
      side: isBuy ? ("BUY" as const) : ("SELL" as const),
      price: BigInt(price),
      quantity: BigInt(quantity),
      commission: BigInt(commission),
      commissionAssetId: 1,
    }));
    const expected = recompute(recorded, [bitcoin]);
    const position = expected.account.get(1);
    const fee = expected.fees.get(1) ?? 0n;
    assert.equal(BigInt(balances.expectedWhole[0] ?? 0), (position?.quantity ?? 0n) - fee);
    const quote =
      BigInt(balances.expectedWhole[1] ?? 0) * 100_000_000n + BigInt(balances.expectedParts[1] ?? 0);
    assert.equal(quote, position?.cash ?? 0n);
    assert.equal(BigInt(balances.fees[0] ?? 0), fee);
  });
  fc.assert(property, { seed: randomSeed, numRuns: 300 });
});

test("assets and instruments that do not fit together are refused with the remedy", () => {
  const table = new InstrumentTable([bitcoin]);
  const bind = (list: typeof assets): BalanceBook => new BalanceBook(table, new AssetTable(list), 1);
  assert.throws(() => bind([{ assetId: 1, code: "BTC", exponent: -8 }]), /quote asset 2 is not defined/);
  assert.throws(() => bind([{ assetId: 2, code: "USDT", exponent: -6 }]), /quoteExponent, -8/);
  assert.throws(
    () =>
      bind([
        { assetId: 1, code: "BTC", exponent: -7 },
        { assetId: 2, code: "USDT", exponent: -8 },
      ]),
    /from -16 to -8/,
  );
  assert.throws(() => bind([]), /0 assets/);
  assert.throws(() => bind([{ assetId: 0, code: "X", exponent: 0 }]), /id 0/);
  assert.throws(() => bind([{ assetId: 1, code: "", exponent: 0 }]), /printable/);
  assert.throws(() => bind([{ assetId: 1, code: "X", exponent: 1 }]), /exponent 1/);
  assert.throws(
    () =>
      bind([
        { assetId: 1, code: "X", exponent: 0 },
        { assetId: 1, code: "Y", exponent: 0 },
      ]),
    /used twice/,
  );
  const coarse = createInstrument({ ...bitcoin, sizeExponent: -5, quoteExponent: -8 });
  const balances = new BalanceBook(new InstrumentTable([coarse]), new AssetTable(assets), 1);
  balances.applyFill(Float64Array.of(1, 3, 0), 0, 0, Side.BUY, 0);
  assert.equal(balances.expectedWhole[0], 3000, "a size at -5 in an asset at -8");
});

test("fills of an instrument that is not given cannot be recomputed", () => {
  const fill = {
    agent: 0,
    instrumentId: 8,
    side: "BUY" as const,
    price: 1n,
    quantity: 1n,
    commission: 0n,
    commissionAssetId: 0,
  };
  assert.throws(() => recompute([fill], [bitcoin]), /pass its definition too/);
});

test("two venues' reports of one asset are two balances, and an order's fill moves that of its venue", () => {
  const balances = book();
  const records = new ExecutionRecords();
  const report = (free: number, venue: number): number => {
    const { words, offset } = records.balance(2, free, 0);
    return balances.applyBalance(words, offset, venue);
  };
  assert.deepEqual([report(5 * UNIT, 0), report(7 * UNIT, 1)], [1, 5]);
  assert.deepEqual([balances.reportedFree[1], balances.reportedFree[5]], [5 * UNIT, 7 * UNIT]);
  balances.applyFill(Float64Array.of(UNIT, UNIT, 0), 0, 0, Side.BUY, 0);
  assert.deepEqual([balances.expectedWhole[1], balances.expectedWhole[5]], [4 * UNIT, 7 * UNIT]);
});

test(`what fills have moved is told apart from what reports have put there, to the last part, however often those are taken as true (seed ${randomSeed})`, () => {
  const step = fc.record({
    isBuy: fc.boolean(),
    price: fc.integer({ min: 1, max: 1e9 }),
    quantity: fc.integer({ min: 1, max: 1e5 }),
    reported: fc.option(fc.integer({ min: 0, max: 1e12 })),
  });
  const property = fc.property(fc.array(step, { minLength: 2, maxLength: 30 }), (steps) => {
    const balances = book();
    const records = new ExecutionRecords();
    let moved = 0n;
    for (const { isBuy, price, quantity, reported } of steps) {
      balances.applyFill(Float64Array.of(price, quantity, 0), 0, 0, isBuy ? Side.BUY : Side.SELL, 0);
      moved += BigInt(price) * BigInt(quantity) * (isBuy ? -1n : 1n);
      if (reported === null) continue;
      const { words, offset } = records.balance(2, reported, 0);
      balances.applyBalance(words, offset, 0);
      balances.rebase(1);
      assert.equal(balances.expectedWhole[1], reported);
    }
    const [whole, parts] = [balances.expectedWhole, balances.expectedParts];
    const expected = BigInt(whole[1] ?? 0) * 100_000_000n + BigInt(parts[1] ?? 0);
    const base = BigInt(balances.baseWhole[1] ?? 0) * 100_000_000n + BigInt(balances.baseParts[1] ?? 0);
    assert.equal(expected - base, moved);
    assert.ok((balances.baseParts[1] ?? -1) >= 0);
  });
  fc.assert(property, { seed: randomSeed });
});
