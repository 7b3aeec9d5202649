import { TICK_NS } from "./market-publisher.ts";
import type { MarketPublisher } from "./market-publisher.ts";
import type { MarketFlow, ProductFeed } from "./product-feed.ts";

/** A matching engine's market: the flow trades in it, and its changes are published in steps of 50 ms. */
export class LiveFeed implements ProductFeed {
  readonly #publisher: MarketPublisher;
  readonly #flow: MarketFlow | null;
  #nextTickNs = TICK_NS;

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
      this.#publisher.commandDone(nowNs);
    }
    if (nowNs < this.#nextTickNs) return;
    this.#publisher.tick(nowNs);
    this.#nextTickNs += TICK_NS;
  }
}
