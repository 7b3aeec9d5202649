import assert from "node:assert/strict";
import { test } from "node:test";
import { callTallies, talliesText, tallyCall } from "../../../tools/plugin-kit/call-tally.ts";

test("calls are told by plugin and record: count, dearest gas with its part of the budget, median and longest time", () => {
  for (const [timeNs, gas] of [
    [3_000, 10],
    [1_000, 500],
    [2_000, 20],
  ] as const)
    tallyCall("one", "Quote", { timeNs, gas, gasBudget: 1_000 });
  tallyCall("one", "Timer", { timeNs: 1, gas: 1_234, gasBudget: 4_000 });
  tallyCall("two", "Quote", { timeNs: 5, gas: 0, gasBudget: 1 });
  const list = callTallies();
  assert.deepEqual(list[0], {
    plugin: "one",
    record: "Quote",
    calls: 3,
    gasMax: 500,
    budgetPart: 0.5,
    p50Ns: 2_000,
    maxNs: 3_000,
  });
  assert.deepEqual(
    list.map(({ plugin, record }) => `${plugin} ${record}`),
    ["one Quote", "one Timer", "two Quote"],
  );
  const [first, second] = talliesText(list).split("\n");
  assert.equal(first, "one Quote: 3 calls, gas 500 at most (50% of its budget), p50 2.0 µs, max 3.0 µs");
  assert.match(second ?? "", /^one Timer: 1 call, gas 1,234 at most \(30\.9% of its budget\), /);
});
