import assert from "node:assert/strict";
import { test } from "node:test";
import { FlowGenerator, MatchingEngine } from "../../../sim/market/index.ts";
import type { FlowOptions, NewOrder, OrderState } from "../../../sim/market/index.ts";
import { EventLog, IOC, MAKER, order } from "./event-log.ts";

const SECOND_NS = 1e9;

function flow(
  seed: number,
  options: Partial<FlowOptions> = {},
): { log: EventLog; engine: MatchingEngine; generator: FlowGenerator } {
  const log = new EventLog();
  const engine = new MatchingEngine({ listener: log });
  return { log, engine, generator: new FlowGenerator({ market: engine, seed, ...options }) };
}

test("a seed gives its flow, however it is pulled, and another seed another", () => {
  const one = flow(5);
  const same = flow(5);
  const other = flow(6);
  one.generator.advance(3 * SECOND_NS);
  for (let ms = 0; ms <= 3000; ms += 7) same.generator.advance(ms * 1e6);
  same.generator.advance(3 * SECOND_NS);
  other.generator.advance(3 * SECOND_NS);
  assert.deepEqual(one.log.lines, same.log.lines);
  assert.equal(one.generator.nextNs, same.generator.nextNs);
  assert.notDeepEqual(one.log.lines, other.log.lines);
});

test("commands come at their times only, the book first", () => {
  const { engine, generator } = flow(1, { startNs: 100 });
  assert.equal(generator.nextNs, 100);
  assert.equal(generator.advance(99), 0);
  assert.equal(engine.best(1), null);
  assert.equal(generator.advance(100), 1600);
  const { nextNs } = generator;
  assert.notEqual(nextNs, 100);
  assert.equal(generator.advance(nextNs - 1), 0);
  assert.equal(generator.advance(nextNs), 1);
});

test("for a minute the book is deep on both sides, on the grid, tight, and trades on", () => {
  for (const seed of [1, 2, 3]) {
    const { engine, generator, log } = flow(seed);
    let spreadTicks = 0;
    for (let second = 0; second <= 60; second += 1) {
      generator.advance(second * SECOND_NS);
      const { asks, bids } = engine.depth(10_000);
      assert.ok(
        bids.length >= 200 && asks.length >= 200,
        `seed ${seed}: ${bids.length} and ${asks.length} levels`,
      );
      const [bid = 0] = bids[0] ?? [];
      const [ask = 0] = asks[0] ?? [];
      assert.ok(bid < ask && bid > 5_900_000_000_000 && ask < 6_100_000_000_000, `${bid} ${ask}`);
      spreadTicks += (ask - bid) / 1_000_000;
      const onGrid = [...bids, ...asks].every(
        ([price, size]) => price % 1_000_000 === 0 && size % 1_000 === 0,
      );
      assert.ok(onGrid);
    }
    assert.ok(spreadTicks / 61 < 30, `seed ${seed}: mean spread of ${spreadTicks / 61} ticks`);
    const trades = log.lines.filter((line) => line.includes(" took ")).length;
    const cancels = log.lines.filter((line) => line.startsWith("canceled")).length;
    assert.ok(trades > 600 && cancels > 3_000, `seed ${seed}: ${trades} trades, ${cancels} cancels`);
  }
});

test("activity comes in clusters: the busiest tenth of seconds has far more commands than the calmest", () => {
  const { generator } = flow(4);
  generator.advance(0);
  const counts = Array.from({ length: 200 }, (_, second) => generator.advance((second + 1) * SECOND_NS)).sort(
    (a, b) => a - b,
  );
  const calm = counts.slice(0, 20).reduce((sum, count) => sum + count, 0);
  const busy = counts.slice(-20).reduce((sum, count) => sum + count, 0);
  assert.ok(busy > 2 * calm, `${busy} against ${calm}`);
});

test("a quoting and a taking client get accepted, filled and cancelled within seconds", () => {
  const { engine, generator } = flow(9);
  const seen = new Set<string>();
  const send = (request: NewOrder, timeNs: number): OrderState | null => {
    const result = engine.submit(request, timeNs);
    return result.ok ? result.order : null;
  };
  generator.advance(0);
  for (let ms = 100; ms <= 30_000; ms += 100) {
    generator.advance(ms * 1e6);
    const bid = engine.best(1)?.price ?? 0;
    const ask = engine.best(2)?.price ?? 0;
    const left = engine.openOrders(1).filter(({ price }) => price < bid || price > ask);
    for (const { orderId } of left) engine.cancel(orderId, ms * 1e6, null);
    const quotes = [
      order(1, `b${ms}`, "B", 1_000_000, bid, MAKER),
      order(1, `s${ms}`, "S", 1_000_000, ask, MAKER),
    ];
    for (const quote of quotes) send(quote, ms * 1e6);
    const take = order(2, `t${ms}`, "B", 100_000, ask, IOC);
    if (ms % 1000 === 0) assert.equal(send(take, ms * 1e6)?.filled, 100_000);
    for (const side of ["b", "s"]) seen.add(`${side} ${engine.find(1, `${side}${ms - 1000}`)?.status}`);
  }
  const wanted = ["b FILLED", "s FILLED", "b CANCELED", "s CANCELED"];
  for (const status of wanted) assert.ok(seen.has(status), `${status} in ${[...seen].join()}`);
});

test("the flow goes on when others have emptied the book", () => {
  const { engine, generator } = flow(3, { ordersPerSide: 20 });
  generator.advance(SECOND_NS);
  for (const side of ["B", "S"] as const) {
    engine.submit(order(1, side, side, 1e15, 1, { type: "MARKET", timeInForce: "IOC" }), SECOND_NS);
  }
  assert.deepEqual(engine.depth(1), { bids: [], asks: [] });
  generator.advance(20 * SECOND_NS);
  assert.ok(engine.depth(100).bids.length > 5 && engine.depth(100).asks.length > 5);
});

test("the value never falls to nothing", () => {
  const { engine, generator } = flow(2, {
    openingPrice: 100_000_000,
    driftPerRootSecond: 200,
    ordersPerSide: 5,
    depthTicks: 10,
  });
  generator.advance(30 * SECOND_NS);
  assert.ok((engine.best(2)?.price ?? 0) > 0);
});
