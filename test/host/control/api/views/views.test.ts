import assert from "node:assert/strict";
import { test } from "node:test";
import { PARAMETERS_OFFSET } from "../../../../../abi/host/index.ts";
import fc from "fast-check";
import { balancesOf, balancesSchema } from "../../../../../host/control/api/views/balance-view.ts";
import { booksOf, booksSchema } from "../../../../../host/control/api/views/book-view.ts";
import { exactAmount } from "../../../../../host/control/api/views/exact-amount.ts";
import type { OrdersView } from "../../../../../host/control/api/views/order-view.ts";
import { ordersOf, ordersSchema } from "../../../../../host/control/api/views/order-view.ts";
import {
  parametersOf,
  pluginsSchema,
  pluginViewOf,
} from "../../../../../host/control/api/views/plugin-view.ts";
import { positionsOf, positionsSchema } from "../../../../../host/control/api/views/position-view.ts";
import type { BooksView } from "../../../../../host/control/api/views/book-view.ts";
import type { PositionsView } from "../../../../../host/control/api/views/position-view.ts";
import { PluginSlot } from "../../../../../host/engine/index.ts";
import { Channel } from "../../../../../host/execution/gateways/index.ts";
import type { BuiltLane } from "../../../../../host/lane/index.ts";
import { PluginAction } from "../../../../../host/lane/index.ts";
import { bundledModules } from "../../../../support/bundled-modules.ts";
import { marketSession, runSession } from "../../../../support/market-session.ts";
import { shortSession } from "../../../../support/short-session.ts";
import { randomSeed } from "../../../../support/random-seed.ts";

interface Seen {
  readonly books: BooksView;
  readonly orders: OrdersView;
  readonly positions: PositionsView;
}

/** What the views said while a session traded, each time that orders were open and a position was held. */
async function watched(): Promise<{
  readonly seen: readonly Seen[];
  readonly last: Seen;
  readonly slots: readonly PluginSlot[];
  readonly built: BuiltLane;
}> {
  const seen: Seen[] = [];
  const view = await shortSession(20, undefined, ({ built, session }) => {
    if (seen.length < 200 && session.openOrders > 1)
      seen.push({ books: booksOf(built, 3), orders: ordersOf(built, 1), positions: positionsOf(built) });
  });
  const { built } = view;
  built.lane.onLine(Channel.MARKET, false);
  const last = { books: booksOf(built, 3), orders: ordersOf(built, 10), positions: positionsOf(built) };
  assert.ok(balancesSchema.safeParse(balancesOf(built)).success);
  assert.equal(balancesOf(built).balances.find(({ asset }) => asset === "BNB")?.free, null);
  assert.match(balancesOf(built).balances.find(({ asset }) => asset === "BTC")?.expected ?? "", /^\d/);
  return { seen, last, slots: built.slots, built };
}

const { seen, last, slots, built } = await watched();

test("books are shown best first while they are proven, and empty afterwards", () => {
  assert.ok(seen.length > 20);
  for (const { books } of seen) {
    assert.ok(booksSchema.safeParse(books).success);
    const [book] = books.books;
    assert.equal(book?.isLive, true);
    assert.equal(book.bids.length, 3);
    const prices = [...book.bids].reverse().map(({ price }) => Number(price));
    for (const { price } of book.asks) prices.push(Number(price));
    assert.deepEqual(
      prices,
      [...prices].sort((a, b) => a - b),
      "bids below asks, each side in order",
    );
  }
  assert.deepEqual([last.books.books[0]?.isLive, last.books.books[0]?.bids], [false, []]);
});

test("open orders are counted whole and listed up to the limit", () => {
  for (const { orders } of seen) {
    assert.ok(ordersSchema.safeParse(orders).success, JSON.stringify(orders));
    assert.ok(orders.open > 1);
    assert.equal(orders.orders.length, 1);
    const [order] = orders.orders;
    assert.ok(["momentum", "market-maker"].includes(order?.agent ?? ""));
    assert.ok(order?.side === "BUY" || order?.side === "SELL");
    assert.equal(order.symbol, "BTCUSDT");
  }
  assert.deepEqual(last.orders, { open: 0, orders: [] });
});

