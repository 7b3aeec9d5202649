import assert from "node:assert/strict";
import { test } from "node:test";
import {
  describeRecord,
  HEADER_BYTES,
  Signal,
  SignalPool as PoolRecord,
  writeInt64,
} from "../../../../abi/host/index.ts";
import { SignalCode, SignalPool } from "../../../../host/data/signals/index.ts";

const scratch = new ArrayBuffer(4_096);
const [i32, f64] = [new Int32Array(scratch), new Float64Array(scratch)];
const now = new Float64Array(1);
const DAY_NS = 86_400e9;

interface Values {
  readonly score?: number;
  readonly confidence?: number;
  readonly timeToLiveNs?: number;
  readonly instrumentId?: number;
}

function take(
  pool: SignalPool,
  agent: number,
  { score = 0.5, confidence = 0.25, timeToLiveNs = 100, instrumentId = 1 }: Values = {},
): number {
  f64[(8 + Signal.score) >> 3] = score;
  f64[(8 + Signal.confidence) >> 3] = confidence;
  writeInt64(i32, (8 + Signal.timeToLiveNs) >> 2, timeToLiveNs);
  i32[(8 + Signal.instrumentId) >> 2] = instrumentId;
  const checked = pool.check(i32, f64, 8);
  const taken = pool.take(i32, f64, 8, agent, now);
  assert.equal(checked, taken);
  return taken;
}

/** The pool of an instrument as an ensemble would read it. */
function entries(pool: SignalPool, instrument = 0) {
  i32.fill(0);
  i32[0] = PoolRecord.blockLength | (PoolRecord.templateId << 16);
  const bytes = pool.writeGroup(i32, f64, HEADER_BYTES + PoolRecord.blockLength, instrument);
  const record = describeRecord(new DataView(scratch, 0, HEADER_BYTES + PoolRecord.blockLength + bytes), 0);
  return record?.groups["signals"] ?? [];
}

test("the latest signal of each agent is in the pool, with its times and a number that rises", () => {
  const pool = new SignalPool(2);
  now[0] = 1_000;
  assert.deepEqual(entries(pool), []);
  take(pool, 3);
  take(pool, 0, { score: -1, confidence: 1, timeToLiveNs: 7 });
  now[0] = 2_000;
  take(pool, 3, { score: 1, confidence: 0 });
  assert.deepEqual(entries(pool), [
    { score: -1, confidence: 1, publishedNs: 1_000n, expiresNs: 1_007n, agentIndex: 0, sequence: 1 },
    { score: 1, confidence: 0, publishedNs: 2_000n, expiresNs: 2_100n, agentIndex: 3, sequence: 2 },
  ]);
  assert.deepEqual([entries(pool, 1), [...pool.dirty]], [[], [1, 0]]);
});

test("[P9] a signal out of range is refused, and changes nothing", () => {
  const pool = new SignalPool(1);
  for (const score of [1.0001, -1.0001, Number.NaN, Infinity])
    assert.equal(take(pool, 0, { score }), SignalCode.SCORE_OUT_OF_RANGE);
  for (const confidence of [-0.0001, 1.0001, Number.NaN])
    assert.equal(take(pool, 0, { confidence }), SignalCode.CONFIDENCE_OUT_OF_RANGE);
  for (const timeToLiveNs of [0, -1, DAY_NS + 1, 2 ** 62])
    assert.equal(take(pool, 0, { timeToLiveNs }), SignalCode.LIFE_OUT_OF_RANGE);
  for (const instrumentId of [0, 2, -1])
    assert.equal(take(pool, 0, { instrumentId }), SignalCode.UNKNOWN_INSTRUMENT);
  assert.deepEqual([entries(pool), [...pool.dirty]], [[], [0]]);
  assert.equal(take(pool, 0, { timeToLiveNs: DAY_NS }), SignalCode.TAKEN);
});

test("a signal lives by its own time", () => {
  const pool = new SignalPool(1);
  now[0] = 50;
  assert.equal(pool.isAlive(0, 2, now), false);
  take(pool, 2, { timeToLiveNs: 10 });
  assert.equal(pool.isAlive(0, 2, now), true);
  now[0] = 60;
  assert.equal(pool.isAlive(0, 2, now), false);
  assert.equal(entries(pool).length, 1);
});

test("what a failed agent has published is withdrawn everywhere, and those pools are marked", () => {
  const pool = new SignalPool(3);
  now[0] = 1;
  take(pool, 1);
  take(pool, 2);
  take(pool, 1, { instrumentId: 3 });
  pool.dirty.fill(0);
  pool.withdraw(1);
  assert.deepEqual(
    [entries(pool).map(({ agentIndex }) => agentIndex), entries(pool, 2), [...pool.dirty]],
    [[2], [], [1, 0, 1]],
  );
  assert.equal(pool.isAlive(0, 1, now), false);
});

test("the columns for the digest show every signal", () => {
  const digest = (pool: SignalPool): string => pool.columns.map((column) => column.join()).join();
  const pool = new SignalPool(2);
  const seen = new Set([digest(pool)]);
  for (const values of [
    {},
    {},
    { score: 0.1 },
    { confidence: 0.1 },
    { timeToLiveNs: 5 },
    { instrumentId: 2 },
  ]) {
    take(pool, 4, values);
    seen.add(digest(pool));
  }
  assert.equal(seen.size, 7);
});
