import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Ledger, ListenerChain, MANTISSA_MAX, MatchingEngine } from "../../../sim/market/index.ts";
import type { NewOrder, OrderState, SelfTradePrevention } from "../../../sim/market/index.ts";
import { randomSeed } from "../../support/random-seed.ts";
import { EventLog, FOK, IOC, MAKER, MARKET, order } from "./event-log.ts";
import { ReferenceBook } from "./reference-book.ts";

function market(selfTradePrevention: SelfTradePrevention = "EXPIRE_TAKER"): {
  log: EventLog;
  engine: MatchingEngine;
} {
  const log = new EventLog();
  return { log, engine: new MatchingEngine({ listener: log, selfTradePrevention }) };
}

function accepted(engine: MatchingEngine, request: NewOrder): OrderState {
  const result = engine.submit(request, 7);
  assert.ok(result.ok);
  return result.order;
}

test("an order takes better prices first, then older orders, at the maker's price", () => {
  const { engine, log } = market();
  const makers = Object.entries({ a: 101, b: 100, c: 100 });
  for (const [id, price] of makers) engine.submit(order(0, id, "S", 5, price), 1);
  log.take();
  const taker = accepted(engine, order(1, "t", "B", 12, 101));
  const expected = [
    "accepted t NEW",
    "t took 5 at 100 from b",
    "t took 5 at 100 from c",
    "t took 2 at 101 from a",
  ];
  assert.deepEqual(log.take(), expected);
  assert.equal(taker.status, "FILLED");
  assert.equal(taker.filledQuote, 1202n);
  assert.equal(taker.createdNs, 7);
  assert.deepEqual(engine.depth(5), { bids: [], asks: [[101, 3]] });
  assert.deepEqual(log.told(2), [[101, 3]]);
});

test("the rest of a GTC order rests, of an IOC and a MARKET order expires", () => {
  const { engine, log } = market();
  engine.submit(order(0, "s", "S", 5, 100), 1);
  assert.equal(accepted(engine, order(1, "g", "B", 8, 100)).status, "PARTIALLY_FILLED");
  assert.deepEqual(engine.best(1), { price: 100, quantity: 3 });
  assert.equal(accepted(engine, order(2, "i", "S", 9, 100, IOC)).status, "EXPIRED");
  assert.equal(engine.best(1), null);
  engine.submit(order(0, "b", "B", 1, 90), 1);
  const sold = accepted(engine, order(2, "m", "S", 4, 0, MARKET));
  assert.deepEqual([sold.status, sold.filled, sold.price], ["EXPIRED", 1, 0]);
  assert.ok(log.take().includes("expired m after 1"));
});

test("a FOK order fills whole or not at all", () => {
  const { engine, log } = market();
  engine.submit(order(0, "s", "S", 5, 100), 1);
  engine.submit(order(0, "s2", "S", 5, 102), 1);
  log.take();
  assert.equal(accepted(engine, order(1, "f", "B", 6, 101, FOK)).status, "EXPIRED");
  assert.deepEqual(log.take(), ["accepted f NEW", "expired f after 0"]);
  assert.equal(accepted(engine, order(1, "f2", "B", 6, 102, FOK)).status, "FILLED");
});

test("a LIMIT_MAKER that would take and a MARKET order without liquidity are refused without a word", () => {
  const { engine, log } = market();
  assert.deepEqual(engine.submit(order(1, "m", "B", 1, 0, MARKET), 1), { ok: false, reason: "NO_LIQUIDITY" });
  engine.submit(order(0, "s", "S", 5, 100), 1);
  log.take();
  assert.deepEqual(engine.submit(order(1, "p", "B", 1, 100, MAKER), 1), { ok: false, reason: "WOULD_TAKE" });
  assert.deepEqual(log.take(), []);
  assert.equal(engine.find(1, "p"), null);
  assert.equal(accepted(engine, order(1, "p", "B", 1, 99, MAKER)).status, "NEW");
});

