import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Side } from "../../../../abi/host/index.ts";
import { ExternalReserves } from "../../../../host/execution/orders/index.ts";
import {
  EXTERNAL_MAX,
  ExternalNumber,
  ExternalOrders,
  ExternalWord,
  Seen,
} from "../../../../host/execution/reconcile/external-orders.hot.ts";
import { randomSeed } from "../../../support/random-seed.ts";

const INSTRUMENTS = 3;

interface Shown {
  readonly instrument: number;
  readonly id: number;
  readonly side: number;
  readonly price: number;
  readonly quantity: number;
  readonly cumQty: number;
}

class Listed {
  readonly reserves = new ExternalReserves(INSTRUMENTS);
  readonly orders = new ExternalOrders(this.reserves);

  see({ instrument, id, side, price, quantity, cumQty }: Shown, round: number): number {
    return this.orders.see(
      Int32Array.of(instrument, id, 0, side, round, 0),
      Float64Array.of(price, quantity, cumQty),
    );
  }
}

const order = { instrument: 0, id: 1, side: Side.BUY as number, price: 100, quantity: 10, cumQty: 3 };
const shown: fc.Arbitrary<Shown> = fc.record({
  instrument: fc.integer({ min: 0, max: INSTRUMENTS - 1 }),
  id: fc.integer({ min: 1, max: 90 }),
  side: fc.constantFrom<number>(Side.BUY, Side.SELL),
  price: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 })),
  quantity: fc.oneof(
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 30, arbitrary: fc.integer({ min: 1, max: 2 ** 50 }) },
  ),
  cumQty: fc.integer({ min: 0, max: 2 ** 50 }),
});

const isShown = (round: readonly Shown[], row: Shown): boolean =>
  round.some(({ id, instrument }) => id === row.id && instrument === row.instrument);

function gonePlaces(orders: ExternalOrders): number {
  return Array.from({ length: orders.count }, (_, place) => orders.word(place, ExternalWord.IS_GONE)).filter(
    (isGone) => isGone === 1,
  ).length;
}

/** What the list comes to, by code that shares nothing with it. */
function expected(
  rows: readonly Shown[],
  instrument: number,
  side: number,
): [quantity: number, prices: number[]] {
  const own = rows.filter((row) => row.instrument === instrument && row.side === side);
  const sum = own.reduce(
    (total, { quantity, cumQty }) => total + (quantity === 0 ? Infinity : Math.max(0, quantity - cumQty)),
    0,
  );
  const best = side === Side.BUY ? Infinity : 0;
  return [sum, own.map(({ price }) => (price === 0 ? best : price))];
}

test(`[V21] what orders of others may still do is the sum over the list, after every change of it; seed ${randomSeed}`, () => {
  fc.assert(
    fc.property(fc.array(fc.array(shown, { maxLength: 20 }), { maxLength: 8 }), (rounds) => {
      const { reserves, orders, see } = bound();
      let rows: Shown[] = [];
      rounds.forEach((round, place) => {
        for (const one of round) {
          const at = rows.findIndex(({ instrument, id }) => instrument === one.instrument && id === one.id);
          assert.equal(see(one, place + 1), at < 0 ? Seen.NEW : Seen.KNOWN);
          rows = at < 0 ? [...rows, one] : rows.with(at, one);
          check();
        }
        const instrument = place % INSTRUMENTS;
        orders.endRound(instrument, place + 1);
        const gone = rows.filter((row) => row.instrument === instrument && !isShown(round, row));
        const before = [reserves.buyQty[instrument], reserves.sellQty[instrument]];
        assert.deepEqual(
          before,
          [Side.BUY, Side.SELL].map((side) => expected(rows, instrument, side)[0]),
        );
        assert.equal(gone.length, gonePlaces(orders));
        orders.endTrades(instrument);
        rows = rows.filter((row) => !gone.includes(row));
        check();
      });

      function check(): void {
        for (let instrument = 0; instrument < INSTRUMENTS; instrument++) {
          const [buys, bids] = expected(rows, instrument, Side.BUY);
          const [sells, asks] = expected(rows, instrument, Side.SELL);
          assert.deepEqual([reserves.buyQty[instrument], reserves.sellQty[instrument]], [buys, sells]);
          assert.deepEqual(
            [reserves.bidPrice[instrument], reserves.askPrice[instrument]],
            [Math.max(...bids), Math.min(...asks)],
          );
        }
      }
    }),
    { seed: randomSeed, numRuns: 300 },
  );
});

