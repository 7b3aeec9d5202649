import assert from "node:assert/strict";
import { test } from "node:test";
import { TickBook } from "../../../../host/data/books/index.ts";
import { FeedCounter, UpdateIdFeed } from "../../../../host/data/feeds/index.ts";
import { BookRecordMemory } from "../../../support/book-records.ts";
import {
  missingRecording,
  RECORDED_TICK_SIZE,
  recordedDepthEvents,
} from "../../../support/recorded-depth.ts";
import type { RecordedEvent } from "../../../support/recorded-depth.ts";

type Quote = Extract<RecordedEvent, { kind: "quote" }>;

const missing = missingRecording();
const skip = missing === undefined ? false : `no such file: ${missing}`;

test(
  "[M1] over the recorded session no update is missed, and the best bid and ask are those of the venue's quotes",
  { skip },
  () => {
    const memory = new BookRecordMemory(1 << 20);
    const book = new TickBook({ tickSize: RECORDED_TICK_SIZE });
    const feed = new UpdateIdFeed({ instrumentId: 1, book, nowNs: new Float64Array(1), staleAfterNs: 1e9 });
    const quotes: Quote[] = [];
    const states: { readonly updateId: number; readonly best: readonly number[] }[] = [];
    for (const event of recordedDepthEvents()) {
      if (event.kind === "quote") {
        quotes.push(event);
        continue;
      }
      memory.rewind();
      const { blockByte, limitByte } = memory.write(event.values);
      if (event.kind === "snapshot") feed.onSnapshot(memory.i32, blockByte, limitByte);
      else feed.onDelta(memory.i32, blockByte, limitByte);
      if (feed.isValid) states.push({ updateId: feed.updateId[0] ?? Number.NaN, best: [...book.best] });
    }
    const { counters } = feed;
    assert.deepEqual(
      [
        counters[FeedCounter.GAPS],
        counters[FeedCounter.REFUSED],
        counters[FeedCounter.SNAPSHOTS],
        counters[FeedCounter.RESYNCS],
      ],
      [0, 0, 1, 0],
    );
    assert.equal(counters[FeedCounter.APPLIED], 6493);
    assert.equal(states.length, 6493);
    assert.ok(differing(states, quotes) <= 2, `${differing(states, quotes)} of ${states.length} differ`);
  },
);

/** Counts the states which differ from the last quote that is not younger. */
function differing(
  states: readonly { readonly updateId: number; readonly best: readonly number[] }[],
  quotes: readonly Quote[],
): number {
  let behind = 0;
  let differences = 0;
  for (const { updateId, best } of states) {
    while ((quotes[behind]?.updateId ?? Infinity) <= updateId) behind++;
    const quote = quotes[behind - 1];
    if (quote === undefined || quote.best.some((value, cell) => value !== best[cell])) differences++;
  }
  return differences;
}
