import { RecordingColumns } from "../market/index.ts";
import type { Recording } from "../market/index.ts";
import type { ProductChannel } from "./channel.ts";
import { readMarketMessage } from "./market-message.ts";
import type { MarketEvent } from "./market-message.ts";
import { fieldsOf, ProductFrames } from "./product-frames.ts";
import type { FarLevel } from "./product-frames.ts";

/** One recorded message of one product, ready to be sent again. */
export interface RecordedStep {
  /** By the venue's own stamp, nanoseconds since the session's first message. */
  readonly timeNs: number;
  readonly channel: ProductChannel;
  readonly type: "snapshot" | "update";
  /** The text of its `events`. */
  readonly events: string;
  /** Its levels that are not in the market. Nothing trades there. */
  readonly far: readonly FarLevel[];
  /** The market's lines that belong to it end before this one. */
  readonly lineEnd: number;
}

/** One product of a recorded session: its market for RecordedMarket, and its messages. */
export interface RecordedProduct {
  readonly productId: string;
  readonly recording: Recording;
  readonly steps: readonly RecordedStep[];
}

export interface RecordedSession {
  /** The stamp of the first message. */
  readonly startEpochNs: bigint;
  readonly products: ReadonlyMap<string, RecordedProduct>;
}

const RECEIVED = /^\d{10,19} market /;

/**
 * Reads a recorded session of market data: lines of `<receive ns> market <message>`, or JSON lines, of which those with `"t":"recv"` hold in
 * `data` a message as it was received; lines that begin with `#` are passed over. Times are the venue's stamps, not those of receipt. Throws an
 * Error with the line's number when a line cannot be read.
 */
export function parseRecordedSession(text: string): RecordedSession {
  const reader = new SessionReader();
  let number = 0;
  for (const line of text.split("\n")) {
    number += 1;
    if (line === "" || line.startsWith("#")) continue;
    try {
      const received = RECEIVED.exec(line);
      if (received === null) reader.line(JSON.parse(line));
      else reader.message(line.slice(received[0].length));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`recorded session, line ${number}: ${reason}`, { cause: error });
    }
  }
  return reader.finish();
}

class SessionReader {
  readonly #products = new Map<string, ProductReader>();
  #startEpochNs: bigint | null = null;
  #lastNs = 0;

  line(line: unknown): void {
    const { t, data } = fieldsOf(line, "the line");
    if (t !== "recv") return;
    if (typeof data !== "string") throw new Error("data is not a text");
    this.message(data);
  }

  /** A message as it was received. */
  message(data: string): void {
    const { epochNs, events } = readMarketMessage(data);
    this.#startEpochNs ??= epochNs;
    // Stamps of neighbours may be out of order by microseconds; the order of sending counts.
    if (events.length > 0) this.#lastNs = Math.max(this.#lastNs, Number(epochNs - this.#startEpochNs));
    for (const event of events) this.#productOf(event.productId).add(event, this.#lastNs);
  }

  finish(): RecordedSession {
    const products = new Map<string, RecordedProduct>();
    for (const [productId, reader] of this.#products) products.set(productId, reader.finish());
    return { startEpochNs: this.#startEpochNs ?? 0n, products };
  }

  #productOf(productId: string): ProductReader {
    const known = this.#products.get(productId) ?? new ProductReader(productId);
    this.#products.set(productId, known);
    return known;
  }
}

class ProductReader {
  readonly #productId: string;
  readonly #columns = new RecordingColumns();
  readonly #steps: RecordedStep[] = [];
  readonly #frames: ProductFrames;

  constructor(productId: string) {
    this.#productId = productId;
    this.#frames = new ProductFrames(productId);
  }

  add({ channel, type, event }: MarketEvent, timeNs: number): void {
    const { frames, far } = this.#frames.take(channel, type, event);
    for (const frame of frames) this.#columns.add(BigInt(timeNs), 0, 0, frame);
    const events = JSON.stringify([event]);
    this.#steps.push({ timeNs, channel, type, events, far, lineEnd: this.#columns.length });
  }

  finish(): RecordedProduct {
    const recording = this.#columns.finish(new Uint8Array(0));
    return { productId: this.#productId, recording, steps: this.#steps };
  }
}
