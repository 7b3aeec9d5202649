import { parseRecordedFrame } from "../market/index.ts";
import type { FollowedMarket, MarketListener } from "../market/index.ts";
import { depthSnapshot } from "./market-publisher.ts";
import type { StreamHub } from "./stream-hub.ts";
import type { SymbolFeed } from "./symbol-feed.ts";

/** The streams of a real venue, followed as they arrive. */
export interface FollowedSource {
  readonly kind: "followed";
  /** Opened by the venue because the market's one listener is the venue. */
  open(listener: MarketListener): FollowedMarket;
}

const STREAM = /^\{"stream":"([^"]+)","data":/;

/** A market that follows a real one: what arrives there goes out here byte for byte, at once, and client orders trade with it on paper. */
export class FollowedFeed implements SymbolFeed {
  /** Nothing happens by itself. */
  readonly nextNs: number = Infinity;
  readonly #market: FollowedMarket;
  readonly #hub: StreamHub;

  constructor(market: FollowedMarket, hub: StreamHub) {
    this.#market = market;
    this.#hub = hub;
  }

  advance(): void {
    /* See nextNs. */
  }

  commandDone(): void {
    /* The public streams do not show our orders. */
  }

  /** Before the book is there it is empty and older than every update: a client asks again. */
  snapshot(levelsMax: number): string {
    return depthSnapshot(Math.max(0, this.#market.lastUpdateId), this.#market.depth(levelsMax));
  }

  /** A combined-stream frame or a depth snapshot of the real venue. Throws an Error for what is neither. */
  take(bytes: Uint8Array, nowNs: number): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
    this.#market.follow(parseRecordedFrame(text), nowNs);
    const [head, stream] = STREAM.exec(text) ?? [];
    if (head === undefined || stream === undefined) return;
    const kept = Uint8Array.from(bytes);
    this.#hub.publishBytes(stream, nowNs, kept, kept.subarray(Buffer.byteLength(head), kept.length - 1));
  }
}
