import type { Configuration } from "../../../host/control/configuration-shape.ts";
import { sampleConfiguration } from "../../support/short-session.ts";

/** Limits that the agents reach within seconds: a limit that is never met is not tested. The judges have them from here too. */
export const WORLD_LIMITS = {
  positionMax: "0.035",
  ordersMax: 20,
  orderWindowSeconds: 10,
  messagesMax: 120,
  cancelReserve: 40,
  referenceAgeSeconds: 5,
} as const;

/** Shares with which the agents, who trade 0.01 at a time, may hold once and twice that: together all that the account may. */
const SHARES: Readonly<Record<string, number>> = { momentum: 0.3, "market-maker": 0.7 };

/** Where the journal of every life of the host lies. */
export const JOURNAL = "journal";
export const IDENTITY = { account: "simulated", environment: "development" } as const;

/** The default configuration with as many venues, tight limits, and a journal that is synced before an order leaves. */
export function worldConfiguration(venueCount: number): Configuration {
  const { venues, instruments, risk, agents } = sampleConfiguration;
  const [venue] = venues;
  const [instrument] = instruments;
  if (venue?.kind !== "binance" || instrument === undefined) throw new Error("the default has another venue");
  const names = Array.from({ length: venueCount }, (_, index) => (index === 0 ? "binance" : `other${index}`));
  const { positionMax, ordersMax, orderWindowSeconds, messagesMax, cancelReserve } = WORLD_LIMITS;
  return {
    ...sampleConfiguration,
    journal: { directory: JOURNAL, durability: "power" },
    venues: names.map((name, index) => ({
      ...venue,
      name,
      streamUrl: `ws://venue-${index}`,
      wsApiUrl: `ws://venue-${index}/ws-api/v3?returnRateLimits=false`,
      restUrl: `http://venue-${index}`,
      messageRate: { messagesMax, windowSeconds: orderWindowSeconds, cancelReserve },
    })),
    instruments: names.map((name) => ({
      ...instrument,
      venue: name,
      limits: { ...instrument.limits, positionMax },
    })),
    agents: agents.map((agent) => ({ ...agent, share: SHARES[agent.plugin] ?? 0 })),
    risk: { ...risk, orderRate: { ordersMax, windowSeconds: orderWindowSeconds } },
  };
}