test("an account does not trade with itself, the anonymous flow does", () => {
  const expected = {
    EXPIRE_TAKER: ["accepted t NEW", "t took 1 at 100 from x", "expired t after 1"],
    EXPIRE_MAKER: ["accepted t NEW", "t took 1 at 100 from x", "expired o after 0", "t took 2 at 101 from y"],
    EXPIRE_BOTH: ["accepted t NEW", "t took 1 at 100 from x", "expired o after 0", "expired t after 1"],
  };
  for (const mode of ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"] as const) {
    const { engine, log } = market(mode);
    engine.submit(order(0, "x", "S", 1, 100), 1);
    engine.submit(order(1, "o", "S", 1, 101), 1);
    engine.submit(order(0, "y", "S", 5, 101), 1);
    log.take();
    engine.submit(order(1, "t", "B", 3, 101), 1);
    assert.deepEqual(log.take(), expected[mode]);
    engine.submit(order(0, "z", "B", 1, 101), 1);
    assert.equal(
      log.take()[1],
      mode === "EXPIRE_TAKER" ? "z took 1 at 101 from o" : "z took 1 at 101 from y",
    );
  }
});

test("cancelling takes an open order out and tells who asked, and knows no ended order", () => {
  const { engine, log } = market();
  const { orderId } = accepted(engine, order(1, "a", "B", 5, 100));
  engine.submit(order(1, "b", "B", 2, 100), 1);
  assert.deepEqual(
    engine.openOrders(1).map((open) => open.clientOrderId),
    ["a", "b"],
  );
  assert.equal(engine.cancel(orderId, 9, "why")?.status, "CANCELED");
  assert.equal(log.take().at(-1), "canceled a by why");
  assert.deepEqual(log.told(1), [[100, 2]]);
  assert.equal(engine.cancel(orderId, 9, null), null);
  assert.equal(engine.cancel(12_345, 9, null), null);
  assert.equal(engine.find(1, "a")?.status, "CANCELED");
  assert.deepEqual(engine.openOrders(2), []);
});

test("find gives the newest order of an id, and forgets the oldest ended orders beyond the limit", () => {
  const engine = new MatchingEngine({ listener: new EventLog(), endedOrdersMax: 2, firstOrderId: 50 });
  const ids = ["a", "b", "a", "c"].map((id) => accepted(engine, order(1, id, "B", 1, 100)).orderId);
  assert.deepEqual(ids, [50, 51, 52, 53]);
  assert.equal(engine.find(1, "a")?.orderId, 52);
  engine.cancel(50, 2, null);
  engine.cancel(51, 2, null);
  assert.notEqual(engine.find(1, "b"), null);
  engine.cancel(53, 2, null);
  engine.cancel(52, 2, null);
  assert.equal(engine.find(1, "b"), null);
  assert.equal(engine.find(1, "a")?.status, "CANCELED");
});

test("numbers that are no positive mantissas and too many open orders are refused loudly", () => {
  const engine = new MatchingEngine({ listener: new EventLog(), openOrdersMax: 1 });
  for (const bad of [0, -1, 1.5, Number.NaN, MANTISSA_MAX + 1]) {
    assert.throws(() => engine.submit(order(1, "a", "B", bad, 1), 1), /order quantity .* scale it by 1e8/);
    assert.throws(() => engine.submit(order(1, "a", "B", 1, bad), 1), /order price/);
  }
  engine.submit(order(1, "a", "B", 1, 1), 1);
  assert.throws(() => engine.submit(order(1, "b", "B", 1, 1), 1), /more than 1 open orders/);
});

test("the object of an ended anonymous order serves again, that of a client order never", () => {
  const { engine } = market();
  const first = accepted(engine, order(0, "a", "B", 1, 100));
  engine.cancel(first.orderId, 1, null);
  assert.equal(accepted(engine, order(0, "b", "B", 1, 100)), first);
  const client = accepted(engine, order(1, "c", "B", 1, 100));
  engine.cancel(client.orderId, 1, null);
  assert.notEqual(accepted(engine, order(1, "d", "B", 1, 100)), client);
  assert.notEqual(accepted(engine, order(0, "e", "B", 1, 100)), client);
});

test("sweepCost says what a MARKET order would take", () => {
  const { engine } = market();
  engine.submit(order(0, "a", "S", 5, 100), 1);
  engine.submit(order(0, "b", "S", 5, 103), 1);
  assert.deepEqual(engine.sweepCost(1, 7), { quantity: 7, quote: 706n });
  assert.deepEqual(engine.sweepCost(1, 70), { quantity: 10, quote: 1015n });
  assert.deepEqual(engine.sweepCost(2, 1), { quantity: 0, quote: 0n });
});

interface Command {
  readonly cancel: number | null;
  readonly account: number;
  readonly side: "B" | "S";
  readonly quantity: number;
  readonly price: number;
  readonly rest: Partial<Pick<NewOrder, "type" | "timeInForce">>;
}

