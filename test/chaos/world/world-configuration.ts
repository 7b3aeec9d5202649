import { withCoinbase } from "../../../cli/simulation/venue-defaults.ts";
import type { Configuration, VenueConfiguration } from "../../../host/control/configuration-shape.ts";
import { sampleConfiguration } from "../../support/short-session.ts";
import type { VenueKind } from "./chaos-venue.ts";
import { LADDER } from "./ladder-agent.ts";

/** Limits that the agents reach within seconds: a limit that is never met is not tested. The judges have them from here too. */
export const WORLD_LIMITS = {
  positionMax: "0.035",
  ordersMax: 20,
  orderWindowSeconds: 10,
  messagesMax: 120,
  cancelReserve: 40,
  referenceAgeSeconds: 5,
} as const;

/** Who trades: the bundled agents, with one order a side each; the same, with the market maker moving its quotes by replaces; or one with several orders in its place. */
export type WorldAgents = "bundled" | "replacing" | "ladder";

/**
 * Shares with which the agents may hold once and twice the 0.01 that the bundled ones trade at a time: together all that the account may. The
 * ladder's four orders of 0.004 a side reach its share with half a position.
 */
const AGENTS: Readonly<Record<WorldAgents, Configuration["agents"]>> = {
  bundled: [
    { plugin: "momentum", parameters: {}, share: 0.3 },
    { plugin: "market-maker", parameters: {}, share: 0.7 },
  ],
  replacing: [
    { plugin: "momentum", parameters: {}, share: 0.3 },
    { plugin: "market-maker", parameters: { replaces: 1, requoteTicks: 5 }, share: 0.7 },
  ],
  ladder: [
    { plugin: "momentum", parameters: {}, share: 0.3 },
    { plugin: LADDER, parameters: {}, share: 0.7 },
  ],
};

/** Where the journal of every life of the host lies. */
export const JOURNAL = "journal";
export const IDENTITY = { account: "simulated", environment: "development" } as const;

const NOWHERE = { marketUrl: "wss://venue", userUrl: "wss://venue", restUrl: "https://venue" };

/** The default configuration with these venues and one instrument at each, tight limits, and a journal that is synced before an order leaves. */
export function worldConfiguration(kinds: readonly VenueKind[], agents: WorldAgents): Configuration {
  const { risk, venues: sampleVenues } = sampleConfiguration;
  const key = sampleVenues[0]?.key;
  if (key === undefined) throw new Error("the default has no venue");
  const both = withCoinbase(sampleConfiguration, { ...NOWHERE, key });
  const { positionMax, ordersMax, orderWindowSeconds, messagesMax, cancelReserve } = WORLD_LIMITS;
  const messageRate = { messagesMax, windowSeconds: orderWindowSeconds, cancelReserve };
  const places = kinds.map((kind, index) => ({
    name: kinds.indexOf(kind) === index ? kind : `other${index}`,
    venue: found(both.venues, (venue) => venue.kind === kind),
    instrument: found(both.instruments, ({ venue }) => venue === kind),
  }));
  const quotes = places.map(({ instrument }) => instrument.quoteAsset);
  return {
    ...sampleConfiguration,
    journal: { directory: JOURNAL, durability: "power" },
    // Chaos kills as often as it likes; the breaker would end the trade, and has tests of its own.
    restarts: { startsMax: 1_000, windowSeconds: 1 },
    venues: places.map(({ name, venue }, index) => ({
      ...venue,
      ...addressesOf(venue, index),
      name,
      messageRate,
    })),
    instruments: places.map(({ name, instrument }) => ({
      ...instrument,
      venue: name,
      limits: { ...instrument.limits, positionMax },
    })),
    agents: AGENTS[agents],
    risk: {
      ...risk,
      grossNotionalMax: Object.fromEntries(
        Object.entries(both.risk.grossNotionalMax).filter(([asset]) => quotes.includes(asset)),
      ),
      orderRate: { ordersMax, windowSeconds: orderWindowSeconds },
    },
  };
}

/** The host of each address is the venue's place. */
function addressesOf({ kind }: VenueConfiguration, index: number): Record<string, string> {
  return kind === "binance"
    ? {
        streamUrl: `ws://venue-${index}`,
        wsApiUrl: `ws://venue-${index}/ws-api/v3?returnRateLimits=false`,
        restUrl: `http://venue-${index}`,
      }
    : {
        marketUrl: `wss://venue-${index}/market`,
        userUrl: `wss://venue-${index}/user`,
        restUrl: `https://venue-${index}`,
      };
}

function found<T>(from: readonly T[], isWanted: (each: T) => boolean): T {
  const wanted = from.find(isWanted);
  if (wanted === undefined) throw new Error("the default has no such venue");
  return wanted;
}
