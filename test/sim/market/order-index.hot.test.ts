import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Order } from "../../../sim/market/order.ts";
import { OrderIndex } from "../../../sim/market/order-index.hot.ts";
import { randomSeed } from "../../support/random-seed.ts";

test(`orders are found by id through any additions, removals and growth (seed ${randomSeed})`, () => {
  // Few distinct low bits and a tiny table: most ids collide.
  const id = fc.tuple(fc.nat(3), fc.nat(5)).map(([low, high]) => 1 + low + high * 64 + high * 2 ** 40);
  fc.assert(
    fc.property(fc.array(id, { maxLength: 60 }), (ids) => {
      const index = new OrderIndex(4);
      const model = new Map<number, Order>();
      for (const orderId of ids) {
        if (model.delete(orderId)) {
          index.remove(orderId);
        } else {
          const order = new Order();
          order.orderId = orderId;
          index.add(order);
          model.set(orderId, order);
        }
        assert.equal(index.size, model.size);
        for (const seen of ids) assert.equal(index.get(seen), model.get(seen) ?? null);
      }
    }),
    { seed: randomSeed, numRuns: 300 },
  );
});
