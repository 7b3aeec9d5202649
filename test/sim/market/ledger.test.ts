import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Ledger, MatchingEngine, Purses } from "../../../sim/market/index.ts";
import type { Execution, Fee, LedgerOptions } from "../../../sim/market/index.ts";
import { IOC, MARKET, order } from "./event-log.ts";

const ONE = 100_000_000;
/** One unit of an asset, exponent -16. */
const UNIT = 10n ** 16n;

/** A ledger with an engine; account 1 has 10 BTC and 1,000 USDT, fees are 10 and 20 bps. */
function books(options: Partial<LedgerOptions> = {}): {
  ledger: Ledger;
  engine: MatchingEngine;
  fees: [Fee, Fee][];
} {
  const fees: [Fee, Fee][] = [];
  const ledger = new Ledger({
    baseAsset: "BTC",
    quoteAsset: "USDT",
    makerFeeBps: 10,
    takerFeeBps: 20,
    openingBalances: [
      { account: 1, asset: "BTC", amount: 1_000_000_000n },
      { account: 1, asset: "USDT", amount: 100_000_000_000n },
    ],
    ...options,
  });
  class FeeReader extends Ledger {
    override onExecution(execution: Execution): void {
      ledger.onExecution(execution);
      fees.push([ledger.fee(execution, execution.maker), ledger.fee(execution, execution.taker)]);
    }
    override onAccepted: Ledger["onAccepted"] = (state) => ledger.onAccepted(state);
    override onCanceled: Ledger["onCanceled"] = (state) => ledger.onCanceled(state);
    override onExpired: Ledger["onExpired"] = (state) => ledger.onExpired(state);
  }
  const nothing = { baseAsset: "", quoteAsset: "", makerFeeBps: 0, takerFeeBps: 0, openingBalances: [] };
  return { ledger, fees, engine: new MatchingEngine({ listener: new FeeReader(nothing) }) };
}

test("an open buy locks quote at its limit, an open sell locks base, a cancel unlocks", () => {
  const { engine, ledger } = books();
  const bought = engine.submit(order(1, "b", "B", 3 * ONE, 50 * ONE), 1);
  engine.submit(order(1, "s", "S", 4 * ONE, 60 * ONE), 1);
  assert.deepEqual(ledger.balance(1, "USDT"), { free: 850n * UNIT, locked: 150n * UNIT });
  assert.deepEqual(ledger.balance(1, "BTC"), { free: 6n * UNIT, locked: 4n * UNIT });
  assert.ok(bought.ok);
  engine.cancel(bought.order.orderId, 2, null);
  assert.deepEqual(ledger.balance(1, "USDT"), { free: 1000n * UNIT, locked: 0n });
});

test("a buy pays the maker's price, gets its improvement back, and its fee in base", () => {
  const { engine, fees, ledger } = books();
  engine.submit(order(0, "s", "S", 2 * ONE, 40 * ONE), 1);
  engine.submit(order(1, "b", "B", 3 * ONE, 50 * ONE), 1);
  assert.deepEqual(ledger.balance(1, "USDT"), { free: 870n * UNIT, locked: 50n * UNIT });
  assert.deepEqual(ledger.balance(1, "BTC"), { free: 12n * UNIT - (4n * UNIT) / 1000n, locked: 0n });
  assert.deepEqual(fees[0]?.[1], { asset: "BTC", amount: 400_000n, charged: 400_000n * 100_000_000n });
  assert.equal(ledger.fees("BTC"), (4n * UNIT) / 1000n);
  assert.equal(ledger.balance(0, "USDT").free, 80n * UNIT);
  assert.equal(ledger.total("BTC"), 10n * UNIT);
});

test("a sell's fee is in quote, at the maker's rate when it made the price, cut to eight digits", () => {
  const { engine, fees, ledger } = books({ makerFeeBps: 7.5 });
  engine.submit(order(1, "s", "S", 3, 50 * ONE + 1_000_000), 1);
  engine.submit(order(0, "b", "B", 3, 60 * ONE), 1);
  // 3e-8 at 50.01 is 150.03e-8; 7.5 bps of it is 0.1125225e-8, which is less than a digit.
  assert.deepEqual(fees[0]?.[0], { asset: "USDT", amount: 0n, charged: 0n });
  engine.submit(order(1, "s2", "S", 3000, 50 * ONE + 1_000_000), 1);
  engine.submit(order(0, "b2", "B", 3000, 60 * ONE), 1);
  assert.deepEqual(fees[1]?.[0], { asset: "USDT", amount: 112n, charged: 112n * 100_000_000n });
  assert.equal(ledger.balance(1, "USDT").free, 1000n * UNIT + 3003n * 5_001_000_000n - 112n * 100_000_000n);
  assert.equal(ledger.balance(1, "BTC").locked, 0n);
});

