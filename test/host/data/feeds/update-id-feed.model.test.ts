import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FeedCounter } from "../../../../host/data/feeds/index.ts";
import type { BookDeltaValues, Level } from "../../../support/book-records.ts";
import { FeedUnderTest } from "../../../support/feed-under-test.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { SortedBook } from "../../../support/sorted-book.ts";

interface Update {
  readonly side: "bid" | "ask";
  readonly price: number;
  readonly size: number;
}

/** A venue that numbers single updates and publishes them in batches; its book at any id can be asked for. */
class NumberedVenue {
  readonly updates: Update[] = [];
  readonly batches: { readonly first: number; readonly last: number }[] = [];

  publish(batch: readonly Update[]): void {
    const first = this.updates.length + 1;
    this.updates.push(...batch);
    this.batches.push({ first, last: this.updates.length });
  }

  delta(index: number): (BookDeltaValues & { firstUpdateId: number; lastUpdateId: number }) | undefined {
    const batch = this.batches[index];
    if (batch === undefined) return undefined;
    const final = new Map<string, Update>();
    for (const last of this.updates.slice(batch.first - 1, batch.last)) {
      final.set(`${last.side}${last.price}`, last);
    }
    const side = (name: string): Level[] =>
      [...final.values()].filter((update) => update.side === name).map(({ price, size }) => [price, size]);
    return { firstUpdateId: batch.first, lastUpdateId: batch.last, bids: side("bid"), asks: side("ask") };
  }

  bookAt(id: number): SortedBook {
    const book = new SortedBook();
    for (const { side, price, size } of this.updates.slice(0, id)) book.set(side, price, size);
    return book;
  }
}

const update = fc.record({
  side: fc.constantFrom("bid" as const, "ask" as const),
  depth: fc.nat(12),
  size: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 99 })),
});
const line = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("deliver" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("repeat" as const), back: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("overtake" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("snapshot" as const), age: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reconnect" as const) }) },
);

test(`[M1] [M2] [M6] however the line loses, repeats and reorders, a valid book is the venue's book at that id (seed ${randomSeed})`, () => {
  let compared = 0;
  let gaps = 0;
  const batches = fc.array(fc.array(update, { minLength: 1, maxLength: 4 }), {
    minLength: 30,
    maxLength: 30,
  });
  fc.assert(
    fc.property(
      batches,
      fc.array(line, { minLength: 10, maxLength: 60, size: "max" }),
      (published, happenings) => {
        const venue = new NumberedVenue();
        for (const batch of published) {
          venue.publish(
            batch.map(({ side, depth, size }) => ({
              side,
              size,
              price: side === "bid" ? 1000 - 5 * depth : 1010 + 5 * depth,
            })),
          );
        }
        const under = new FeedUnderTest(1024);
        let next = 0;
        const deliver = (index: number): void => {
          const delta = venue.delta(index);
          if (delta !== undefined) under.delta(delta.firstUpdateId, delta.lastUpdateId, delta);
        };
        for (const happening of happenings) {
          if (happening.kind === "deliver") deliver(next++);
          else if (happening.kind === "lose") next++;
          else if (happening.kind === "repeat") deliver(next - 1 - happening.back);
          else if (happening.kind === "overtake") {
            deliver(next + 1);
            deliver(next);
            next += 2;
          } else if (happening.kind === "reconnect") under.feed.onDisconnect();
          else {
            const id = Math.max(
              0,
              Math.min(venue.updates.length, (venue.batches[next]?.last ?? 0) - happening.age),
            );
            const book = venue.bookAt(id);
            under.snapshot(id, { bids: book.levels("bid"), asks: book.levels("ask") });
          }
          if (!under.feed.isValid) continue;
          const truth = venue.bookAt(under.feed.updateId[0] ?? -1);
          assert.deepEqual(under.levels(), { bids: truth.levels("bid"), asks: truth.levels("ask") });
          compared++;
        }
        gaps += under.feed.counters[FeedCounter.GAPS] ?? 0;
      },
    ),
    { seed: randomSeed, numRuns: 300 },
  );
  assert.ok(compared > 50 && gaps > 10, `the lines must reach live books and gaps: ${compared}, ${gaps}`);
});
