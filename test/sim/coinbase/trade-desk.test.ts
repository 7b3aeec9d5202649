import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MAKER, TRADER } from "./keys.ts";
import { TradingClient, limitGtc, orderIdOf, socketToken, subscribe } from "./trading-client.ts";
import { openInProcess } from "./venue-driver.ts";
import type { InProcessDriver, Json } from "./venue-driver.ts";

const CURRENCIES = ["USD", "BTC"] as const;
const MINUTE_NS = 60_000_000_000;

/** The trader buys twice from the maker: 0.1 at 65,000 as the taker, and 0.2 at 64,000 as the maker. */
async function traded(): Promise<{ driver: InProcessDriver; trader: TradingClient; orderIds: string[] }> {
  const driver = openInProcess();
  const maker = new TradingClient(driver, "maker");
  const trader = new TradingClient(driver, "trader");
  await maker.rest("SELL", "65000", "0.1");
  const first = orderIdOf(await trader.order("BUY", limitGtc("65100", "0.1")));
  driver.wait(MINUTE_NS);
  const second = await trader.rest("BUY", "64000", "0.2");
  await maker.order("SELL", limitGtc("63900", "0.2"));
  return { driver, trader, orderIds: [first, second] };
}

function purses({ venue }: InProcessDriver): unknown {
  return [TRADER, MAKER, 0].map((account) =>
    CURRENCIES.map((currency) => ({ ...venue.balance(account, currency) })),
  );
}

function picked(entry: Json | undefined, ...names: string[]): unknown[] {
  return names.map((name) => entry?.[name]);
}

test("[V16] a trade that is undone leaves both accounts, the fees and the order's sums as they were without it", async () => {
  const driver = openInProcess();
  const maker = new TradingClient(driver, "maker");
  const trader = new TradingClient(driver, "trader");
  await maker.rest("SELL", "65000", "0.1");
  const orderId = orderIdOf(await trader.order("BUY", limitGtc("65100", "0.1")));
  const before = [purses(driver), driver.venue.purses.fees("USD")];
  const later = await traded();
  assert.equal(later.driver.venue.bust(0, later.driver.nowNs), true);
  assert.deepEqual([purses(later.driver), later.driver.venue.purses.fees("USD")], before);
  const [undone, kept] = [later.orderIds[1] ?? "", later.orderIds[0] ?? ""];
  const shown = ["status", "filled_size", "filled_value", "total_fees", "completion_percentage"];
  assert.deepEqual(picked(await later.trader.find(undone), ...shown), ["FILLED", "0", "0", "0", "0"]);
  assert.deepEqual(
    picked(await later.trader.find(kept), ...shown),
    picked(await trader.find(orderId), ...shown),
  );
});

test("[V16] the list of fills keeps the fill and shows a reversal: its trade id and terms, an entry id and a time of its own", async () => {
  const { driver, trader } = await traded();
  driver.wait(MINUTE_NS);
  driver.venue.bust(0, driver.nowNs);
  const [reversal, fill, other] = await trader.fills();
  assert.deepEqual(picked(reversal, "trade_type", "side", "size", "price"), [
    "REVERSAL",
    "BUY",
    "0.2",
    "64000",
  ]);
  const same = ["trade_id", "order_id", "commission", "trade_time", "liquidity_indicator", "product_id"];
  assert.deepEqual(picked(reversal, ...same), picked(fill, ...same));
  assert.deepEqual(picked(fill, "trade_type", "size"), ["FILL", "0.2"]);
  assert.notEqual(reversal?.["entry_id"], fill?.["entry_id"]);
  assert.ok(String(reversal?.["sequence_timestamp"]) > String(fill?.["sequence_timestamp"]));
  assert.equal(other?.["trade_type"], "FILL");
  const since = `?start_sequence_timestamp=${String(reversal?.["sequence_timestamp"])}`;
  assert.deepEqual(await trader.fills(since), [reversal], "it is found by the time of its entry");
});

