import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PlaceSet } from "../../../sim/market/place-set.hot.ts";
import { randomSeed } from "../../support/random-seed.ts";

test(`members and their neighbours are those of a plain set (seed ${randomSeed})`, () => {
  const scenario = fc.constantFrom(1, 31, 32, 33, 1024, 1025, 40_000).chain((capacity) =>
    fc.record({
      capacity: fc.constant(capacity),
      changes: fc.array(fc.tuple(fc.boolean(), fc.nat(capacity - 1)), { maxLength: 40 }),
      probes: fc.array(fc.integer({ min: -1, max: capacity }), { maxLength: 10 }),
    }),
  );
  fc.assert(
    fc.property(scenario, ({ capacity, changes, probes }) => {
      const places = new PlaceSet(capacity);
      const model = new Set<number>();
      for (const [adding, place] of changes) {
        if (adding) {
          places.add(place);
          model.add(place);
        } else {
          places.remove(place);
          model.delete(place);
        }
      }
      for (const probe of [-1, capacity, ...probes]) {
        const above = [...model].filter((place) => place > probe);
        const below = [...model].filter((place) => place < probe);
        assert.equal(places.above(probe), above.length === 0 ? -1 : Math.min(...above));
        if (probe >= 0) assert.equal(places.below(probe), below.length === 0 ? -1 : Math.max(...below));
      }
      places.clear();
      assert.equal(places.above(-1), -1);
    }),
    { seed: randomSeed, numRuns: 300 },
  );
});

test("a set of no capacity is empty", () => {
  assert.equal(new PlaceSet(0).above(-1), -1);
  assert.equal(new PlaceSet(0).below(0), -1);
});
