import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BookTop, HEADER_BYTES } from "../../../abi/host/index.ts";
import { isNear } from "../../../test/support/features-under-test.ts";
import type { PlainPlugin } from "../../../test/support/plain-plugin.ts";
import { loadPlainPlugin } from "../../../test/support/plain-plugin.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";

/** Sends a book of these sizes, best level first. */
function send(plugin: PlainPlugin, bids: readonly number[], asks: readonly number[]): number | undefined {
  const record = writeRecord("BookTop", { instrumentId: 1, bidCount: bids.length, askCount: asks.length });
  for (const [at, sizes] of [
    [BookTop.bidSizes, bids],
    [BookTop.askSizes, asks],
  ] as const)
    sizes.forEach((size, level) => record.writeBigInt64LE(BigInt(size), HEADER_BYTES + at + level * 8));
  const value = plugin.send(record).records[0]?.fields["value"];
  return value === undefined ? undefined : Number(value);
}

function expected(levels: number, decay: number, bids: readonly number[], asks: readonly number[]): number {
  const sum = (sizes: readonly number[]): number =>
    sizes.slice(0, levels).reduce((total, size, level) => total + size * Math.exp(-decay * level), 0);
  return (sum(bids) - sum(asks)) / (sum(bids) + sum(asks));
}

test(`equals the weighted imbalance of the first levels, whatever the book holds (seed ${randomSeed})`, async () => {
  for (const [levels, decay] of [
    [5, 0.5],
    [1, 0],
    [10, 2],
  ] as const) {
    const plugin = await loadPlainPlugin("feature", "depth-imbalance", [BigInt(levels), decay]);
    const sizes = fc.array(fc.integer({ min: 1, max: 1e12 }), { maxLength: 10 });
    fc.assert(
      fc.property(sizes, sizes, (bids, asks) => {
        const value = send(plugin, bids, asks);
        if (bids.length + asks.length === 0) assert.equal(value, undefined);
        else assert.ok(isNear(value, expected(levels, decay, bids, asks)), `${value}`);
        assert.ok(value === undefined || Math.abs(value) <= 1);
      }),
      { seed: randomSeed },
    );
  }
});

test("a book with one side alone is as imbalanced as can be, an empty one says nothing", async () => {
  const plugin = await loadPlainPlugin("feature", "depth-imbalance", [5n, 0.5]);
  assert.deepEqual(
    [send(plugin, [1], []), send(plugin, [], [1]), send(plugin, [], []), send(plugin, [7], [7])],
    [1, -1, undefined, 0],
  );
});
