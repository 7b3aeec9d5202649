import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { BookDelta, BookImage, Frame, FramePart, HEADER_BYTES } from "../../../../abi/host/index.ts";
import { venueKinds } from "../../../../host/control/venue-kind.ts";
import { TickBook } from "../../../../host/data/books/index.ts";
import { FeedCounter, SequencedFeed } from "../../../../host/data/feeds/index.ts";
import { decimal } from "../../../support/binance-reference-fields.ts";
import {
  CoinbaseCodec,
  coinbaseFrame,
  coinbaseRecording,
  configuredInstruments,
  recordedMessages,
} from "../../../support/coinbase-codec.ts";

const PART_BYTES = 131_072;
const { exponent } = venueKinds.coinbase;
const CENT = 10 ** (-2 - exponent);
const LEVEL_BYTES = 16;
const GROUP_HEADER_BYTES = 8;
const ids: Readonly<Record<string, number>> = { "BTC-USD": 21, "ETH-USD": 22 };
const ticker = z.object({ product_id: z.string(), best_bid: z.string(), best_ask: z.string() });
const message = z.object({ events: z.array(z.object({ tickers: z.array(ticker).optional() })) });

/** The host's own feeds and books behind the codec, over the memory that it writes to. */
class Rig {
  readonly codec: CoinbaseCodec;
  readonly feeds: ReadonlyMap<number, SequencedFeed>;
  /** Of each call with a part of a long message, codec and book together, milliseconds. */
  readonly partMs: number[] = [];
  private readonly i32: Int32Array;

  constructor(codec: CoinbaseCodec) {
    this.codec = codec;
    this.i32 = new Int32Array(codec.plugin.view.buffer);
    const shared = { nowNs: new Float64Array(1), heardNs: new Float64Array(1), line: 0, staleAfterNs: 1e9 };
    this.feeds = new Map(
      Object.values(ids).map((instrumentId) => [
        instrumentId,
        new SequencedFeed({ instrumentId, book: new TickBook({ tickSize: CENT }), ...shared }),
      ]),
    );
  }

  /** One message, in parts where it is long, as the host cuts it. */
  give(text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += PART_BYTES) {
      const isLast = at + PART_BYTES >= bytes.length;
      const part =
        at === 0 ? (isLast ? FramePart.WHOLE : FramePart.FIRST) : isLast ? FramePart.LAST : FramePart.MIDDLE;
      const frame = coinbaseFrame("market", bytes.subarray(at, at + PART_BYTES), part);
      const startMs = performance.now();
      const { plugin } = this.codec;
      plugin.bytes.set(frame, plugin.map.inboxOffset);
      const code = plugin.handle(Frame.templateId, frame.length);
      assert.ok(code >= 0, `refused with ${code}`);
      this.takeOutbox(code);
      if (part !== FramePart.WHOLE) this.partMs.push(performance.now() - startMs);
    }
  }

  private takeOutbox(usedBytes: number): void {
    const { view, map } = this.codec.plugin;
    const limit = map.outboxOffset + usedBytes;
    for (let at = map.outboxOffset; at < limit;) {
      const block = at + HEADER_BYTES;
      let size = HEADER_BYTES + view.getUint16(at, true);
      if (view.getUint16(at + 2, true) === BookDelta.templateId) {
        for (let group = 0; group < 2; group += 1)
          size += GROUP_HEADER_BYTES + view.getUint32(at + size + 4, true) * LEVEL_BYTES;
        this.takeBook(block, limit);
      }
      at += (size + 7) & ~7;
    }
  }

  private takeBook(block: number, limit: number): void {
    const { view } = this.codec.plugin;
    const feed = this.feeds.get(view.getUint32(block + BookDelta.instrumentId, true)) ?? assert.fail();
    const isDelta = view.getUint32(block + BookDelta.snapshot, true) === BookImage.DELTA;
    if (isDelta) feed.onDelta(this.i32, block, limit);
    else feed.onSnapshot(this.i32, block, limit);
  }
}

function partTimes(partMs: readonly number[]): string {
  const sorted = partMs.toSorted((a, b) => a - b);
  const [median = 0, longest = 0] = [sorted[sorted.length >> 1], sorted.at(-1)];
  const text = `${partMs.length} parts of ${PART_BYTES} bytes: median ${median.toFixed(2)} ms, longest ${longest.toFixed(2)} ms`;
  return `${text}, codec (not metered) and book, first calls in it`;
}

test(
  "[M1] over a recorded session of Coinbase, snapshots of 5 MB in parts, the host's books at its own exponents have the best bid and ask of the tickers",
  { skip: coinbaseRecording.skip },
  async (t) => {
    const rig = new Rig(await CoinbaseCodec.load(configuredInstruments));
    const agreed: boolean[] = [];
    for (const text of recordedMessages()) {
      rig.give(text);
      for (const { tickers = [] } of message.parse(JSON.parse(text)).events)
        for (const { product_id, best_bid, best_ask } of tickers) {
          const feed = rig.feeds.get(ids[product_id] ?? 0);
          if (feed?.isValid !== true) continue;
          const [bid = 0, , ask = 0] = feed.book.best;
          agreed.push(
            BigInt(bid) === decimal(best_bid, exponent) && BigInt(ask) === decimal(best_ask, exponent),
          );
        }
    }
    for (const { counters, isValid, needsSnapshot } of rig.feeds.values())
      assert.deepEqual([isValid, needsSnapshot, counters[FeedCounter.REFUSED]], [true, 0, 0]);
    assert.equal(agreed.length, 154);
    assert.ok(agreed.filter(Boolean).length >= 132, `${agreed.filter(Boolean).length} of 154 tickers agree`);
    t.diagnostic(partTimes(rig.partMs));
  },
);
