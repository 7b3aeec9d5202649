import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FollowedMarket, FRAME_KIND } from "../../../sim/market/index.ts";
import type { Execution, MarketListener, RecordedFrame } from "../../../sim/market/index.ts";
import { randomSeed } from "../../support/random-seed.ts";

const CENT = 1_000_000;
const MIDDLE = 60_000_00 * CENT;

function opened(): { readonly market: FollowedMarket; readonly fills: Execution[] } {
  const fills: Execution[] = [];
  const nothing = (): void => undefined;
  const listener: MarketListener = {
    onAccepted: nothing,
    onCanceled: nothing,
    onExpired: nothing,
    onLevel: nothing,
    onExecution: (execution) => void fills.push({ ...execution }),
  };
  const grid = { symbol: "btcusdt", middle: MIDDLE, tickSize: CENT };
  return { market: new FollowedMarket({ listener, selfTradePrevention: "EXPIRE_MAKER", ...grid }), fills };
}

function frame(
  kind: RecordedFrame["kind"],
  ids: readonly [first: number, last: number],
  bids: readonly number[],
  asks: readonly number[] = [],
): RecordedFrame {
  return { kind, symbol: "btcusdt", firstUpdateId: ids[0], lastUpdateId: ids[1], bids, asks };
}

const { depth, snapshot, trade, bookTicker } = FRAME_KIND;

test("[M1] a book is there from the snapshot on, gone with a gap or a lost line, and back with the next snapshot", () => {
  const { market } = opened();
  market.follow(frame(depth, [5, 9], [MIDDLE - CENT, 7]), 1);
  assert.equal(market.hasBook, false);
  market.follow(frame(snapshot, [6, 6], [MIDDLE - 2 * CENT, 3], [MIDDLE + CENT, 4]), 2);
  assert.deepEqual(market.depth(9), {
    bids: [
      [MIDDLE - CENT, 7],
      [MIDDLE - 2 * CENT, 3],
    ],
    asks: [[MIDDLE + CENT, 4]],
  });
  market.follow(frame(depth, [12, 12], []), 3);
  assert.equal(market.hasBook, false, "10 and 11 are missing");
  market.follow(frame(snapshot, [20, 20], [MIDDLE - CENT, 1], [MIDDLE, 1]), 4);
  assert.equal(market.hasBook, true);
  market.loseBook();
  assert.deepEqual([market.hasBook, market.depth(9).bids.length], [false, 0]);
  market.follow(frame(snapshot, [30, 30], [MIDDLE - CENT, 2], [MIDDLE, 1]), 5);
  assert.deepEqual(market.depth(9).bids, [[MIDDLE - CENT, 2]]);
});

test("levels beyond the grid are left out and counted; a trade or a best price there is passed over", () => {
  const { market } = opened();
  market.follow(frame(snapshot, [1, 1], [MIDDLE - CENT, 1, CENT, 9], [MIDDLE, 1, MIDDLE * 2, 9]), 1);
  assert.deepEqual(
    [market.levelsBeyond, market.depth(9).bids.length, market.depth(9).asks.length],
    [2, 1, 1],
  );
  market.follow(frame(trade, [1, 1], [], [MIDDLE * 2, 5]), 2);
  market.follow(frame(bookTicker, [2, 2], [MIDDLE - CENT, 1], [MIDDLE * 2, 5]), 3);
  assert.equal(market.best(2)?.price, MIDDLE);
});

test("an order that rests is filled by prints, and one that takes trades with the levels shown", () => {
  const { market, fills } = opened();
  market.follow(frame(snapshot, [1, 1], [MIDDLE - CENT, 5], [MIDDLE, 5]), 1);
  const order = { account: 1, side: 1, quantity: 2, clientOrderId: "a" } as const;
  market.submit({ ...order, type: "LIMIT", timeInForce: "IOC", price: MIDDLE, quantity: 2 }, 2);
  assert.deepEqual([fills[0]?.price, fills[0]?.quantity], [MIDDLE, 2]);
  market.submit(
    { ...order, clientOrderId: "b", type: "LIMIT_MAKER", timeInForce: "GTC", price: MIDDLE - CENT },
    3,
  );
  market.follow(frame(trade, [1, 1], [MIDDLE - CENT, 6]), 50e6);
  assert.deepEqual([fills.length, fills[1]?.quantity], [2, 1], "five stood ahead, the sixth fills one");
});

test(`however long it is followed, the book is that of a plain map, and memory does not grow (seed ${randomSeed})`, () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -40, max: 40 }), fc.nat(5)), { maxLength: 40 }),
      (changes) => {
        const { market } = opened();
        market.follow(frame(snapshot, [1, 1], [MIDDLE - 50 * CENT, 1], [MIDDLE + 50 * CENT, 1]), 1);
        const bids = new Map<number, number>([[MIDDLE - 50 * CENT, 1]]);
        let id = 1;
        for (let round = 0; round < 60; round++) {
          for (const [ticks, quantity] of changes) {
            const price = MIDDLE + (ticks - 45) * CENT;
            id += 1;
            market.follow(frame(depth, [id, id], [price, quantity]), id);
            if (quantity === 0) bids.delete(price);
            else bids.set(price, quantity);
          }
        }
        assert.deepEqual(
          market.depth(1_000).bids,
          [...bids].sort(([a], [b]) => b - a),
        );
        assert.ok(market.position <= 1_000, "played lines are forgotten");
      },
    ),
    { seed: randomSeed, numRuns: 30 },
  );
});
