import assert from "node:assert/strict";
import { test } from "node:test";
import { BookImage, BookTop } from "../../../../abi/host/index.ts";
import { TickBook } from "../../../../host/data/books/index.ts";
import { FeedCounter, SequencedFeed } from "../../../../host/data/feeds/index.ts";
import { allocatedBytes, canMeasureAllocation, runMeasured } from "../../../support/allocation-probe.ts";
import type { Level, WrittenRecord } from "../../../support/book-records.ts";
import { BookRecordMemory } from "../../../support/book-records.ts";

const BYTES_MAX = 16_384;
const LEVELS = 500_000;
const RECORDS = 1_000;
const RUNS_MAX = 30;

/** Images in parts and updates, a broken part, a line that is lost. */
class NumberedSession {
  readonly feed: SequencedFeed;
  private readonly memory = new BookRecordMemory(1 << 23);
  private readonly image: WrittenRecord[] = [];
  private readonly updates: WrittenRecord[] = [];
  private readonly top = new Int32Array(BookTop.blockLength / 4);

  constructor() {
    this.feed = new SequencedFeed({
      instrumentId: 1,
      book: new TickBook({ tickSize: 10, windowTicks: 4096, ladderCapacity: 8192 }),
      nowNs: new Float64Array(1),
      heardNs: new Float64Array(16),
      line: 0,
      staleAfterNs: 1e9,
    });
    for (const snapshot of [BookImage.FIRST, BookImage.MIDDLE, BookImage.LAST])
      this.image.push(this.write(snapshot, snapshot));
    for (let id = 0; id < RECORDS; id++) this.updates.push(this.write(BookImage.DELTA, id));
  }

  run(): void {
    for (let index = 0; index < this.image.length; index++) this.give("onSnapshot", this.image[index]);
    for (let index = 0; index < this.updates.length; index++) this.give("onDelta", this.updates[index]);
    this.give("onSnapshot", this.image[1]);
    this.give("onDelta", this.updates[0]);
    this.feed.onDisconnect();
  }

  private give(way: "onDelta" | "onSnapshot", record: WrittenRecord | undefined): void {
    if (record === undefined) return;
    const { feed, memory } = this;
    if (way === "onDelta") feed.onDelta(memory.i32, record.blockByte, record.limitByte);
    else feed.onSnapshot(memory.i32, record.blockByte, record.limitByte);
    if (!feed.isStale()) feed.copyTop(this.top, 0);
  }

  /** Forty levels of each side, apart from one another, and sizes that come and go. */
  private write(snapshot: BookImage, id: number): WrittenRecord {
    const side = (sign: number): Level[] =>
      Array.from({ length: 40 }, (_, rung) => {
        const number = id * 7919 + rung * 104_729;
        return [1_000_000 + sign * (10 + 10 * (number % 997)), (number % 3) * 100] as const;
      });
    const ids = { firstUpdateId: id + 1, lastUpdateId: id + 1 };
    return this.memory.write({ ...ids, snapshot, bids: side(-1), asks: side(1) });
  }
}

if (canMeasureAllocation()) {
  test("half a million levels on a numbered line leave next to nothing on the heap", () => {
    const session = new NumberedSession();
    const { counters } = session.feed;
    const runLevels = (levels: number): void => {
      const end = (counters[FeedCounter.LEVELS] ?? 0) + levels;
      while ((counters[FeedCounter.LEVELS] ?? 0) < end) session.run();
    };
    runLevels(4 * LEVELS);
    // As in update-id-feed.alloc.test.ts: what the code allocates appears in every run.
    const runs: number[] = [];
    let bytes = Infinity;
    while (runs.length < RUNS_MAX && bytes > BYTES_MAX) {
      bytes = allocatedBytes(() => runLevels(LEVELS));
      runs.push(bytes);
    }
    assert.ok(bytes >= 0 && bytes <= BYTES_MAX, `${runs.join(", ")} bytes for ${LEVELS} levels each`);
    assert.ok((counters[FeedCounter.REFUSED] ?? 0) > 0, "the broken part was met");
  });
} else {
  test("a feed of a numbered line allocates at most 16 KiB for half a million levels", () => {
    const { status, output } = runMeasured(import.meta.filename);
    assert.equal(status, 0, output);
  });
}
