import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BTCUSDT, checkFilters } from "../../../sim/binance/symbol.ts";
import type { FilterInput, SymbolSpec } from "../../../sim/binance/symbol.ts";

const GOOD: FilterInput = {
  market: false,
  price: 6_000_000_000_000,
  quantity: 100_000_000,
  referencePrice: 6_000_000_000_000,
  openOrders: 0,
};

function failure(change: Partial<FilterInput>, spec: SymbolSpec = BTCUSDT): string | null {
  return checkFilters(spec, { ...GOOD, ...change })?.msg.replace("Filter failure: ", "") ?? null;
}

describe("filters", () => {
  it("pass what keeps to the rules, up to their very borders", () => {
    assert.equal(failure({}), null);
    assert.equal(failure({ price: 3_000_000_000_0000, referencePrice: 6_000_000_000_000 }), null);
    assert.equal(failure({ price: 50_000_000_000, quantity: 1_000_000, referencePrice: 0 }), null);
    assert.equal(failure({ openOrders: 199 }), null);
  });

  it("name the first rule that an order breaks", () => {
    assert.equal(failure({ price: 6_000_000_000_001 }), "PRICE_FILTER");
    assert.equal(failure({ price: 0 }), "PRICE_FILTER");
    assert.equal(failure({ price: 100_000_001_000_000 }), "PRICE_FILTER");
    assert.equal(failure({ price: 30_000_001_000_000 }), "PERCENT_PRICE_BY_SIDE");
    assert.equal(failure({ price: 1_199_999_000_000 }), "PERCENT_PRICE_BY_SIDE");
    assert.equal(failure({ quantity: 0 }), "LOT_SIZE");
    assert.equal(failure({ quantity: 1_500 }), "LOT_SIZE");
    assert.equal(failure({ quantity: 900_000_001_000 }), "LOT_SIZE");
    assert.equal(failure({ price: 50_000_000_000, quantity: 999_000, referencePrice: 0 }), "NOTIONAL");
    assert.equal(failure({ quantity: 15_001_000_000 }), "NOTIONAL");
    assert.equal(failure({ openOrders: 200 }), "MAX_NUM_ORDERS");
  });

  it("judge MARKET orders by quantity and by the last price", () => {
    const market = { market: true, price: 0 };
    assert.equal(failure({ ...market, quantity: 10_005_382_000 }), "MARKET_LOT_SIZE");
    assert.equal(failure({ ...market, quantity: 1_000 }), "NOTIONAL");
    assert.equal(failure({ ...market, quantity: 1_000, referencePrice: 0 }), null);
  });

  it("leave out rules that are zero, but never take a quantity of zero", () => {
    const free: SymbolSpec = {
      ...BTCUSDT,
      priceMin: 0,
      priceMax: 0,
      tickSize: 0,
      quantityMin: 0,
      quantityMax: 0,
      stepSize: 0,
      marketQuantityMax: 0,
      notionalMin: 0,
      notionalMax: 0,
      priceMultiplier: 0,
      openOrdersMax: 0,
    };
    assert.equal(failure({ price: 1, quantity: 1, openOrders: 1_000 }, free), null);
    assert.equal(failure({ price: 1, quantity: 0 }, free), "LOT_SIZE");
    assert.equal(failure({ price: 0, quantity: 1 }, free), "PRICE_FILTER");
  });
});
