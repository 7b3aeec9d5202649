import type { VenueName } from "../simulation/venue-defaults.ts";
import { venueNames } from "../simulation/venue-defaults.ts";
import { UsageError } from "../console/command-error.ts";
import type { TapSource } from "./venue-tap.ts";

/** Public market data of the real venues. */
const addresses: Readonly<Record<VenueName, Readonly<Record<string, string>>>> = {
  binance: { stream: "wss://stream.binance.com:9443", rest: "https://api.binance.com" },
  coinbase: { market: "wss://advanced-trade-ws.coinbase.com" },
};
const symbols: Readonly<Record<VenueName, readonly string[]>> = {
  binance: ["BTCUSDT"],
  coinbase: ["BTC-USD", "ETH-USD"],
};
const HELP = "write binance.stream=URL, binance.rest=URL or coinbase.market=URL";

/** The venues of a list, `binance,coinbase`. Throws UsageError for another name, and for one that stands there twice. */
export function liveVenues(option: string, text: string): VenueName[] {
  const names = text.split(",").map((name) => {
    const known = venueNames.find((candidate) => candidate === name);
    if (known === undefined)
      throw new UsageError(`--${option} names "${name}"`, `name one or more of ${venueNames.join(",")}`);
    return known;
  });
  if (new Set(names).size !== names.length)
    throw new UsageError(`--${option} names a venue twice`, "name each once");
  return names;
}

/** Where a venue's data are taken from: its public addresses, or those that were given as `binance.stream=URL`. Throws UsageError. */
export function liveSource(
  venue: VenueName,
  urls: readonly string[],
  wanted: readonly string[] | null = null,
): TapSource {
  const own = { ...addresses[venue] };
  for (const text of urls) {
    const [, name = "", key = "", url = ""] =
      /^([a-z]+)\.([a-z]+)=((?:wss?|https?):\/\/\S+)$/.exec(text) ?? [];
    const known = venueNames.find((candidate) => candidate === name);
    if (known === undefined || !Object.hasOwn(addresses[known], key))
      throw new UsageError(`--live-url is "${text}"`, HELP);
    if (known === venue) own[key] = url.replace(/\/$/, "");
  }
  return { kind: venue, addresses: own, symbols: wanted ?? symbols[venue] };
}