function bound(): { reserves: ExternalReserves; orders: ExternalOrders; see: Listed["see"] } {
  const listed = new Listed();
  return { reserves: listed.reserves, orders: listed.orders, see: (one, round) => listed.see(one, round) };
}

test("[V21] a sum beyond 2^53 is no sum any more: it counts as unlimited, and as a number again once it is one", () => {
  const { reserves, orders, see } = bound();
  see({ ...order, quantity: 2 ** 53 - 1, cumQty: 0 }, 1);
  assert.equal(reserves.buyQty[0], 2 ** 53 - 1);
  see({ ...order, id: 2, quantity: 1, cumQty: 0 }, 2);
  assert.equal(reserves.buyQty[0], Infinity);
  orders.endRound(0, 2);
  assert.equal(reserves.buyQty[0], Infinity, "it may have been filled");
  orders.endTrades(0);
  assert.equal(reserves.buyQty[0], 1);
});

test("[V21] an order beyond the list makes its side unlimited, at the worst price of those, until a round shows none", () => {
  const { reserves, orders, see } = bound();
  const ask = { ...order, side: Side.SELL as number, instrument: 1 };
  for (let id = 1; id <= EXTERNAL_MAX; id++) assert.equal(see({ ...order, id }, 1), Seen.NEW);
  assert.equal(see({ ...ask, id: 101, price: 70 }, 1), Seen.UNLISTED);
  assert.equal(see({ ...ask, id: 102, price: 60 }, 1), Seen.UNLISTED_STILL);
  assert.equal(see({ ...ask, id: 103, price: 90 }, 1), Seen.UNLISTED_STILL);
  assert.deepEqual([orders.isUnlisted(1, Side.SELL), orders.isUnlisted(1, Side.BUY)], [true, false]);
  assert.deepEqual([reserves.sellQty[1], reserves.askPrice[1], reserves.buyQty[1]], [Infinity, 60, 0]);
  assert.equal(reserves.buyQty[0], 7 * EXTERNAL_MAX, "what is listed is a sum all the same");
  orders.endRound(0, 2);
  orders.endTrades(0);
  orders.endRound(1, 1);
  assert.equal(reserves.sellQty[1], Infinity, "the round that showed it has not shown less");
  assert.equal(see({ ...ask, id: 101, price: 70 }, 2), Seen.NEW);
  orders.endRound(1, 2);
  assert.deepEqual([reserves.sellQty[1], reserves.askPrice[1]], [7, 70]);
  assert.equal(orders.isUnlisted(1, Side.SELL), false);
});

test("[V21] what a whole list did not show counts until the trades of its instrument are told, and is taken off then", () => {
  const { reserves, orders, see } = bound();
  see(order, 1);
  see({ ...order, instrument: 1, id: 2 }, 1);
  orders.endRound(0, 2);
  assert.deepEqual([reserves.buyQty[0], reserves.bidPrice[0]], [7, -Infinity], "counted, and met by nothing");
  orders.endTrades(1);
  orders.endTrades(0);
  assert.deepEqual([reserves.buyQty[0], reserves.buyQty[1], orders.count], [0, 7, 1]);
  assert.deepEqual([orders.word(0, ExternalWord.ID_LOW), orders.number(0, ExternalNumber.QUANTITY)], [2, 10]);
});
