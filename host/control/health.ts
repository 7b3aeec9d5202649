import { FeedState } from "../data/feeds/index.ts";
import { Channel } from "../execution/gateways/index.ts";
import { TradingMode } from "../execution/risk/index.ts";
import { modeName } from "./mode-name.ts";
import type { SessionView } from "./session-view.ts";

/** Whether a host can trade, and if not, why not. */
export interface Health {
  readonly status: "ok" | "degraded";
  readonly mode: string;
  readonly isKilled: boolean;
  readonly lines: { readonly market: boolean; readonly orders: boolean };
  /** Books by symbol: live and moving. */
  readonly books: Readonly<Record<string, boolean>>;
  /** Plugins that do not run, with the reason. */
  readonly stoppedPlugins: Readonly<Record<string, string>>;
  /** Code of the journal's last refusal; 0: it takes everything. */
  readonly journalRefusal: number;
  readonly openOrders: number;
}

/** Looks at a session; changes nothing. "ok" only when orders can be priced, approved, journalled and sent. */
export function healthOf({ built, session }: SessionView): Health {
  const { lane, configuration, modes, kill, slots } = built;
  const { market, journal } = lane.parts;
  const books = configuration.instruments.map(({ symbol }, index) => {
    const feed = market.feeds[index];
    return [symbol, feed !== undefined && feed.state === FeedState.LIVE && !feed.isStale()] as const;
  });
  const stopped = slots
    .filter(({ state }) => state !== "running")
    .map(({ name, state, lastFault }) => [name, lastFault?.reason ?? state] as const);
  const isKilled = Atomics.load(kill, 0) !== 0;
  const lines = {
    market: session.lineUp[Channel.MARKET] === 1,
    orders: session.lineUp[Channel.ORDERS] === 1,
  };
  const mode = modes.account[0] ?? TradingMode.HALTED;
  const isReady =
    lines.market && lines.orders && mode === TradingMode.ACTIVE && !isKilled && journal.refusal === 0;
  return {
    status: isReady && stopped.length === 0 && books.every(([, isLive]) => isLive) ? "ok" : "degraded",
    mode: modeName(mode),
    isKilled,
    lines,
    books: Object.fromEntries(books),
    stoppedPlugins: Object.fromEntries(stopped),
    journalRefusal: journal.refusal,
    openOrders: session.openOrders,
  };
}
