import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescribedRecord } from "../../../abi/host/index.ts";
import { BookImage, FramePart } from "../../../abi/host/index.ts";
import { CoinbaseCodec, coinbaseRecording, recordedMessages } from "../../../test/support/coinbase-codec.ts";
import { decimal } from "../../../test/support/binance-reference-fields.ts";
import { z } from "zod";

const { skip } = coinbaseRecording;
const PART_BYTES = 131_072;
const ticker = z.object({
  channel: z.literal("ticker"),
  events: z.array(
    z.object({
      tickers: z.array(z.object({ product_id: z.string(), best_bid: z.string(), best_ask: z.string() })),
    }),
  ),
});
const ids: Readonly<Record<string, number>> = { "BTC-USD": 21, "ETH-USD": 22 };

/** A book as simple as can be. */
class Book {
  readonly bids = new Map<bigint, bigint>();
  readonly asks = new Map<bigint, bigint>();

  apply({ fields, groups }: DescribedRecord): void {
    const image = fields["snapshot"];
    if (image === BookImage.WHOLE || image === BookImage.FIRST)
      for (const side of [this.bids, this.asks]) side.clear();
    for (const [side, levels] of [
      [this.bids, groups["bids"]],
      [this.asks, groups["asks"]],
    ] as const)
      for (const { price, size } of levels ?? []) {
        if (size === 0n) side.delete(BigInt(String(price)));
        else side.set(BigInt(String(price)), BigInt(String(size)));
      }
  }

  get bestBid(): bigint {
    return [...this.bids.keys()].reduce((best, price) => (price > best ? price : best), 0n);
  }

  get bestAsk(): bigint {
    return [...this.asks.keys()].reduce((best, price) => (price < best ? price : best), 2n ** 63n);
  }
}

/** A message in parts where it is long, as the host cuts it. */
function send(codec: CoinbaseCodec, message: string): readonly DescribedRecord[] {
  const bytes = Buffer.from(message);
  if (bytes.length <= PART_BYTES) return codec.send("market", bytes, FramePart.WHOLE).records;
  const cuts = Array.from(
    { length: Math.ceil(bytes.length / PART_BYTES) - 1 },
    (_, i) => (i + 1) * PART_BYTES,
  );
  return codec.sendParts(bytes, cuts).flatMap(({ records }) => records);
}

test(
  "[M1] books kept from the recording agree with the recorded tickers, cross never at the end, and its numbers have no gap",
  { skip },
  async () => {
    const codec = await CoinbaseCodec.load();
    const books = new Map([21, 22].map((id) => [id, new Book()]));
    const [agreed, sequences]: [boolean[], bigint[]] = [[], []];
    for (const message of recordedMessages()) {
      for (const record of send(codec, message)) {
        if (record.name === "LineSequence") sequences.push(BigInt(String(record.fields["sequence"])));
        if (record.name === "BookDelta") books.get(Number(record.fields["instrumentId"]))?.apply(record);
      }
      const quoted = ticker.safeParse(JSON.parse(message));
      for (const { product_id, best_bid, best_ask } of quoted.data?.events.flatMap(
        ({ tickers }) => tickers,
      ) ?? []) {
        const book = books.get(ids[product_id] ?? 0);
        if (book === undefined || book.bids.size === 0) continue;
        agreed.push(book.bestBid === decimal(best_bid, -2) && book.bestAsk === decimal(best_ask, -2));
      }
    }
    // The channels are independent: a ticker is some milliseconds older or newer than the book at its place in the line.
    assert.equal(agreed.length, 154);
    assert.ok(agreed.filter(Boolean).length >= 132, `${agreed.filter(Boolean).length} of 154 tickers agree`);
    for (const [id, book] of books) assert.ok(book.bestBid < book.bestAsk, `the book of ${id} is crossed`);
    assert.deepEqual(
      sequences,
      Array.from({ length: 1_030 }, (_, i) => BigInt(i)),
    );
  },
);
