import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { IndexTable } from "../../../../host/execution/orders/index-table.hot.ts";
import { TradeIdSet } from "../../../../host/execution/orders/trade-id-set.hot.ts";
import { randomSeed } from "../../../support/random-seed.ts";

const step = fc.record({
  insert: fc.boolean(),
  a: fc.integer({ min: -2, max: 3 }),
  b: fc.constantFrom(0, 1, -1, 2_147_483_647),
  c: fc.nat({ max: 1 }),
  value: fc.nat({ max: 9 }),
});

test(`the index table agrees with a Map, deletions included (seed ${randomSeed})`, () => {
  const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const table = new IndexTable(20);
    const model = new Map<string, number>();
    for (const { insert, a, b, c, value } of steps) {
      const key = `${a} ${b} ${c}`;
      if (insert) {
        const fits = model.has(key) || model.size < 20;
        assert.equal(table.insert(a, b, c, value), fits ? 1 : 0);
        if (fits) model.set(key, value);
      } else {
        const matches = model.get(key) === value;
        assert.equal(table.remove(a, b, c, value), matches ? 1 : 0);
        if (matches) model.delete(key);
      }
      assert.equal(table.size, model.size);
      for (const [known, expected] of model) {
        const [x = 0, y = 0, z = 0] = known.split(" ").map(Number);
        assert.equal(table.find(x, y, z), expected);
      }
      assert.equal(table.find(a, b, c), model.get(key) ?? -1);
    }
  });
  fc.assert(property, { seed: randomSeed, numRuns: 200 });
});

test("an unsigned id is found by its signed form", () => {
  const table = new IndexTable(4);
  table.insert(0xffff_fffe, 0, 0, 1);
  assert.equal(table.find(-2, 0, 0), 1);
});

test("[C5] the set of executions remembers exactly the last ones", () => {
  const set = new TradeIdSet(3);
  for (let id = 1; id <= 5; id += 1) set.add(0, id, 0);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((id) => set.has(0, id, 0)),
    [0, 0, 1, 1, 1],
  );
  assert.equal(set.has(1, 5, 0), 0, "another order's");
  assert.equal(set.has(0, 5, 1), 0, "another high word");
});
