import assert from "node:assert/strict";
import { test } from "node:test";
import { BookTop } from "../../../../abi/host/index.ts";
import { BookCounter, TickBook } from "../../../../host/data/books/index.ts";
import { FeedCounter, UpdateIdFeed } from "../../../../host/data/feeds/index.ts";
import { allocatedBytes, canMeasureAllocation, runMeasured } from "../../../support/allocation-probe.ts";
import { BookRecordMemory } from "../../../support/book-records.ts";
import type { Level, WrittenRecord } from "../../../support/book-records.ts";
import { SortedBook } from "../../../support/sorted-book.ts";

const BYTES_MAX = 16_384;
const LEVELS = 1_000_000;
const RECORDS = 2000;
const RUNS_MAX = 30;

/** A session whose market moves far enough to shift both windows, with levels off the grid and beyond the windows. */
class WalkingSession {
  readonly feed: UpdateIdFeed;
  private readonly memory: BookRecordMemory = new BookRecordMemory(1 << 24);
  private readonly snapshot: WrittenRecord;
  private readonly deltas: WrittenRecord[] = [];
  private readonly top: Int32Array = new Int32Array(BookTop.blockLength / 4);

  constructor() {
    const book = new TickBook({ tickSize: 10, windowTicks: 4096, ladderCapacity: 8192 });
    this.feed = new UpdateIdFeed({ instrumentId: 1, book, nowNs: new Float64Array(1), staleAfterNs: 1e9 });
    this.snapshot = this.memory.write({ firstUpdateId: 1, lastUpdateId: 1, snapshot: 1, bids: [], asks: [] });
    const held = new SortedBook();
    for (let id = 2; id < RECORDS + 2; id++) {
      const middle = 1_000_000 + 500 * Math.round(60 * Math.sin(id / 300));
      const bids = levelsAround(held, "bid", middle, id);
      const asks = levelsAround(held, "ask", middle, id);
      this.deltas.push(this.memory.write({ firstUpdateId: id, lastUpdateId: id, bids, asks }));
    }
  }

  /** Connects, syncs, takes every delta, a repeated one and a gap, and disconnects. */
  run(): void {
    for (let index = 0; index < this.deltas.length; index++) {
      this.give(this.deltas[index]);
      if (index % 100 === 0) this.give(this.deltas[index]);
    }
    this.give(this.deltas[5]);
    this.feed.onDisconnect();
    this.give(this.deltas[0]);
    this.give(this.deltas[7]);
    this.feed.onDisconnect();
  }

  private give(delta: WrittenRecord | undefined): void {
    if (delta === undefined) return;
    const { feed, memory, snapshot } = this;
    feed.onDelta(memory.i32, delta.blockByte, delta.limitByte);
    if (feed.needsSnapshot === 1) feed.onSnapshot(memory.i32, snapshot.blockByte, snapshot.limitByte);
    if (!feed.isStale()) feed.copyTop(this.top, 0);
  }
}

/** Removes what the middle has passed, and sets 60 more levels: one in ten far away, one in seven off the grid. */
function levelsAround(held: SortedBook, side: "bid" | "ask", middle: number, id: number): Level[] {
  const sign = side === "bid" ? -1 : 1;
  const prices = [...(side === "bid" ? held.bids : held.asks).keys()];
  const levels = prices.filter((price) => (price - middle) * sign <= 0).map((price): Level => [price, 0]);
  for (let rung = 0; rung < 60; rung++) {
    const number = id * 7919 + rung * 104_729;
    const near = middle + sign * (10 + 10 * (number % 499) + (number % 7 === 0 ? 5 : 0));
    const far = sign * Math.ceil((sign * middle + 10 + 10 * (number % 20_011)) / 5000) * 5000;
    levels.push([number % 10 === 0 ? far : near, (number % 3) * 100]);
  }
  for (const [price, size] of levels) held.set(side, Number(price), Number(size));
  return levels;
}

if (canMeasureAllocation()) {
  test("a million levels leave next to nothing on the heap", () => {
    const session = new WalkingSession();
    const { counters, book } = session.feed;
    const runLevels = (levels: number): void => {
      const end = (counters[FeedCounter.LEVELS] ?? 0) + levels;
      while ((counters[FeedCounter.LEVELS] ?? 0) < end) session.run();
    };
    runLevels(4 * LEVELS);
    // The compiler leaves objects of its own in some runs, 20 KB at a time, as long as it still finds something rare to compile
    // anew. What the code allocates appears in every run: one run below the limit proves that there is no such thing.
    const runs: number[] = [];
    let bytes = Infinity;
    while (runs.length < RUNS_MAX && bytes > BYTES_MAX) {
      bytes = allocatedBytes(() => runLevels(LEVELS));
      runs.push(bytes);
    }
    assert.ok(bytes >= 0 && bytes <= BYTES_MAX, `${runs.join(", ")} bytes for ${LEVELS} levels each`);
    assert.equal(counters[FeedCounter.REFUSED], 0);
    assert.ok((book.counters[BookCounter.RECENTRES] ?? 0) > 50, "windows moved");
    assert.ok((book.counters[BookCounter.OUTSIDE_WINDOW] ?? 0) > 10_000, "ladders were used");
  });

  test("the measure sees one boxed double for each level", () => {
    const boxes: number[] = [];
    const bytes = allocatedBytes(() => {
      for (let level = 0; level < 100_000; level++) boxes[level & 1] = level;
      for (let level = 0; level < 100_000; level++) Object.assign(boxes, { last: level + 0.5 });
    });
    assert.ok(bytes >= 1_600_000, `${bytes} bytes for 100000 boxes`);
  });
} else {
  test("a feed allocates at most 16 KiB for a million levels", () => {
    const { status, output } = runMeasured(import.meta.filename);
    assert.equal(status, 0, output);
  });
}
