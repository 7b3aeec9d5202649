import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import fc from "fast-check";
import { ExecType, Side } from "../../../../abi/host/index.ts";
import { LaneSnapshot, shapeOf } from "../../../../host/control/position-check/lane-snapshot.ts";
import type { CheckAnswer } from "../../../../host/control/position-check/position-check.ts";
import { PositionCheck } from "../../../../host/control/position-check/position-check.ts";
import { BreakCode } from "../../../../host/execution/reconcile/index.ts";
import { Channel } from "../../../../host/execution/gateways/index.ts";
import { balanceRecord } from "../../../support/balance-record.ts";
import { DIRECTORY } from "../../../support/journal-fixture.ts";
import type { LaneUnderTest, SeenEffect } from "../../../support/lane-under-test.ts";
import {
  ASK,
  BID,
  intent,
  LOT,
  puppetConfiguration,
  sends,
  SIZE,
  TICK,
} from "../../../support/lane-under-test.ts";
import { puppetModules } from "../../../support/puppet-plugins.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import type { StartedLane } from "../../../support/restarting-lane.ts";
import { RestartingLane } from "../../../support/restarting-lane.ts";
import { amendment, fill } from "../../../support/venue-answers.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

/** A life of a lane and the second computation of it. */
class CheckedLane {
  readonly started: StartedLane;
  readonly under: LaneUnderTest;
  readonly snapshot: LaneSnapshot;
  readonly check: PositionCheck;

  constructor(host: RestartingLane, changes: Parameters<RestartingLane["start"]>[0] = {}) {
    this.started = host.start(changes);
    this.under = this.started.under;
    const { segmentIndex, sequence } = this.started.recovery;
    this.check = new PositionCheck(host.disk, DIRECTORY, { segmentIndex: segmentIndex + 1, sequence });
    const shape = shapeOf(this.under.built.configuration);
    this.snapshot = new LaneSnapshot(shape, new ArrayBuffer(LaneSnapshot.bytesOf(shape)));
    this.under.makeReady();
  }

  sendOne(tag: number, agent = "one", side: number = Side.BUY, instrumentId = 1): SeenEffect {
    const [sent] = sends(
      this.under.act(
        agent,
        [intent({ tag, side, instrumentId, price: side === Side.BUY ? BID : ASK })],
        instrumentId,
      ),
    );
    assert.ok(sent !== undefined);
    return sent;
  }

  /** Writes what is in memory, takes the lane's values, and compares. */
  compare(spoil: (snapshot: LaneSnapshot) => void = () => undefined): CheckAnswer {
    const { journal } = this.started;
    journal.commit();
    this.snapshot.take(this.under.built, journal.sequence);
    spoil(this.snapshot);
    const answer = this.check.compare(this.snapshot, () => false);
    assert.ok(answer !== null);
    return answer;
  }
}

/** What differs, as code and holder. */
function differences(answer: CheckAnswer): string[] {
  assert.ok(answer.state === "compared", JSON.stringify(answer));
  return answer.disagreements.map(
    ({ code, holder, instrument, asset }) =>
      `${Object.entries(BreakCode).find(([, value]) => value === code)?.[0]} ${holder} ${instrument} ${asset}`,
  );
}

/** A session with fills of two agents in two instruments, fees in three assets and a rebate, and a balance taken as true in the middle. */
function traded(host: RestartingLane): CheckedLane {
  const lane = new CheckedLane(host);
  const { under } = lane;
  under.frame([balanceRecord(2, 5e12, 0)], Channel.ORDERS);
  const bought = lane.sendOne(1);
  under.frame(
    [fill(bought, 71, 30 * LOT, 30 * LOT, { commission: 7, commissionAssetId: 4 })],
    Channel.ORDERS,
  );
  under.frame([fill(bought, 72, 70 * LOT, SIZE, { commission: 3, commissionAssetId: 1 })], Channel.ORDERS);
  const { balances } = under.built;
  balances.rebase(1);
  const sold = lane.sendOne(2, "two", Side.SELL);
  under.frame(
    [fill(sold, 73, 33 * LOT, 33 * LOT, { lastPrice: ASK + TICK, commission: -5, commissionAssetId: 2 })],
    Channel.ORDERS,
  );
  const other = lane.sendOne(3, "two", Side.SELL, 2);
  under.frame([fill(other, 74, 9 * LOT, 9 * LOT)], Channel.ORDERS);
  return lane;
}

