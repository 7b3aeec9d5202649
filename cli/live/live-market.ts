import { setTimeout } from "node:timers/promises";
import type { SessionPorts } from "../../host/execution/gateways/index.ts";
import { readMarketMessage } from "../../sim/coinbase/index.ts";
import { parseMantissa, parseRecordedFrame } from "../../sim/market/index.ts";
import { CommandError } from "../console/command-error.ts";
import type { MarketTap, TapChannel } from "../tap/market-tap.ts";
import type { TapSource } from "../tap/venue-tap.ts";
import { openTap } from "../tap/venue-tap.ts";
import type { NoticeLog } from "./notice-log.ts";

const BOOKS_MAX_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** Who follows a live market. */
export interface LiveFollower {
  /** A message as it was received. Throws an Error for one that cannot be read. */
  take(bytes: Uint8Array): void;
  /** The line is lost: nothing is known of the market before its next snapshot. */
  lose(): void;
}

/** The market data of a real venue, from its public line to a simulated venue that follows it. */
export class LiveMarket {
  /** Of each book when the line was opened; mantissas with exponent -8. */
  readonly middles: Map<string, number> = new Map<string, number>();
  /** Messages that could not be read. */
  refused = 0;
  private readonly source: TapSource;
  private readonly log: NoticeLog;
  private readonly tap: MarketTap;
  /** What arrived before anybody followed. */
  private waiting: Uint8Array[] = [];
  private follower: LiveFollower | null = null;

  private constructor(source: TapSource, ports: SessionPorts, log: NoticeLog) {
    this.source = source;
    this.log = log;
    const name = `live ${source.kind}`;
    this.tap = openTap(source, ports, {
      onFrame: (channel, bytes, lengthBytes) => this.received(channel, bytes.subarray(0, lengthBytes)),
      onUp: () => log.write("info", `${name}: connected`),
      onDown: (reason) => {
        log.write(
          "warn",
          `${name}: line lost: ${reason}; connecting again, no book before the next snapshot`,
        );
        this.waiting = [];
        this.follower?.lose();
      },
      onNotice: (level, text) => log.write(level, `${name}: ${text}`),
    });
  }

  /** Resolves when a snapshot of each book is there. Throws CommandError where none comes. */
  static async open(source: TapSource, ports: SessionPorts, log: NoticeLog): Promise<LiveMarket> {
    const market = new LiveMarket(source, ports, log);
    market.tap.start();
    const endMs = performance.now() + BOOKS_MAX_MS;
    while (market.middles.size < source.symbols.length && performance.now() < endMs)
      await setTimeout(LOOK_EVERY_MS);
    if (market.middles.size === source.symbols.length) return market;
    market.stop();
    const missing = source.symbols.filter((symbol) => !market.middles.has(symbol));
    throw new CommandError(
      `no book of ${missing.join(", ")} from ${Object.values(source.addresses).join(" and ")} within ${BOOKS_MAX_MS / 1000} s`,
      "see the log for what the line said; --live-url takes another address",
    );
  }

  middleOf(symbol: string): number {
    const middle = this.middles.get(symbol);
    if (middle === undefined) throw new Error(`no book of ${symbol} has come`);
    return middle;
  }

  /** Gives what has arrived, and then all that arrives. */
  follow(follower: LiveFollower): void {
    this.follower = follower;
    for (const bytes of this.waiting) this.give(follower, bytes);
    this.waiting = [];
  }

  stop(): void {
    this.follower = null;
    this.tap.stop();
  }

  private received(channel: TapChannel, bytes: Uint8Array): void {
    if (this.follower !== null) {
      this.give(this.follower, bytes);
      return;
    }
    this.waiting.push(Uint8Array.from(bytes));
    try {
      this.look(channel, Buffer.from(bytes).toString("utf8"));
    } catch (error) {
      this.refuse(error);
    }
  }

  private give(follower: LiveFollower, bytes: Uint8Array): void {
    try {
      follower.take(bytes);
    } catch (error) {
      this.refuse(error);
    }
  }

  private refuse(error: unknown): void {
    this.refused += 1;
    const reason = error instanceof Error ? error.message : String(error);
    if (this.refused === 1)
      this.log.write(
        "warn",
        `live ${this.source.kind}: a message is passed over: ${reason}; further ones are counted`,
      );
  }

  /** Whether this is a snapshot of a book, and where its middle is. */
  private look(channel: TapChannel, text: string): void {
    if (this.source.kind === "binance") {
      if (channel === "rest") this.lookAt(this.source.symbols[0] ?? "", binanceBest(text));
      return;
    }
    for (const { channel: name, type, productId, event } of readMarketMessage(text).events)
      if (name === "level2" && type === "snapshot") this.lookAt(productId, coinbaseBest(event["updates"]));
  }

  private lookAt(symbol: string, [bid, ask]: readonly [number, number]): void {
    if (bid > 0 && ask > bid) this.middles.set(symbol, Math.round((bid + ask) / 2));
  }
}

function binanceBest(text: string): readonly [number, number] {
  const { bids, asks } = parseRecordedFrame(text);
  return [bids[0] ?? 0, asks[0] ?? 0];
}

function coinbaseBest(updates: unknown): readonly [number, number] {
  let bid = 0;
  let ask = Number.POSITIVE_INFINITY;
  for (const update of Array.isArray(updates)
    ? (updates as readonly Readonly<Record<string, unknown>>[])
    : []) {
    const price = parseMantissa(String(update["price_level"]));
    if (price === null || update["new_quantity"] === "0") continue;
    if (update["side"] === "bid") bid = Math.max(bid, price);
    else ask = Math.min(ask, price);
  }
  return [bid, ask];
}
