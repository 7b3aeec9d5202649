import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ExecType, Side } from "../../../../abi/host/index.ts";
import { Outcome } from "../../../../host/execution/orders/index.ts";
import { PositionHistory, recompute } from "../../../../host/execution/positions/index.ts";
import type { RecordedFill } from "../../../../host/execution/positions/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { bitcoin, ExecutionDesk, UNIT } from "../support/execution-desk.ts";

const TICK = 1_000_000;
const PRICE = 20_000 * UNIT;
const AGENTS = 4;
const PARTS = 100_000_000n;

/** Fills with the desk as the lane does, and keeps a list for the other computation. */
class Book {
  readonly desk: ExecutionDesk;
  readonly history: PositionHistory;
  readonly recorded: RecordedFill[] = [];
  private readonly slots: number[];
  private trades = 0;
  private reports = 0;

  constructor(fillsRetained: number) {
    this.desk = new ExecutionDesk({ fillsRetained });
    const { positions, instruments, orders } = this.desk;
    this.history = new PositionHistory(positions, instruments, AGENTS, orders.fills);
    const sides = [Side.BUY, Side.SELL];
    this.slots = [0, 1].flatMap((agent) =>
      sides.map((side) =>
        this.desk.submit(agent, {
          tag: side,
          side,
          price: side === Side.BUY ? 2 * PRICE : TICK,
          quantity: 9000 * UNIT,
        }),
      ),
    );
  }

  trade(order: number, ticks: number, lots: number): number {
    this.trades += 1;
    const terms = { tradeId: this.trades, lastPrice: PRICE + ticks * TICK, lastQty: lots * 1_000 };
    const slot = this.slots[order] ?? 0;
    assert.equal(this.desk.report(slot, { execType: ExecType.TRADE, ...terms }), Outcome.FILLED);
    const { columns, fill } = this.desk.orders;
    this.desk.positions.applyFill(fill, columns.agent[slot] ?? 0, 0, columns.side[slot] ?? 0);
    this.history.settle(0);
    this.recorded.push(this.recordOf(slot, terms));
    return this.trades;
  }

  /** Undoes a trade, or corrects it where there are new terms. Its Outcome. */
  amend(tradeId: number, ticks: number, lots: number): number {
    this.reports += 1;
    const slot =
      this.slots[Number(this.recorded.find(({ trade }) => trade === String(tradeId))?.agent ?? 0) * 2] ?? 0;
    const other = this.slots[this.slots.indexOf(slot) + 1] ?? 0;
    for (const place of [slot, other]) {
      const terms = { tradeId, lastPrice: lots === 0 ? 0 : PRICE + ticks * TICK, lastQty: lots * 1_000 };
      const execType = lots === 0 ? ExecType.TRADE_CANCEL : ExecType.TRADE_CORRECT;
      const outcome = this.desk.report(place, { execType, ...terms, execId: this.reports });
      if (outcome !== Outcome.AMENDED) continue;
      assert.equal(this.history.refold(0), 0);
      this.recorded.push({ ...this.recordOf(place, terms), amends: lots === 0 ? "UNDONE" : "CORRECTED" });
      return outcome;
    }
    return Outcome.QUARANTINED;
  }

  /** Every row of both computations. */
  compare(): void {
    const { positions } = this.desk;
    const { account, agents } = recompute(this.recorded, [bitcoin]);
    const flat = { quantity: 0n, cost: 0n, realized: 0n };
    for (let agent = 0; agent <= positions.accountRow; agent += 1) {
      const row = positions.rowOf(agent, 0);
      const theirs = agent === positions.accountRow ? account.get(1) : agents.get(`${agent}/1`);
      const { quantity, cost, realized } = theirs ?? flat;
      assert.deepEqual(
        [
          BigInt(positions.quantity[row] ?? 0),
          money(positions.costWhole[row], positions.costParts[row]),
          money(positions.realizedWhole[row], positions.realizedParts[row]),
        ],
        [quantity, cost, realized],
        `row ${agent}`,
      );
    }
  }