test("an expired rest is unlocked", () => {
  const { engine, ledger } = books();
  engine.submit(order(0, "s", "S", ONE, 40 * ONE), 1);
  engine.submit(order(1, "b", "B", 3 * ONE, 50 * ONE, IOC), 1);
  assert.deepEqual(ledger.balance(1, "USDT"), { free: 960n * UNIT, locked: 0n });
});

test("covers refuses what the free balance does not pay", () => {
  const { engine, ledger } = books();
  assert.ok(ledger.covers(order(1, "a", "B", 10 * ONE, 100 * ONE), 0n));
  assert.ok(!ledger.covers(order(1, "a", "B", 10 * ONE, 100 * ONE + 1), 0n));
  assert.ok(ledger.covers(order(1, "a", "S", 10 * ONE, 1), 0n));
  assert.ok(!ledger.covers(order(1, "a", "S", 10 * ONE + 1, 1), 0n));
  assert.ok(!ledger.covers(order(2, "a", "S", 1, 1), 0n));
  assert.ok(ledger.covers(order(0, "a", "S", 1e15, 1), 0n));
  engine.submit(order(0, "s", "S", 9 * ONE, 200 * ONE), 1);
  const buy = order(1, "m", "B", 5 * ONE, 0, MARKET);
  assert.ok(ledger.covers(buy, engine.sweepCost(1, 5 * ONE).quote));
  assert.ok(!ledger.covers(buy, engine.sweepCost(1, 6 * ONE).quote));
  engine.submit(buy, 2);
  assert.deepEqual(ledger.balance(1, "USDT"), { free: 0n, locked: 0n });
});

test("balances lists an account's assets", () => {
  const { ledger } = books();
  assert.deepEqual([...ledger.balances(1).keys()], ["BTC", "USDT"]);
  assert.equal(ledger.balances(9).size, 0);
  assert.deepEqual(ledger.balance(9, "BTC"), { free: 0n, locked: 0n });
});

test("negative fees and opening balances are refused", () => {
  assert.throws(() => books({ makerFeeBps: -1 }), /at least 0/);
  assert.throws(() => books({ takerFeeBps: Number.NaN }), /at least 0/);
  assert.throws(
    () => books({ openingBalances: [{ account: 1, asset: "BTC", amount: -1n }] }),
    /BTC, account 1: below 0/,
  );
});

test("with fees in quote a buy locks its fee too, pays it on top, and gets back what it did not need", () => {
  const { engine, fees, ledger } = books({ feeIn: "quote" });
  engine.submit(order(0, "s", "S", ONE, 40 * ONE), 1);
  engine.submit(order(1, "b", "B", 3 * ONE, 50 * ONE), 1);
  // 20 bps of 100 stay locked with it; 20 bps of 40 were paid.
  assert.deepEqual(ledger.balance(1, "USDT"), {
    free: 860n * UNIT - (28n * UNIT) / 100n,
    locked: 100n * UNIT + (20n * UNIT) / 100n,
  });
  assert.equal(fees[0]?.[1].asset, "USDT");
  engine.submit(order(0, "s2", "S", 2 * ONE, 50 * ONE), 1);
  // The rest was made, at 10 bps.
  assert.deepEqual(ledger.balance(1, "USDT"), { free: 860n * UNIT - (18n * UNIT) / 100n, locked: 0n });
  assert.equal(ledger.balance(1, "BTC").free, 13n * UNIT);
  assert.equal(ledger.total("USDT"), 1000n * UNIT);
});

test("what a buy locks for fees in quote is enough, however its fills cut it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 0, max: 30_000 }),
      (price, parts, hundredths) => {
        const takerFeeBps = hundredths / 100;
        const { engine, ledger } = books({ feeIn: "quote", makerFeeBps: takerFeeBps, takerFeeBps });
        const quantity = parts.reduce((sum, part) => sum + part, 0);
        const before = ledger.balance(1, "USDT").free;
        engine.submit(order(1, "b", "B", quantity, price), 1);
        const free = ledger.balance(1, "USDT").free;
        for (const part of parts) engine.submit(order(0, "s", "S", part, price), 1);
        const after = ledger.balance(1, "USDT");
        assert.ok(after.free >= free && after.free <= before);
        assert.equal(after.locked, 0n);
        assert.equal(ledger.total("USDT"), before);
      },
    ),
  );
});

test("ledgers that share purses spend from one, and count its total once", () => {
  const purses = new Purses();
  const first = books({ purses, feeIn: "quote" });
  const second = books({ purses, feeIn: "quote", baseAsset: "ETH", openingBalances: [] });
  first.engine.submit(order(1, "a", "B", ONE, 600 * ONE), 1);
  assert.ok(!second.ledger.covers(order(1, "b", "B", ONE, 500 * ONE), 0n));
  assert.ok(second.ledger.covers(order(1, "b", "B", ONE, 500 * ONE), 0n, 200n * UNIT));
  assert.equal(second.ledger.balance(1, "USDT").locked, 600n * UNIT + (120n * UNIT) / 100n);
  assert.equal(second.ledger.total("USDT"), 1000n * UNIT);
});
