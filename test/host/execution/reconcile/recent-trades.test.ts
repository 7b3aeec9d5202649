import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentTrades } from "../../../../host/execution/reconcile/recent-trades.hot.ts";

function firstOf(trades: RecentTrades, instrument: number): number {
  const cells = new Float64Array(1);
  trades.writeFirst(instrument, cells);
  return cells[0] ?? -1;
}

test("[C4] a list begins with the venue's latest while few executions are known: the one that was missed can be older than all of them", () => {
  const trades = new RecentTrades(2);
  assert.equal(firstOf(trades, 1), 0);
  for (let id = 100; id < 163; id++) trades.add(1, id, 0);
  assert.equal(firstOf(trades, 1), 0);
});

test("[C4] a list begins with the oldest of the last 64 executions, in whichever order they came, by both halves of the id", () => {
  const trades = new RecentTrades(2);
  for (let id = 500; id < 564; id++) trades.add(0, id === 530 ? 7 : id, 0);
  assert.equal(firstOf(trades, 0), 7);
  assert.equal(firstOf(trades, 1), 0);
  for (let id = 0; id < 64; id++) trades.add(0, 900 + id, 1);
  assert.equal(firstOf(trades, 0), 2 ** 32 + 900);
});
