import { readFileSync } from "node:fs";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import { SocketWire, SystemClock, SystemRandom, SystemTimers } from "../../host/platform/index.ts";
import { liveSource } from "../tap/live-addresses.ts";
import { LiveMarket } from "./live-market.ts";
import type { NoticeLog } from "./notice-log.ts";

export interface LiveOptions {
  /** Other addresses than the public ones, as `binance.stream=URL`. */
  readonly urls: readonly string[];
  /** Certificates of authorities that are believed besides the system's. */
  readonly caFile: string | null;
}

/** Opens the live market of each venue of a configuration; null: none. Throws CommandError where a venue gives no book. */
export async function liveMarkets(
  { venues, instruments }: Configuration,
  options: LiveOptions | null,
  log: NoticeLog,
): Promise<ReadonlyMap<string, LiveMarket>> {
  const markets = new Map<string, LiveMarket>();
  if (options === null) return markets;
  const { urls, caFile } = options;
  const wire = new SocketWire(caFile === null ? null : readFileSync(caFile, "utf8"));
  const ports = { wire, timers: new SystemTimers(), clock: new SystemClock(), random: new SystemRandom() };
  try {
    for (const { name, kind } of venues) {
      const symbols = instruments.filter(({ venue }) => venue === name).map(({ symbol }) => symbol);
      markets.set(name, await LiveMarket.open(liveSource(kind, urls, symbols), ports, log));
    }
  } catch (error) {
    for (const market of markets.values()) market.stop();
    throw error;
  }
  return markets;
}
