import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderType, OrdStatus, Side, TimeInForce } from "../../../../../abi/host/index.ts";
import { BookSide } from "../../../../../host/data/books/index.ts";
import { Channel } from "../../../../../host/execution/gateways/index.ts";
import { TradingMode } from "../../../../../host/execution/risk/index.ts";
import { SeededRandom } from "../../../../../host/platform/index.ts";
import type { OrderRecord } from "../../../../../sim/coinbase/index.ts";
import { levelsOf } from "../../../../support/book-under-test.ts";
import { CoinbaseSession } from "../../../../support/coinbase-session.ts";
import { cancelIntent, intent } from "../../../../support/lane-under-test.ts";
import { randomSeed } from "../../../../support/random-seed.ts";

const CENT = 1e6;
const DOLLAR = 1e8;
const MS_NS = 1e6;
/** The live market opens at 65,000 dollars. */
const FAR_BELOW = 64_500 * DOLLAR;
const THROUGH = 65_500 * DOLLAR;
const THOUSANDTH = 100_000;
const LATENCY = {
  latencyIn: { fixedNs: 5 * MS_NS, jitterNs: 20 * MS_NS },
  latencyOut: { fixedNs: 5 * MS_NS, jitterNs: 60 * MS_NS },
};
const SCALE = 10n ** 8n;

/** Both sides of a product's book as the host has them and as the venue does. */
function booksOf({ built, venue }: CoinbaseSession, index: number, product: string) {
  const feed = built.lane.parts.market.feeds[index] ?? assert.fail();
  const { bids, asks } = venue.product(product).market.depth(Number.MAX_SAFE_INTEGER);
  const plain = (levels: typeof bids): number[][] => levels.map(([price, quantity]) => [price, quantity]);
  return {
    host: [levelsOf(feed.book, BookSide.BID), levelsOf(feed.book, BookSide.ASK)],
    venue: [plain(bids), plain(asks)],
    isValid: feed.isValid,
  };
}

test("both books are the venue's, level by level, at each of its publications over half a minute", async () => {
  const host = await CoinbaseSession.open({ flow: true });
  for (let second = 0; second < 30; second += 1) {
    host.pass(1);
    for (const [index, product] of ["BTC-USD", "ETH-USD"].entries()) {
      const books = booksOf(host, index, product);
      assert.ok(books.isValid);
      assert.deepEqual(books.host, books.venue, `${product} after ${second} s`);
    }
  }
});

/** What the venue has of the order with this tag. */
function atVenue(host: CoinbaseSession, tag: number): OrderRecord {
  const slot = host.slotOf(tag);
  const { epoch, sequence } = host.built.orders.columns;
  const hex = (value: number): string => value.toString(16).padStart(8, "0");
  const id = `${hex(epoch[slot] ?? 0)}-5350-8000-8000-0000${hex(sequence[slot] ?? 0)}`;
  return host.venue.orders.findClientOrderId(1, id) ?? assert.fail(`the venue has no ${id}`);
}

test("an order of every type and time in force is accepted, filled, cancelled or rejected, and the venue says the same", async () => {
  const host = await CoinbaseSession.open({ flow: true, ...LATENCY });
  const send = (tag: number, changes: Parameters<typeof intent>[0]): void =>
    host.act([intent({ quantity: THOUSANDTH, price: FAR_BELOW, tag, ...changes })]);
  // Before any order rests that it would trade with.
  send(8, { orderType: OrderType.MARKET, price: 0, side: Side.SELL });
  send(1, {});
  send(2, { orderType: OrderType.LIMIT_MAKER });
  send(3, { orderType: OrderType.LIMIT_MAKER, price: THROUGH });
  send(4, { timeInForce: TimeInForce.IOC });
  send(5, { timeInForce: TimeInForce.IOC, price: THROUGH });
  send(6, { timeInForce: TimeInForce.FOK });
  send(7, { timeInForce: TimeInForce.FOK, price: THROUGH });
  send(9, { price: THROUGH, side: Side.BUY });
  host.act([cancelIntent(1)]);
  host.pass(2);
  const seen = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((tag) => [tag, host.orderOf(tag).status]));
  assert.deepEqual(seen, {
    1: OrdStatus.CANCELED,
    2: OrdStatus.ACCEPTED,
    3: OrdStatus.REJECTED,
    4: OrdStatus.CANCELED,
    5: OrdStatus.FILLED,
    6: OrdStatus.CANCELED,
    7: OrdStatus.FILLED,
    8: OrdStatus.FILLED,
    9: OrdStatus.FILLED,
  });
  const statuses = [1, 2, 4, 5, 6, 7, 8, 9].map((tag) => atVenue(host, tag).status);
  assert.deepEqual(statuses, [
    "CANCELLED",
    "OPEN",
    "CANCELLED",
    "FILLED",
    "CANCELLED",
    "FILLED",
    "FILLED",
    "FILLED",
  ]);
  assert.equal(host.position(), 2 * THOUSANDTH);
  assert.deepEqual(host.built.modes.instrument, Int32Array.of(1, 1));
});