test("positions of agents, host and others add up to the account's", () => {
  for (const { positions } of [...seen, last]) {
    assert.ok(positionsSchema.safeParse(positions).success, JSON.stringify(positions));
    const of = (kind: string): number =>
      positions.positions
        .filter(({ ownerKind }) => ownerKind === kind)
        .reduce((sum, { quantity }) => sum + Math.round(Number(quantity) * 1e8), 0);
    assert.equal(of("agent") + of("host") + of("external"), of("account"));
    for (const { quantity, averagePrice } of positions.positions)
      assert.equal(averagePrice === null, Number(quantity) === 0);
  }
  assert.ok(
    seen.some(({ positions }) => positions.positions.some(({ unrealisedPnl }) => unrealisedPnl !== "0")),
  );
  assert.ok(last.positions.positions.some(({ realisedPnl }) => realisedPnl !== "0"));
});

test("parameters are shown as the plugin in the slot has them, and as the default where it wrote what is no number", () => {
  const slot = slots.find(({ name }) => name === "price-collar");
  assert.ok(slot?.plugin !== undefined && slot.plugin !== null);
  const shown = (): number | undefined =>
    parametersOf(slot).parameters.find(({ name }) => name === "collarBasisPoints")?.value;
  assert.equal(shown(), 100, "of the configuration, not the manifest");
  const index = slot.plugin.manifest.parameters.findIndex(({ name }) => name === "collarBasisPoints");
  const known = slot.plugin.manifest.parameters[index];
  const memory = new DataView(slot.plugin.buffer);
  if (known?.type === "f64") {
    memory.setFloat64(PARAMETERS_OFFSET + 8 * index, Number.NaN, true);
    assert.equal(shown(), known.default);
  } else {
    memory.setBigInt64(PARAMETERS_OFFSET + 8 * index, 7n, true);
    assert.equal(shown(), 7);
  }
  assert.deepEqual(parametersOf(new PluginSlot("spare", "agent")).parameters, []);
});

test("an empty slot is shown as such", () => {
  const { plugin, version, sha256, trust, state } = pluginViewOf(new PluginSlot("spare", "agent"), built);
  assert.deepEqual([plugin, version, sha256, trust, state], [null, null, null, null, "empty"]);
});

test("what runs beside an agent is shown with how its outputs compare and what both would have earned", async () => {
  const modules = await bundledModules();
  const order = {
    action: PluginAction.SHADOW,
    slot: "momentum",
    isFresh: false,
    person: "a tester",
    reason: "a test",
  };
  const { built: lane } = runSession(modules, marketSession(3), (index, at) => {
    if (index !== 100) return;
    const { module, parameters } = at.sources.get("momentum") ?? assert.fail("no momentum");
    const candidate = module.instantiate(at.pool, { ...parameters, publishStep: 0, entryScore: 0.05 });
    at.lane.onPlugin(order, candidate, Buffer.from("{}"));
  });
  const slot = lane.slots.find(({ name }) => name === "momentum") ?? assert.fail("no momentum");
  const view = pluginViewOf(slot, lane);
  assert.ok(pluginsSchema.safeParse({ plugins: [view] }).success);
  const { beside } = view;
  assert.ok(beside !== null && beside.calls > 1_000);
  assert.equal(beside.equal + beside.missing + beside.extra + beside.different, beside.calls);
  assert.ok(beside.equal > 0 && beside.extra > 0);
  assert.equal(beside.differences.length, 8);
  assert.match(beside.differences[0]?.beside[0] ?? "", /^Signal \{/);
  const [paper] = beside.paper;
  assert.equal(beside.isParted, true);
  assert.ok(paper !== undefined && paper.beside.orders > 10 && paper.live.orders > 10, JSON.stringify(paper));
  assert.ok(paper.beside.fills > 0 && Number.isFinite(paper.beside.profit));
  assert.ok(paper.live.fills > 0 && Number.isFinite(paper.live.profit));
  assert.equal(pluginViewOf(lane.slots[0] ?? assert.fail(), lane).beside, null);
});

test(`amounts are exact, whatever their sign and exponent [seed ${randomSeed}]`, () => {
  assert.equal(exactAmount(-1, 99_999_999, -8), "-0.0000000000000001");
  assert.equal(exactAmount(0, 0, -8), "0");
  assert.equal(exactAmount(12, 50_000_000, 0), "12.5");
  fc.assert(
    fc.property(
      fc.integer({ min: -1e12, max: 1e12 }),
      fc.integer({ min: 0, max: 99_999_999 }),
      fc.integer({ min: -18, max: 0 }),
      (whole, parts, exponent) => {
        const text = exactAmount(whole, parts, exponent);
        const [integer = "", fraction = ""] = text.replace("-", "").split(".");
        const digits = BigInt(integer + fraction.padEnd(8 - exponent, "0"));
        assert.equal(text.startsWith("-") ? -digits : digits, BigInt(whole) * 100_000_000n + BigInt(parts));
      },
    ),
    { seed: randomSeed },
  );
});
