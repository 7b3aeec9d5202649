import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Side } from "../../../../abi/host/index.ts";
import { createInstrument, InstrumentTable } from "../../../../host/execution/orders/index.ts";
import type { Instrument } from "../../../../host/execution/orders/index.ts";
import {
  POSITION_OK,
  POSITION_OVERFLOW,
  PositionBook,
  recompute,
  unrealized,
  ValuationCell,
} from "../../../../host/execution/positions/index.ts";
import type { RecomputedPosition, RecordedFill } from "../../../../host/execution/positions/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { bitcoin, future, UNIT } from "../support/execution-desk.ts";

const PARTS = 100_000_000n;
/** Odd exponents: the exact product has three decimals beyond the quote mantissa. */
const odd: Instrument = createInstrument({
  ...bitcoin,
  instrumentId: 3,
  priceExponent: -5,
  sizeExponent: -6,
  tickSize: 1,
  lotSize: 1,
  minQuantity: 1,
});
const instruments: readonly Instrument[] = [bitcoin, future, odd];

const QUANTITY_MAX = [50_000_000, 8, 20_000];

const fills = fc.array(
  fc.record({
    agent: fc.nat({ max: 2 }),
    instrument: fc.nat({ max: 2 }),
    isBuy: fc.boolean(),
    price: fc.integer({ min: 1, max: 3_000_000_000_000 }),
    quantity: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 50_000_000 })),
  }),
  { maxLength: 60 },
);

const money = (whole: number | undefined, parts: number | undefined): bigint =>
  BigInt(whole ?? 0) * PARTS + BigInt(parts ?? 0);

type DrawnFills = typeof fills extends fc.Arbitrary<infer T> ? T : never;

/** Folds the fills into the book and returns them as the second computation wants them. */
function applyAll(book: PositionBook, list: DrawnFills): RecordedFill[] {
  return list.map(({ agent, instrument, isBuy, price, quantity: drawn }) => {
    // No sum may pass 2^53 here; overflow has a test of its own.
    const quantity = (drawn % (QUANTITY_MAX[instrument] ?? 1)) + 1;
    const side = isBuy ? Side.BUY : Side.SELL;
    assert.equal(book.applyFill(Float64Array.of(price, quantity, 0), agent, instrument, side), POSITION_OK);
    return {
      agent,
      instrumentId: instruments[instrument]?.instrumentId ?? 0,
      side: isBuy ? "BUY" : "SELL",
      price: BigInt(price),
      quantity: BigInt(quantity),
      commission: 0n,
      commissionAssetId: 0,
    };
  });
}

const flat: RecomputedPosition = { quantity: 0n, cost: 0n, realized: 0n, cash: 0n };

function checkRow(
  book: PositionBook,
  agent: number,
  index: number,
  position: RecomputedPosition,
  mark: number,
): void {
  const instrument = instruments[index] ?? bitcoin;
  const row = book.rowOf(agent, index);
  assert.equal(BigInt(book.quantity[row] ?? 0), position.quantity);
  assert.equal(money(book.costWhole[row], book.costParts[row]), position.cost);
  assert.equal(money(book.realizedWhole[row], book.realizedParts[row]), position.realized);
  assert.equal(book.value(row, index, Float64Array.of(mark)), POSITION_OK);
  const [whole, parts, average] = book.valuation;
  const gain = money(whole, parts);
  assert.equal(gain, unrealized(position, instrument, BigInt(mark)));
  const shift = BigInt(instrument.quoteExponent - instrument.priceExponent - instrument.sizeExponent);
  const worth = (PARTS / 10n ** shift) * BigInt(instrument.contractMultiplier);
  assert.equal(
    position.realized + gain,
    position.cash + position.quantity * BigInt(mark) * worth,
    "P&L is cash plus position",
  );
  const held = position.quantity < 0n ? -position.quantity : position.quantity;
  assert.equal(BigInt(average ?? 0), held === 0n ? 0n : position.cost / (held * worth));
}

test(`positions and P&L equal an independent computation from the fills, exactly (seed ${randomSeed})`, () => {
  const property = fc.property(fills, fc.integer({ min: 1, max: 3_000_000_000_000 }), (list, mark) => {
    const book = new PositionBook(new InstrumentTable(instruments), 3);
    const expected = recompute(applyAll(book, list), instruments);
    for (const [index, { instrumentId }] of instruments.entries()) {
      for (let agent = 0; agent < 4; agent += 1) {
        checkRow(book, agent, index, expected.agents.get(`${agent}/${instrumentId}`) ?? flat, mark);
      }
      checkRow(book, book.accountRow, index, expected.account.get(instrumentId) ?? flat, mark);
    }
  });
  fc.assert(property, { seed: randomSeed, numRuns: 400 });
});

test("a long turned short realises the closed part and opens the rest at the fill's price", () => {
  const book = new PositionBook(new InstrumentTable([bitcoin]), 1);
  book.applyFill(Float64Array.of(20_000 * UNIT, UNIT, 0), 0, 0, Side.BUY);
  book.applyFill(Float64Array.of(21_000 * UNIT, 3 * UNIT, 0), 0, 0, Side.SELL);
  const row = book.rowOf(0, 0);
  assert.equal(book.quantity[row], -2 * UNIT);
  assert.equal(book.realizedWhole[row], 1000 * UNIT);
  assert.equal(book.costWhole[row], 42_000 * UNIT);
  book.value(row, 0, Float64Array.of(21_001 * UNIT));
  assert.equal(book.valuation[ValuationCell.UNREALIZED_WHOLE], -2 * UNIT);
  assert.equal(book.valuation[ValuationCell.AVERAGE_PRICE], 21_000 * UNIT);
});

test("a loss below a whole mantissa is kept, as a negative whole and positive parts", () => {
  const book = new PositionBook(new InstrumentTable([bitcoin]), 1);
  book.applyFill(Float64Array.of(2, 1, 0), 0, 0, Side.BUY);
  book.applyFill(Float64Array.of(1, 1, 0), 0, 0, Side.SELL);
  assert.deepEqual([book.realizedWhole[0], book.realizedParts[0]], [-1, 99_999_999]);
});

test("a fold that would pass 2^53 is refused and changes neither the agent nor the account", () => {
  const book = new PositionBook(new InstrumentTable([bitcoin, future]), 2);
  const half = Float64Array.of(1, 2 ** 52, 0);
  assert.equal(book.applyFill(half, 0, 0, Side.BUY), POSITION_OK);
  assert.equal(
    book.applyFill(half, 1, 0, Side.BUY),
    POSITION_OVERFLOW,
    "the account would pass it, the agent would not",
  );
  assert.equal(book.quantity[book.rowOf(1, 0)], 0);
  assert.equal(book.quantity[book.rowOf(book.accountRow, 0)], 2 ** 52);
  assert.equal(
    book.applyFill(Float64Array.of(2 ** 52, UNIT * 2, 0), 0, 0, Side.BUY),
    POSITION_OVERFLOW,
    "the cost",
  );
  assert.equal(
    book.applyFill(Float64Array.of(1, 2 ** 50, 0), 0, 1, Side.BUY),
    POSITION_OVERFLOW,
    "the contracts' multiplier",
  );
  assert.equal(
    book.applyFill(Float64Array.of(2 ** 52, 2 ** 40, 0), 0, 0, Side.SELL),
    POSITION_OVERFLOW,
    "the proceeds",
  );
  assert.equal(book.value(book.rowOf(0, 0), 0, Float64Array.of(2 ** 52)), POSITION_OVERFLOW);
});