test("[V16] a trade that is corrected counts with its new size, price and fee, and can be corrected and undone again", async () => {
  const { driver, trader, orderIds } = await traded();
  const orderId = orderIds[0] ?? "";
  assert.equal(driver.venue.correct(1, 50, 100, driver.nowNs), true);
  const [correction] = await trader.fills(`?order_ids=${orderId}`);
  const terms = ["trade_type", "size", "price", "commission"];
  // 0.05 at 65,001, which is better for the seller, who was there first: a taker pays 1.2 %.
  assert.deepEqual(picked(correction, ...terms), ["CORRECTION", "0.05", "65001", "39.0006"]);
  const sums = ["filled_size", "filled_value", "total_fees"];
  assert.deepEqual(picked(await trader.find(orderId), ...sums), ["0.05", "3250.05", "39.0006"]);
  assert.equal(driver.venue.correct(1, 50, -101, driver.nowNs), false, "below the seller's limit");
  driver.venue.correct(1, 50, 0, driver.nowNs);
  assert.deepEqual(picked(await trader.find(orderId), "filled_size"), ["0.025"]);
  driver.venue.bust(1, driver.nowNs);
  assert.deepEqual(picked(await trader.find(orderId), ...sums), ["0", "0", "0"]);
  assert.deepEqual(
    driver.venue.tradeChanges.map(({ before, after }) => [before.quantity, after?.quantity]),
    [
      [10_000_000, 5_000_000],
      [5_000_000, 2_500_000],
      [2_500_000, undefined],
    ],
  );
});

test("[V16] nobody is told of it but by the list, and an order that is open keeps its trades", async () => {
  const driver = openInProcess();
  const maker = new TradingClient(driver, "maker");
  const trader = new TradingClient(driver, "trader");
  assert.equal(driver.venue.bust(0, driver.nowNs), false, "there is no trade");
  const orderId = await trader.rest("BUY", "64000", "0.2");
  await maker.order("SELL", limitGtc("64000", "0.1"));
  assert.equal(driver.venue.bust(0, driver.nowNs), false, "the order is open");
  await trader.cancel(orderId);
  const user = driver.open("user");
  user.send(subscribe("user", [], socketToken(driver, "trader")));
  user.drain();
  assert.equal(driver.venue.bust(0, driver.nowNs), true);
  assert.equal(driver.venue.bust(0, driver.nowNs), false, "it was undone before");
  driver.wait(MINUTE_NS / 60);
  assert.deepEqual(user.drain(), []);
  assert.deepEqual(picked(await trader.find(orderId), "status", "filled_size"), ["CANCELLED", "0"]);
});

test("[V16] a trade is not undone where the account has not got any more what would be taken back", async () => {
  const { driver, trader } = await traded();
  await new TradingClient(driver, "maker").rest("BUY", "10", "20");
  await trader.order("SELL", limitGtc("10", "10.25"));
  const held = purses(driver);
  // The newest trade is the sale: its buyer has the coins, its seller the dollars. The two before it want 0.1 and 0.2 of the 0.05 that are left.
  assert.equal(driver.venue.bust(1, driver.nowNs), false);
  assert.deepEqual(purses(driver), held);
});

const changes = fc.array(
  fc.record({
    isBust: fc.boolean(),
    back: fc.nat(3),
    percent: fc.integer({ min: 1, max: 100 }),
    increments: fc.integer({ min: -500, max: 500 }),
  }),
  { minLength: 1, maxLength: 12 },
);

test("[V16] whatever is undone and corrected, money is kept, and each order's sums are those of its entries in force", async () => {
  await fc.assert(
    fc.asyncProperty(changes, async (list) => {
      const { driver, trader } = await traded();
      const { venue } = driver;
      const totals = CURRENCIES.map((currency) => venue.purses.total(currency));
      for (const { isBust, back, percent, increments } of list) {
        if (isBust) venue.bust(back, driver.nowNs);
        else venue.correct(back, percent, increments, driver.nowNs);
      }
      assert.deepEqual(
        CURRENCIES.map((currency) => venue.purses.total(currency)),
        totals,
      );
      const inForce = new Map<string, Json>();
      for (const entry of (await trader.fills()).toReversed()) inForce.set(String(entry["trade_id"]), entry);
      for (const { orderId, filled } of venue.orders.newestFirst(TRADER)) {
        const own = [...inForce.values()].filter((entry) => entry["order_id"] === orderId);
        const sizes = own.filter((entry) => entry["trade_type"] !== "REVERSAL").map((entry) => entry["size"]);
        const sum = sizes.reduce<number>((all, size) => all + Math.round(Number(size) * 1e8), 0);
        assert.equal(filled, sum);
      }
    }),
    { numRuns: 40 },
  );
});
