import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { isNear, publish } from "../../../test/support/features-under-test.ts";
import type { PlainPlugin } from "../../../test/support/plain-plugin.ts";
import { loadPlainPlugin } from "../../../test/support/plain-plugin.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";

let plugin: PlainPlugin;
before(async () => {
  plugin = await loadPlainPlugin("feature", "microprice");
  plugin.send(writeRecord("InstrumentDefinition", { instrumentId: 1, tickSize: 100 }));
});

test(`the imbalance-weighted mid less the mid, and the spread, in ticks (seed ${randomSeed})`, () => {
  const size = fc.integer({ min: 1, max: 1e12 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 1, max: 1000 }),
      size,
      size,
      (bidTicks, spread, bidSize, askSize) => {
        const [bidPrice, askPrice] = [bidTicks * 100, (bidTicks + spread) * 100];
        const out = publish(plugin, "Quote", { instrumentId: 1, bidPrice, askPrice, bidSize, askSize });
        // By its definition, in whole numbers: (bid·askSize + ask·bidSize) / (bidSize + askSize) − (bid + ask) / 2.
        const doubled = 2n * (BigInt(bidPrice) * BigInt(askSize) + BigInt(askPrice) * BigInt(bidSize));
        const sizes = BigInt(bidSize) + BigInt(askSize);
        const excess = Number(doubled - BigInt(bidPrice + askPrice) * sizes) / (2 * Number(sizes) * 100);
        assert.ok(isNear(out.get(0), excess, 1e-9), `${out.get(0)} ${excess}`);
        assert.equal(out.get(1), spread);
        assert.ok(Math.abs(out.get(0) ?? 1) <= spread / 2);
      },
    ),
    { seed: randomSeed },
  );
});

test("more on the bid than on the offer points up, the reverse down", () => {
  const quote = { instrumentId: 1, bidPrice: 1000, askPrice: 1100 };
  assert.equal(publish(plugin, "Quote", { ...quote, bidSize: 3, askSize: 1 }).get(0), 0.25);
  assert.equal(publish(plugin, "Quote", { ...quote, bidSize: 1, askSize: 3 }).get(0), -0.25);
});

test("a quote without sizes publishes nothing, and instruments keep their own ticks", () => {
  assert.equal(publish(plugin, "Quote", { instrumentId: 1, bidPrice: 1000, askPrice: 1100 }).size, 0);
  plugin.send(writeRecord("InstrumentDefinition", { instrumentId: 2, tickSize: 10 }));
  const quote = { bidPrice: 1000, askPrice: 1100, bidSize: 1, askSize: 1 };
  assert.equal(publish(plugin, "Quote", { ...quote, instrumentId: 1 }).get(1), 1);
  assert.equal(publish(plugin, "Quote", { ...quote, instrumentId: 2 }).get(1), 10);
});

test("[P13] an instrument beyond the kit's table traps instead of writing elsewhere", () => {
  assert.throws(
    () => publish(plugin, "Quote", { instrumentId: 513, bidPrice: 1, askPrice: 2, bidSize: 1, askSize: 1 }),
    /instrumentId out of range/,
  );
});