/** The position, the fees and what is expected in each purse, against the venue's own ledger. */
function checkMoney(host: CoinbaseSession): void {
  const { balances } = host.built;
  for (const [row, currency] of ["BTC", "USD", "ETH"].entries()) {
    const { free, locked } = host.purse(currency);
    const total = free + locked;
    const expected = BigInt(balances.expectedWhole[row] ?? 0);
    // Fees are rounded up, each by less than a hundred-millionth: the host's sum is that much lower at most.
    const fills = BigInt(
      host.venue.orders.newestFirst(1).reduce((sum, { fills: each }) => sum + each.length, 0),
    );
    const difference = total / SCALE - expected;
    assert.ok(difference >= 0n && difference <= fills, `${currency}: ${difference} over ${fills} fills`);
  }
}

const types = [OrderType.LIMIT, OrderType.LIMIT, OrderType.LIMIT_MAKER, OrderType.MARKET] as const;
const times = [TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK] as const;

function oneOf<T>(random: SeededRandom, list: readonly T[]): T {
  return list[Math.floor(random.fraction() * list.length)] ?? assert.fail();
}

/** Of any type, within four dollars of the best bid, to buy or to sell up to 0.11 of either coin. */
function randomOrder(host: CoinbaseSession, random: SeededRandom, tag: number): Buffer {
  const instrument = oneOf(random, [0, 1]);
  const { bids } = host.venue.product(["BTC-USD", "ETH-USD"][instrument] ?? "").market.depth(1);
  const best = bids[0]?.[0] ?? assert.fail();
  const orderType = oneOf(random, types);
  return intent({
    ...{ tag, orderType, instrumentId: instrument + 1 },
    price: orderType === OrderType.MARKET ? 0 : best + Math.round((random.fraction() - 0.5) * 800) * CENT,
    timeInForce: orderType === OrderType.LIMIT ? oneOf(random, times) : TimeInForce.GTC,
    side: oneOf(random, [Side.BUY, Side.SELL]),
    quantity: 1_000_000 + Math.floor(random.fraction() * 1e7),
  });
}

test(`[C5][V15] over random trading at both products each fill counts once, and positions, fees and balances are the ledger's (seed ${randomSeed})`, async () => {
  const random = new SeededRandom(randomSeed);
  const host = await CoinbaseSession.open({ flow: true, seed: randomSeed, ...LATENCY });
  host.gateway.ask("accounts");
  host.pass(1);
  const opening = host.built.balances.expectedWhole.slice();
  assert.deepEqual([...opening], [1_000_000_000, 100_000_000_000_000, 10_000_000_000]);
  for (let tag = 1; tag <= 60; tag += 1) {
    const record = randomOrder(host, random, tag);
    const cancels = random.fraction() < 0.3 ? [cancelIntent(Math.max(1, tag - 2))] : [];
    host.act([record, ...cancels], random.fraction() < 0.5 ? "one" : "two", 0.2 + random.fraction() * 2);
  }
  assert.deepEqual(host.built.modes.instrument, Int32Array.of(1, 1), "nothing was halted");
  host.session.cancelAll(TradingMode.CANCEL_ONLY);
  host.pass(5);
  assert.equal(host.session.openOrders, 0);
  const { columns } = host.built.orders;
  let fillCount = 0;
  for (const record of host.venue.orders.newestFirst(1)) {
    const sequence = Number.parseInt(record.clientOrderId.slice(-8), 16);
    const slot = host.built.orders.findBySequence(sequence);
    const words = { FILLED: OrdStatus.FILLED, CANCELLED: OrdStatus.CANCELED } as Record<string, number>;
    assert.equal(columns.status[slot], words[record.status], JSON.stringify([record.orderId, record.status]));
    assert.equal(columns.cumQty[slot], record.filled);
    fillCount += record.fills.length;
  }
  assert.ok(fillCount >= 10, `${fillCount} fills`);
  for (const [instrument, currency] of ["BTC", "ETH"].entries()) {
    const { free, locked } = host.purse(currency);
    const change = free + locked - BigInt(opening[instrument * 2] ?? 0) * SCALE;
    assert.equal(BigInt(host.position(instrument)) * SCALE, change, currency);
  }
  checkMoney(host);
  assert.ok(host.isUp(Channel.MARKET) && host.isUp(Channel.ORDERS));
});
