import type { Depth, Execution, Level, Market, Side } from "../market/index.ts";
import type { VenueClock } from "./clock.ts";
import { formatDecimal } from "./decimal.ts";
import type { StreamHub } from "./stream-hub.ts";
import type { SymbolSpec } from "./symbol.ts";

/** Books are published every 100 ms on `@depth@100ms` and every tenth time on `@depth`. */
export const DEPTH_INTERVAL_NS = 100_000_000;
const SLOW_TICKS = 10;

/** Levels changed since an event, and the range of update ids that the event covers. */
class DepthDiff {
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  #firstId = 0;

  change(side: Side, price: number, quantity: number, updateId: number): void {
    if (this.#firstId === 0) this.#firstId = updateId;
    (side === 1 ? this.#bids : this.#asks).set(price, quantity);
  }

  get empty(): boolean {
    return this.#firstId === 0;
  }

  /** The event's text after `"s"`: ids and levels, bids falling, asks rising. */
  body(lastId: number): string {
    const bids = levelsText([...this.#bids].sort((a, b) => b[0] - a[0]));
    const asks = levelsText([...this.#asks].sort((a, b) => a[0] - b[0]));
    return `"U":${this.#firstId},"u":${lastId},"b":[${bids}],"a":[${asks}]`;
  }

  clear(): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#firstId = 0;
  }
}

/**
 * Turns a live market's changes into the public streams of one symbol. Every changed level takes the next update id; an
 * event with ids U..u holds the last quantity of each level that these updates touched.
 */
export class MarketPublisher {
  readonly #spec: SymbolSpec;
  readonly #clock: VenueClock;
  readonly #hub: StreamHub;
  readonly #market: () => Market;
  readonly #fast = new DepthDiff();
  readonly #slow = new DepthDiff();
  readonly #streamTrade: string;
  readonly #streamTicker: string;
  readonly #streamFast: string;
  readonly #streamSlow: string;
  #updateId: number;
  #ticks = 0;
  #topChanged = false;
  #bid: Level | null = null;
  #ask: Level | null = null;

  constructor(
    spec: SymbolSpec,
    clock: VenueClock,
    hub: StreamHub,
    market: () => Market,
    firstUpdateId: number,
  ) {
    this.#spec = spec;
    this.#clock = clock;
    this.#hub = hub;
    this.#market = market;
    this.#updateId = firstUpdateId - 1;
    const name = spec.symbol.toLowerCase();
    this.#streamTrade = `${name}@trade`;
    this.#streamTicker = `${name}@bookTicker`;
    this.#streamFast = `${name}@depth@100ms`;
    this.#streamSlow = `${name}@depth`;
  }

  /** A level has changed. */
  level(side: Side, price: number, quantity: number): void {
    this.#updateId += 1;
    this.#fast.change(side, price, quantity, this.#updateId);
    this.#slow.change(side, price, quantity, this.#updateId);
    this.#topChanged = true;
  }

  /** A match, for `@trade`. `m` tells that the buyer stood in the book. */
  trade(execution: Execution): void {
    if (!this.#hub.listens(this.#streamTrade)) return;
    const { timeNs, tradeId, price, quantity } = execution;
    const buyerIsMaker = execution.maker.side === 1;
    this.#hub.publish(this.#streamTrade, timeNs, (micros) => {
      const time = this.#clock.stamp(timeNs, micros);
      return (
        `{"e":"trade","E":${time},"s":"${this.#spec.symbol}","t":${tradeId},"p":"${formatDecimal(price)}",` +
        `"q":"${formatDecimal(quantity)}","T":${time},"m":${buyerIsMaker},"M":true}`
      );
    });
  }

  /** A command is done: sends the best prices if they have changed. */
  flushTop(nowNs: number): void {
    if (!this.#topChanged) return;
    this.#topChanged = false;
    const market = this.#market();
    const bid = market.best(1);
    const ask = market.best(2);
    if (sameLevel(bid, this.#bid) && sameLevel(ask, this.#ask)) return;
    this.#bid = copyLevel(bid);
    this.#ask = copyLevel(ask);
    this.#hub.publish(this.#streamTicker, nowNs, () => this.#ticker());
  }

  /** The 100 ms beat. */
  tick(nowNs: number): void {
    this.#ticks += 1;
    this.#emit(this.#streamFast, this.#fast, nowNs);
    if (this.#ticks % SLOW_TICKS === 0) this.#emit(this.#streamSlow, this.#slow, nowNs);
  }

  /** The body of a depth snapshot, consistent with the stream: it holds all updates up to `lastUpdateId`. */
  snapshot(levelsMax: number): string {
    return depthSnapshot(this.#updateId, this.#market().depth(levelsMax));
  }

  #emit(stream: string, diff: DepthDiff, nowNs: number): void {
    if (diff.empty) return;
    if (this.#hub.listens(stream)) {
      const body = diff.body(this.#updateId);
      const symbol = this.#spec.symbol;
      this.#hub.publish(
        stream,
        nowNs,
        (micros) => `{"e":"depthUpdate","E":${this.#clock.stamp(nowNs, micros)},"s":"${symbol}",${body}}`,
      );
    }
    diff.clear();
  }

  #ticker(): string {
    return (
      `{"u":${this.#updateId},"s":"${this.#spec.symbol}",` +
      `"b":"${formatDecimal(this.#bid?.price ?? 0)}","B":"${formatDecimal(this.#bid?.quantity ?? 0)}",` +
      `"a":"${formatDecimal(this.#ask?.price ?? 0)}","A":"${formatDecimal(this.#ask?.quantity ?? 0)}"}`
    );
  }
}

/** `{"lastUpdateId":..,"bids":[["price","quantity"],..],"asks":[..]}`, best first. */
export function depthSnapshot(lastUpdateId: number, depth: Depth): string {
  return `{"lastUpdateId":${lastUpdateId},"bids":[${levelsText(depth.bids)}],"asks":[${levelsText(depth.asks)}]}`;
}

function levelsText(levels: readonly (readonly [number, number])[]): string {
  let text = "";
  for (const [price, quantity] of levels) {
    text += `${text === "" ? "" : ","}["${formatDecimal(price)}","${formatDecimal(quantity)}"]`;
  }
  return text;
}

function sameLevel(a: Level | null, b: Level | null): boolean {
  if (a === null || b === null) return a === b;
  return a.price === b.price && a.quantity === b.quantity;
}

function copyLevel(level: Level | null): Level | null {
  return level === null ? null : { price: level.price, quantity: level.quantity };
}
