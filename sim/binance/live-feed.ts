import { DEPTH_INTERVAL_NS } from "./market-publisher.ts";
import type { MarketPublisher } from "./market-publisher.ts";
import type { MarketFlow, SymbolFeed } from "./symbol-feed.ts";

/** A matching engine's market: the flow trades in it, and its changes are published as they come about. */
export class LiveFeed implements SymbolFeed {
  readonly #publisher: MarketPublisher;
  readonly #flow: MarketFlow | null;
  #nextTickNs = DEPTH_INTERVAL_NS;

  constructor(publisher: MarketPublisher, flow: MarketFlow | null) {
    this.#publisher = publisher;
    this.#flow = flow;
  }

  get nextNs(): number {
    return Math.min(this.#nextTickNs, this.#flow?.nextNs ?? Infinity);
  }

  advance(nowNs: number): void {
    const flow = this.#flow;
    if (flow !== null && flow.nextNs <= nowNs) {
      flow.advance(nowNs);
      this.#publisher.flushTop(nowNs);
    }
    if (nowNs < this.#nextTickNs) return;
    this.#publisher.tick(nowNs);
    this.#nextTickNs += DEPTH_INTERVAL_NS;
  }

  commandDone(nowNs: number): void {
    this.#publisher.flushTop(nowNs);
  }

  snapshot(levelsMax: number): string {
    return this.#publisher.snapshot(levelsMax);
  }
}