  private recordOf(
    slot: number,
    terms: { tradeId: number; lastPrice: number; lastQty: number },
  ): RecordedFill {
    const { columns } = this.desk.orders;
    return {
      agent: columns.agent[slot] ?? 0,
      instrumentId: 1,
      side: columns.side[slot] === Side.BUY ? "BUY" : "SELL",
      price: BigInt(terms.lastPrice),
      quantity: BigInt(terms.lastQty),
      commission: 0n,
      commissionAssetId: 0,
      trade: String(terms.tradeId),
    };
  }
}

function money(whole = 0, parts = 0): bigint {
  return BigInt(whole) * PARTS + BigInt(parts);
}

test("[V16] a trade that is undone was never there: the average price and what later fills realised are those without it", () => {
  const book = new Book(64);
  const { positions } = book.desk;
  book.trade(0, 0, 100);
  const dear = book.trade(0, 2_000, 100);
  book.trade(1, 1_000, 50);
  const row = positions.rowOf(0, 0);
  assert.equal(positions.realizedWhole[row], 0, "sold at the average of both");
  book.amend(dear, 0, 0);
  assert.equal(positions.quantity[row], 50_000);
  assert.equal(positions.costWhole[row], 50_000 * 20_000);
  assert.equal(positions.realizedWhole[row], 50_000 * 10, "sold at what the cheaper one alone had cost");
  book.compare();
});

test("[V16] a fill that is older than what is remembered is in the base, and later ones are still undone as if they had never been", () => {
  const book = new Book(4);
  const ids = [0, 1, 0, 1, 0, 0, 1, 0].map((order, place) => book.trade(order, place * 7 - 20, 10 + place));
  assert.equal(book.amend(ids[0] ?? 0, 0, 0), Outcome.QUARANTINED);
  assert.equal(book.amend(ids.at(-2) ?? 0, 0, 0), Outcome.AMENDED);
  book.compare();
  assert.equal(book.amend(ids.at(-3) ?? 0, 5, 3), Outcome.AMENDED);
  book.trade(1, 3, 400);
  book.compare();
});

test("[V16] an overflow on the way leaves positions as they were", () => {
  const book = new Book(64);
  const { positions } = book.desk;
  const id = book.trade(0, 0, 100);
  book.trade(1, 0, 100);
  const fills = book.desk.orders.fills;
  fills.price[fills.indexOf(0, 0)] = 2 ** 52;
  fills.quantity[fills.indexOf(0, 0)] = 2 ** 52;
  const before = [...positions.quantity, ...positions.costWhole, ...positions.realizedWhole];
  assert.equal(book.history.refold(0), 1, `trade ${id}`);
  assert.deepEqual([...positions.quantity, ...positions.costWhole, ...positions.realizedWhole], before);
});

const step = fc.record({
  isTrade: fc.constantFrom(true, true, true, false),
  order: fc.nat({ max: 3 }),
  ticks: fc.integer({ min: -5_000, max: 5_000 }),
  lots: fc.integer({ min: 1, max: 100_000 }),
  pick: fc.nat(),
  isBust: fc.boolean(),
});

test(`[V16] with trades undone and corrected anywhere, positions and P&L equal the other computation from all fills, exactly (seed ${randomSeed})`, () => {
  let amended = 0;
  const property = fc.property(
    fc.array(step, { minLength: 1, maxLength: 60 }),
    fc.constantFrom(3, 8, 64),
    (steps, retained) => {
      const book = new Book(retained);
      let last = 0;
      for (const { isTrade, order, ticks, lots, pick, isBust } of steps) {
        if (isTrade || last === 0) last = book.trade(order, ticks, lots);
        else if (book.amend((pick % last) + 1, ticks, isBust ? 0 : lots) === Outcome.AMENDED) amended += 1;
      }
      book.compare();
    },
  );
  fc.assert(property, { seed: randomSeed, numRuns: 200 });
  // Between 187 and some 400, by the seed: enough steps reach a remembered trade.
  assert.ok(amended > 100, `${amended} trades were undone or corrected`);
});
