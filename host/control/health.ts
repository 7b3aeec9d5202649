import { FeedState } from "../data/feeds/index.ts";
import { Channel, lineOf } from "../execution/gateways/index.ts";
import { TradingMode } from "../execution/risk/index.ts";
import { instrumentName } from "../lane/index.ts";
import { modeName } from "./mode-name.ts";
import type { SessionView } from "./session-view.ts";

export interface VenueLineHealth {
  readonly market: boolean;
  readonly orders: boolean;
}

/** Whether a host can trade, and if not, why not. */
export interface Health {
  readonly status: "ok" | "degraded";
  readonly mode: string;
  readonly isKilled: boolean;
  /** By venue: which of its lines are up. */
  readonly lines: Readonly<Record<string, VenueLineHealth>>;
  /** Books by the instrument's name, as BTCUSDT.BINANCE: live and moving. */
  readonly books: Readonly<Record<string, boolean>>;
  /** Plugins that do not run, with the reason. */
  readonly stoppedPlugins: Readonly<Record<string, string>>;
  /** Code of the journal's last refusal; 0: it takes everything. */
  readonly journalRefusal: number;
  readonly openOrders: number;
}

/** Looks at a session; changes nothing. "ok" only when orders can be priced, approved, journalled and sent at every venue. */
export function healthOf({ built, session }: SessionView): Health {
  const { lane, configuration, modes, kill, slots } = built;
  const { market, journal } = lane.parts;
  const books = configuration.instruments.map((_, index) => {
    const feed = market.feeds[index];
    return [
      instrumentName(configuration, index),
      feed !== undefined && feed.state === FeedState.LIVE && !feed.isStale(),
    ] as const;
  });
  const stopped = slots
    .filter(({ state }) => state !== "running")
    .map(({ name, state, lastFault }) => [name, lastFault?.reason ?? state] as const);
  const isKilled = Atomics.load(kill, 0) !== 0;
  const lines = configuration.venues.map(({ name }, venue) => {
    const isUp = (channel: Channel): boolean => session.lineUp[lineOf(venue, channel)] === 1;
    return [name, { market: isUp(Channel.MARKET), orders: isUp(Channel.ORDERS) }] as const;
  });
  const isConnected = lines.every(([, { market: isHeard, orders }]) => isHeard && orders);
  const mode = modes.account[0] ?? TradingMode.HALTED;
  const isReady = isConnected && mode === TradingMode.ACTIVE && !isKilled && journal.refusal === 0;
  return {
    status: isReady && stopped.length === 0 && books.every(([, isLive]) => isLive) ? "ok" : "degraded",
    mode: modeName(mode),
    isKilled,
    lines: Object.fromEntries(lines),
    books: Object.fromEntries(books),
    stoppedPlugins: Object.fromEntries(stopped),
    journalRefusal: journal.refusal,
    openOrders: session.openOrders,
  };
}
