import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isNear, publish } from "../../../test/support/features-under-test.ts";
import { loadPlainPlugin } from "../../../test/support/plain-plugin.ts";
import { randomSeed } from "../../../test/support/random-seed.ts";

interface Quote {
  readonly bidPrice: number;
  readonly askPrice: number;
  readonly bidSize: number;
  readonly askSize: number;
  readonly timeNs: number;
}

const DECAY_SECONDS = 2;

/** The contribution e of equation 1 in Cont, Kukanov and Stoikov, bid and ask part. */
function contribution(last: Quote, next: Quote): readonly [number, number] {
  const bid =
    (next.bidPrice >= last.bidPrice ? next.bidSize : 0) - (next.bidPrice <= last.bidPrice ? last.bidSize : 0);
  const ask =
    (next.askPrice <= last.askPrice ? next.askSize : 0) - (next.askPrice >= last.askPrice ? last.askSize : 0);
  return [bid, ask];
}

/** Each contribution at its own age, added up anew: the plugin keeps one decayed sum. */
function expected(quotes: readonly Quote[]): number | null {
  const now = quotes.at(-1)?.timeNs ?? 0;
  let [net, gross] = [0, 0];
  quotes.forEach((quote, index) => {
    const last = quotes[index - 1];
    if (last === undefined) return;
    const [bid, ask] = contribution(last, quote);
    const weight = Math.exp(-(now - quote.timeNs) / 1e9 / DECAY_SECONDS);
    net += weight * (bid - ask);
    gross += weight * (Math.abs(bid) + Math.abs(ask));
  });
  return gross > 0 ? net / gross : null;
}

const quoteOf = fc
  .record({
    mid: fc.integer({ min: 10, max: 20 }),
    bidSize: fc.integer({ min: 1, max: 9 }),
    askSize: fc.integer({ min: 1, max: 9 }),
    waitNs: fc.integer({ min: 0, max: 3e9 }),
  })
  .map(({ mid, ...rest }) => ({ ...rest, bidPrice: mid, askPrice: mid + 1 }));

test(`equals the sum of the paper's contributions, each decayed by its age (seed ${randomSeed})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(quoteOf, { minLength: 1, maxLength: 40 }), async (list) => {
      const plugin = await loadPlainPlugin("feature", "order-flow-imbalance", [DECAY_SECONDS]);
      const quotes: Quote[] = [];
      let timeNs = 0;
      for (const { waitNs, ...quote } of list) {
        timeNs += waitNs;
        quotes.push({ ...quote, timeNs });
        const value = publish(plugin, "Quote", { instrumentId: 1, ...quote, timeNs }).get(0);
        const wanted = expected(quotes);
        if (wanted === null) assert.equal(value, undefined);
        else assert.ok(isNear(value, wanted, 1e-9), `${value} ${wanted}`);
        assert.ok(value === undefined || Math.abs(value) <= 1);
      }
    }),
    { seed: randomSeed, numRuns: 60 },
  );
});

test("a first quote says nothing; the six moves of a quote have the paper's signs", async () => {
  const start = { bidPrice: 10, askPrice: 12, bidSize: 5, askSize: 5, timeNs: 0 };
  for (const [changes, sign] of [
    [{ bidPrice: 11 }, 1],
    [{ bidPrice: 9 }, -1],
    [{ bidSize: 7 }, 1],
    [{ askPrice: 11 }, -1],
    [{ askPrice: 13 }, 1],
    [{ askSize: 7 }, -1],
  ] as const) {
    const plugin = await loadPlainPlugin("feature", "order-flow-imbalance", [1]);
    assert.equal(publish(plugin, "Quote", { instrumentId: 1, ...start }).size, 0);
    const value = publish(plugin, "Quote", { instrumentId: 1, ...start, ...changes }).get(0) ?? 0;
    assert.equal(value, sign, JSON.stringify(changes));
  }
});

test("[T6] a time that stands still or goes back decays nothing, and instruments do not mix", async () => {
  const plugin = await loadPlainPlugin("feature", "order-flow-imbalance", [1]);
  const quote = { bidPrice: 10, askPrice: 12, bidSize: 5, askSize: 5 };
  for (const instrumentId of [1, 2]) publish(plugin, "Quote", { instrumentId, ...quote, timeNs: 5e9 });
  assert.equal(publish(plugin, "Quote", { instrumentId: 1, ...quote, bidSize: 7, timeNs: 4e9 }).get(0), 1);
  assert.equal(publish(plugin, "Quote", { instrumentId: 2, ...quote, bidSize: 3, timeNs: 5e9 }).get(0), -1);
});