describe("the second computation of positions", () => {
  test("agrees with the lane at every record, whoever trades and whatever the fee is charged in", () => {
    const lane = traded(new RestartingLane(modules));
    const answer = lane.compare();
    assert.deepEqual(differences(answer), []);
    assert.ok(answer.state === "compared");
    assert.equal(answer.fills, 4);
    assert.equal(answer.sequence, lane.started.journal.sequence);
  });

  test("goes on where it stopped, and over restarts with what the journal leaves to the next session", () => {
    const host = new RestartingLane(modules);
    const first = traded(host);
    assert.deepEqual(differences(first.compare()), []);
    const more = first.sendOne(9, "one", Side.SELL);
    first.under.frame([fill(more, 79, SIZE, SIZE)], Channel.ORDERS);
    assert.deepEqual(differences(first.compare()), []);
    for (let restart = 0; restart < 2; restart++) {
      host.kill(first.started);
      const next = new CheckedLane(host);
      assert.deepEqual(differences(next.compare()), []);
      const sent = next.sendOne(20 + restart, "two");
      next.under.frame(
        [fill(sent, 90 + restart, 11 * LOT, 11 * LOT, { commission: 1, commissionAssetId: 1 })],
        Channel.ORDERS,
      );
      assert.deepEqual(differences(next.compare()), []);
      host.kill(next.started);
    }
  });

  test("[V16] follows trades that a venue undoes and corrects, of this session and of an earlier one", () => {
    const host = new RestartingLane(modules);
    const first = new CheckedLane(host);
    const fee = { commission: 7, commissionAssetId: 4 };
    first.under.frame([balanceRecord(2, 5e12, 0), balanceRecord(4, 5e12, 0)], Channel.ORDERS);
    const bought = first.sendOne(1);
    first.under.frame(
      [fill(bought, 71, 30 * LOT, 30 * LOT, fee), fill(bought, 72, 70 * LOT, SIZE, fee)],
      Channel.ORDERS,
    );
    const sold = first.sendOne(2, "two", Side.SELL);
    first.under.frame([fill(sold, 73, 50 * LOT, 50 * LOT, { lastPrice: ASK + TICK })], Channel.ORDERS);
    const terms = { lastQty: 60 * LOT, lastPrice: BID - TICK, commission: 5, commissionAssetId: 2 };
    first.under.frame(
      [
        amendment(bought, ExecType.TRADE_CANCEL, 71, 900),
        amendment(bought, ExecType.TRADE_CORRECT, 72, 901, terms),
      ],
      Channel.ORDERS,
    );
    assert.deepEqual(differences(first.compare()), []);
    host.kill(first.started);
    const second = new CheckedLane(host);
    assert.deepEqual(differences(second.compare()), []);
    second.under.frame([amendment(bought, ExecType.TRADE_CANCEL, 72, 902)], Channel.ORDERS);
    assert.deepEqual(differences(second.compare()), []);
  });

  test("knows that the host has what an agent had who is configured no more", () => {
    const host = new RestartingLane(modules);
    const first = traded(host);
    host.kill(first.started);
    const agents = puppetConfiguration().agents.slice(0, 1);
    const next = new CheckedLane(host, { agents });
    const row = next.under.built.positions.rowOf(1, 0);
    assert.equal(next.under.built.positions.quantity[row], -33 * LOT);
    assert.deepEqual(differences(next.compare()), []);
  });

  test("finds each cell of the lane's that is changed, and names it", () => {
    const host = new RestartingLane(modules);
    const lane = traded(host);
    const shape = shapeOf(lane.under.built.configuration);
    assert.equal(shape.balanceRows, 4);
    const columns = Object.entries(lane.snapshot).filter(
      (entry): entry is [string, Float64Array] => entry[0] !== "head" && entry[0] !== "broken",
    );
    assert.equal(columns.length, 11);
    for (const [name, column] of columns)
      for (let cell = 0; cell < column.length; cell++) {
        const found = differences(lane.compare(() => (column[cell] = (column[cell] ?? 0) + 1)));
        assert.equal(found.length, 1, `${name}[${cell}]: ${found.join()}`);
      }
    assert.deepEqual(differences(lane.compare(({ quantity }) => (quantity[6] = 0))), [
      "POSITION_DIFFERS account 0 -1",
    ]);
    assert.deepEqual(differences(lane.compare(({ costParts }) => (costParts[0] = 1))), [
      "COST_DIFFERS agent:one 0 -1",
    ]);
    assert.deepEqual(differences(lane.compare(({ agentFees }) => (agentFees[4 + 1] = 0))), [
      "FEES_DIFFER agent:two -1 1",
    ]);
    assert.deepEqual(differences(lane.compare(({ expectedWhole }) => (expectedWhole[0] = 0))), [
      "FLOW_DIFFERS account -1 0",
    ]);
    assert.deepEqual(differences(lane.compare()), []);
  });

  test("leaves out a balance whose sum was left as it was, since that has halted its instruments", () => {
    const lane = traded(new RestartingLane(modules));
    assert.deepEqual(
      differences(
        lane.compare(({ expectedWhole, broken }) => {
          expectedWhole[0] = 0;
          broken[0] = 1;
        }),
      ),
      [],
    );
  });

  for (const [what, times] of [
    ["applied twice", 2],
    ["dropped", 0],
  ] as const)
    test(`finds a fill that the lane has ${what}: in quantity, cost and what it has moved`, () => {
      const lane = traded(new RestartingLane(modules));
      const { positions, balances } = lane.under.built;
      seed(positions, times);
      seed(balances, times);
      const sent = lane.sendOne(30);
      lane.under.frame(
        [fill(sent, 99, 10 * LOT, 10 * LOT, { commission: 2, commissionAssetId: 4 })],
        Channel.ORDERS,
      );
      assert.deepEqual(differences(lane.compare()), [
        "POSITION_DIFFERS account 0 -1",
        "COST_DIFFERS account 0 -1",
        "FLOW_DIFFERS account -1 0",
        "FLOW_DIFFERS account -1 1",
        "FEES_DIFFER account -1 3",
        "FLOW_DIFFERS account -1 3",
      ]);
    });

  test("stops in the middle of the journal when it is to end, and answers nothing", () => {
    const lane = traded(new RestartingLane(modules));
    lane.started.journal.commit();
    lane.snapshot.take(lane.under.built, lane.started.journal.sequence);
    let records = 0;
    assert.equal(
      lane.check.compare(lane.snapshot, () => (records += 1) === 5),
      null,
    );
    assert.deepEqual(differences(lane.compare()), []);
  });

  test("of a journal that cannot be read back says so, and does not read on from another place", () => {
    const host = new RestartingLane(modules);
    const lane = traded(host);
    const name = `${DIRECTORY}/segment-0000000001.journal`;
    const bit = 8 * (host.disk.contentOf(name).length - 200);
    lane.started.journal.commit();
    host.disk.flipBit(name, bit);
    const answer = lane.compare();
    assert.ok(answer.state === "unreadable");
    assert.match(answer.reason, /cannot be read back from segment-0000000001\.journal/);
    host.disk.flipBit(name, bit);
    assert.equal(lane.compare().state, "unreadable");
  });

  test(`agrees after any fills, with rebases in between, to the last part (seed ${randomSeed})`, () => {
    const step = fc.record({
      agent: fc.constantFrom("one", "two"),
      isBuy: fc.boolean(),
      instrumentId: fc.constantFrom(1, 2),
      lots: fc.integer({ min: 1, max: 100 }),
      ticks: fc.integer({ min: 0, max: 4_000 }),
      commission: fc.integer({ min: -1_000, max: 1_000 }),
      commissionAssetId: fc.constantFrom(1, 2, 3, 4),
      rebased: fc.option(fc.nat({ max: 3 })),
    });
    const property = fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
      const lane = new CheckedLane(new RestartingLane(modules));
      for (const asset of [1, 2, 3, 4]) lane.under.frame([balanceRecord(asset, 1e12, 5)], Channel.ORDERS);
      for (const [index, { agent, isBuy, instrumentId, lots, ticks, rebased, ...fee }] of steps.entries()) {
        const sent = lane.sendOne(index + 1, agent, isBuy ? Side.BUY : Side.SELL, instrumentId);
        const lastPrice = isBuy ? BID - ticks * TICK : ASK + ticks * TICK;
        lane.under.frame(
          [fill(sent, 100 + index, lots * LOT, lots * LOT, { lastPrice, ...fee })],
          Channel.ORDERS,
        );
        if (rebased !== null) lane.under.built.balances.rebase(rebased);
      }
      assert.deepEqual(differences(lane.compare()), []);
    });
    fc.assert(property, { seed: randomSeed, numRuns: 25 });
  });
});

/** A mistake for tests alone: each fill is folded so many times. */
function seed<Given extends unknown[]>(
  book: { applyFill: (...given: Given) => number },
  times: number,
): void {
  const right = book.applyFill.bind(book);
  book.applyFill = (...given) => {
    let code = 0;
    for (let time = 0; time < times; time++) code |= right(...given);
    return code;
  };
}
