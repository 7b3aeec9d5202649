import assert from "node:assert/strict";
import { test } from "node:test";
import { rearmOrder, TradingMode, TradingModes } from "../../../../host/execution/risk/index.ts";
import type { RearmOrder } from "../../../../host/execution/risk/index.ts";

const order = rearmOrder("A. Person", "reconciled");

test("a host starts halted", () => {
  assert.equal(new TradingModes(1, 1).effective(0, 0), TradingMode.HALTED);
});

test("the strictest of account, instrument and agent counts", () => {
  const modes = new TradingModes(2, 2);
  modes.rearmAccount(TradingMode.ACTIVE, order);
  assert.equal(modes.effective(0, 0), TradingMode.ACTIVE);
  modes.restrictInstrument(0, TradingMode.REDUCING);
  modes.restrictAgent(1, TradingMode.CANCEL_ONLY);
  assert.deepEqual([modes.effective(0, 0), modes.effective(0, 1), modes.effective(1, 0)], [2, 3, 1]);
  modes.restrictAccount(TradingMode.HALTED);
  assert.equal(modes.effective(1, 0), TradingMode.HALTED);
});

test("code can only make a mode stricter; a person's order relaxes it", () => {
  const modes = new TradingModes(1, 1);
  modes.restrictAccount(TradingMode.ACTIVE);
  assert.equal(modes.account[0], TradingMode.HALTED);
  modes.rearmAccount(TradingMode.ACTIVE, order);
  modes.restrictInstrument(0, TradingMode.HALTED);
  modes.restrictInstrument(0, TradingMode.ACTIVE);
  modes.restrictAgent(0, TradingMode.HALTED);
  modes.restrictAgent(0, TradingMode.ACTIVE);
  assert.deepEqual([modes.instrument[0], modes.agent[0]], [TradingMode.HALTED, TradingMode.HALTED]);
  modes.rearmInstrument(0, TradingMode.ACTIVE, order);
  modes.rearmAgent(0, TradingMode.REDUCING, order);
  assert.equal(modes.effective(0, 0), TradingMode.REDUCING);
});

test("an order to re-arm names a person and a reason, and cannot be improvised", () => {
  assert.throws(() => rearmOrder(" ", "x"), /names the person/);
  assert.throws(() => rearmOrder("x", ""), /names the person/);
  const improvised = { person: "x", reason: "y" } as RearmOrder;
  assert.throws(
    () => new TradingModes(1, 1).rearmAccount(TradingMode.ACTIVE, improvised),
    /make one with rearmOrder/,
  );
});
