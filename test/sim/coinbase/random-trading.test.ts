import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LocalBook } from "./local-book.ts";
import { MAKER, TRADER } from "./keys.ts";
import { eventOf, jsonOf, limitGtc, orderOf, socketToken, subscribe } from "./trading-client.ts";
import { openInProcess } from "./venue-driver.ts";
import type { InProcessDriver, Json } from "./venue-driver.ts";

const ORDERS = "/api/v3/brokerage/orders";
/** Two ticks: at the end of each step all changes have been told. */
const STEP_NS = 100_000_000;
const RUNS = 25;

/** One thing that a client does; numbers choose among what there is. */
interface Move {
  readonly kind: "limit" | "postOnly" | "ioc" | "fok" | "market" | "quote" | "cancel" | "edit";
  readonly signer: "trader" | "maker";
  readonly isBuy: boolean;
  readonly ticks: number;
  readonly size: number;
  readonly pick: number;
}

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("limit", "limit", "postOnly", "ioc", "fok", "market", "quote", "cancel", "edit"),
    signer: fc.constantFrom("trader", "maker"),
    isBuy: fc.boolean(),
    ticks: fc.integer({ min: -300, max: 300 }),
    size: fc.integer({ min: 1, max: 400_000 }),
    pick: fc.nat(7),
  }),
  { minLength: 1, maxLength: 40 },
);

test("whatever two clients do in a moving market, money is kept, and books and orders are what was told", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), moves, (seed, list) => {
      const driver = openInProcess({ seed, flow: true, limits: { privateRequestsMax: 1e6 } });
      const totals = ["USD", "BTC", "ETH"].map((currency) => driver.venue.purses.total(currency));
      const port = driver.open("marketData");
      const user = driver.open("user");
      port.send(subscribe("level2", ["BTC-USD"]));
      user.send(subscribe("user", [], socketToken(driver, "trader")));
      list.forEach((move, index) => {
        carryOut(driver, move, `m-${index}`);
        driver.wait(STEP_NS);
      });
      assert.deepEqual(
        ["USD", "BTC", "ETH"].map((currency) => driver.venue.purses.total(currency)),
        totals,
      );
      assertSolvent(driver);
      assertBook(driver, port.drain());
      assertOrders(driver, user.drain());
    }),
    { numRuns: RUNS },
  );
});

function carryOut(driver: InProcessDriver, move: Move, clientOrderId: string): void {
  const { signer, pick } = move;
  const open = driver.venue.orders.newestFirst(signer === "trader" ? TRADER : MAKER).slice(0, 8);
  const chosen = open[pick % Math.max(1, open.length)]?.orderId ?? "none";
  const price = (65_000 + move.ticks).toFixed(2);
  const size = (move.size / 1e5).toFixed(5);
  if (move.kind === "cancel") {
    driver.ask("POST", `${ORDERS}/batch_cancel`, { signer, body: { order_ids: [chosen] } });
    return;
  }
  if (move.kind === "edit") {
    driver.ask("POST", `${ORDERS}/edit`, { signer, body: { order_id: chosen, price, size } });
    return;
  }
  const configurations: Readonly<Record<Exclude<Move["kind"], "cancel" | "edit">, Json>> = {
    limit: limitGtc(price, size),
    postOnly: limitGtc(price, size, true),
    ioc: { sor_limit_ioc: { base_size: size, limit_price: price } },
    fok: { limit_limit_fok: { base_size: size, limit_price: price } },
    market: { market_market_ioc: { base_size: size } },
    quote: { market_market_ioc: { quote_size: (move.size / 10).toFixed(2) } },
  };
  const side = move.isBuy ? "BUY" : "SELL";
  const body = { client_order_id: clientOrderId, product_id: "BTC-USD", side };
  const answer = driver.ask("POST", ORDERS, {
    signer,
    body: { ...body, order_configuration: configurations[move.kind] },
  });
  assert.ok(answer?.status === 200 || jsonOf(answer)["error"] === "INVALID_ARGUMENT");
}

/** Nobody has spent what he does not have, and what is held is what open orders hold. */
function assertSolvent(driver: InProcessDriver): void {
  for (const account of [TRADER, MAKER]) {
    for (const currency of ["USD", "BTC"]) {
      const { free, locked } = driver.venue.balance(account, currency);
      assert.ok(free >= 0n, `${account} owes ${currency}`);
      let held = 0n;
      for (const { leg, side } of driver.venue.orders.newestFirst(account)) {
        if (leg !== null && (side === 1) === (currency === "USD"))
          held += driver.venue.product("BTC-USD").ledger.held(leg);
      }
      assert.equal(locked, held);
    }
  }
}

/** What a client has made of its updates is what a new one is shown. */
function assertBook(driver: InProcessDriver, messages: readonly Json[]): void {
  const kept = new LocalBook();
  messages.forEach((message, index) => assert.equal(message["sequence_num"], index));
  for (const message of messages) if (message["channel"] === "l2_data") kept.apply(eventOf(message));
  const late = driver.open("marketData", "10.0.0.9");
  late.send(subscribe("level2", ["BTC-USD"]));
  const [snapshot = {}] = late.drain();
  const fresh = new LocalBook();
  fresh.apply(eventOf(snapshot));
  const [bid, offer] = fresh.best();
  assert.ok(bid < offer);
  assert.deepEqual(kept.levels(), fresh.levels());
}

/** The last word of the user channel on each order is what REST says of it, and quantities never fall. */
function assertOrders(driver: InProcessDriver, messages: readonly Json[]): void {
  const last = new Map<unknown, Json>();
  for (const message of messages) {
    if (message["channel"] !== "user") continue;
    const order = orderOf(message);
    if (order["order_id"] === undefined) continue;
    const before = last.get(order["order_id"]);
    assert.ok(Number(order["cumulative_quantity"]) >= Number(before?.["cumulative_quantity"] ?? 0));
    last.set(order["order_id"], order);
  }
  const records = driver.venue.orders.newestFirst(TRADER);
  assert.equal(last.size, records.length);
  for (const { orderId } of records) {
    const answer = jsonOf(driver.ask("GET", `${ORDERS}/historical/${orderId}`, { signer: "trader" }));
    const order = answer["order"] as Json;
    const told = last.get(orderId);
    assert.deepEqual(
      [
        told?.["status"],
        told?.["cumulative_quantity"],
        told?.["total_fees"],
        told?.["outstanding_hold_amount"],
      ],
      [order["status"], order["filled_size"], order["total_fees"], order["outstanding_hold_amount"]],
    );
  }
}