const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.record({
    cancel: fc.option(fc.nat(30), { freq: 3 }),
    account: fc.nat(3),
    side: fc.constantFrom("B", "S"),
    quantity: fc.integer({ min: 1, max: 9 }),
    price: fc.integer({ min: 95, max: 105 }),
    rest: fc.constantFrom({}, {}, {}, IOC, FOK, MAKER, MARKET),
  }),
  { maxLength: 80 },
);
const preventions = fc.constantFrom("EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH");

test(`any commands give the events and the book of the naive model (seed ${randomSeed})`, () => {
  fc.assert(
    fc.property(commands, preventions, (list, prevention) => {
      const { engine, log } = market(prevention);
      const model = new ReferenceBook(prevention);
      const ids: number[] = [];
      list.forEach((command, index) => {
        if (command.cancel !== null) {
          const target = index - 1 - command.cancel;
          const found = engine.cancel(ids[target] ?? 0, index, null) !== null;
          assert.equal(found, model.cancel(`o${target}`));
        } else {
          const { account, price, quantity, rest, side } = command;
          const request = order(account, `o${index}`, side, quantity, price, rest);
          const result = engine.submit(request, index);
          if (result.ok) ids[index] = result.order.orderId;
          assert.equal(result.ok ? "ok" : result.reason, model.submit(request));
        }
        assert.deepEqual(log.take(), model.take());
        const depth = engine.depth(100);
        assert.deepEqual(depth, { bids: model.depth(1), asks: model.depth(2) });
        assert.deepEqual(depth, { bids: log.told(1), asks: log.told(2) });
        assert.ok((engine.best(1)?.price ?? 0) < (engine.best(2)?.price ?? 1000), "crossed");
        const open = engine.openOrders(1).map((state) => state.clientOrderId);
        assert.deepEqual(open, model.openIds(1));
      });
    }),
    { seed: randomSeed, numRuns: 300 },
  );
});

test(`money and goods are conserved through any commands, and nothing stays locked (seed ${randomSeed})`, () => {
  fc.assert(
    fc.property(commands, preventions, (list, selfTradePrevention) => {
      const openingBalances = [1, 2, 3].flatMap((account) => [
        { account, asset: "BTC", amount: 1_000n },
        { account, asset: "USDT", amount: 1_000n },
      ]);
      const assets = { baseAsset: "BTC", quoteAsset: "USDT" };
      const ledger = new Ledger({ ...assets, makerFeeBps: 1000, takerFeeBps: 2000.5, openingBalances });
      const listener = new ListenerChain([ledger, new EventLog()]);
      const engine = new MatchingEngine({ listener, selfTradePrevention });
      list.forEach(({ account, cancel, price, quantity, rest, side }, index) => {
        const request = order(account, `o${index}`, side, quantity, price * 1e6, rest);
        if (cancel === null) engine.submit(request, index);
        else engine.cancel(index - cancel, index, null);
        assert.equal(ledger.total("BTC"), 300_000_000_000n);
        assert.equal(ledger.total("USDT"), 300_000_000_000n);
        for (const client of [1, 2, 3]) {
          const open = engine.openOrders(client);
          const sells = open
            .filter((state) => state.side === 2)
            .reduce((sum, o) => sum + o.quantity - o.filled, 0);
          const buys = open
            .filter((state) => state.side === 1)
            .reduce((sum, o) => sum + (o.quantity - o.filled) * o.price, 0);
          assert.equal(ledger.balance(client, "BTC").locked, BigInt(sells) * 100_000_000n);
          assert.equal(ledger.balance(client, "USDT").locked, BigInt(buys));
        }
      });
    }),
    { seed: randomSeed, numRuns: 200 },
  );
});

test("many orders over many prices and ids keep index and ladder right", () => {
  const { engine, log } = market();
  const ids: number[] = [];
  for (let index = 0; index < 6000; index += 1) {
    ids.push(
      accepted(
        engine,
        order(
          0,
          `o${index}`,
          index % 2 === 0 ? "B" : "S",
          1,
          10_000 + ((index * 7919) % 3000) + (index % 2) * 3000,
        ),
      ).orderId,
    );
  }
  assert.equal(engine.depth(10_000).bids.length, log.told(1).length);
  ids.forEach((id, index) => {
    if (index % 3 !== 0) assert.notEqual(engine.cancel(id, 1, null), null);
  });
  assert.deepEqual(engine.depth(10_000), { bids: log.told(1), asks: log.told(2) });
  const left = engine.depth(10_000);
  assert.equal(
    [...left.bids, ...left.asks].reduce((sum, [, quantity]) => sum + quantity, 0),
    2000,
  );
});
