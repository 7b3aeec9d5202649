import type { BinanceChaosVenue } from "./binance-chaos-venue.ts";
import { forAWhile, milliseconds, some } from "./strike-terms.ts";
import type { VenueStrikes } from "./strike-terms.ts";

const NS_PER_SECOND = 1e9;

/** What can go wrong at a Binance, by the table of faults that a person has. */
export const BINANCE_STRIKES: VenueStrikes<BinanceChaosVenue> = {
  cutMarket: ({ table }) => table.set("cut", ["market"]),
  cutOrders: ({ table }) => table.set("cut", ["orders"]),
  halfOpenMarket: ({ table }) => table.set("half-open", ["market"]),
  halfOpenOrders: ({ table }) => table.set("half-open", ["orders"]),
  dropMarket: ({ table }, { dice }) => table.set("drop-frames", [some(dice, 5), "market"]),
  doubleMarket: ({ table }, { dice }) => table.set("double-frames", [some(dice, 20), "market"]),
  doubleOrders: ({ table }, { dice }) => table.set("double-frames", [some(dice, 20), "orders"]),
  delayAnswers: ({ table, venue }, place) => {
    table.set("delay-answers", [milliseconds(place.dice, 0.05, 4)]);
    forAWhile(place, () => (venue.faults.ackDelayNs = 0));
  },
  timeOutOrders: ({ table, venue }, place) => {
    table.set("timeout-orders", []);
    forAWhile(place, () => (venue.faults.timeoutOrders = false));
  },
  failOrders: ({ table, venue }, place) => {
    table.set("fail-orders", []);
    forAWhile(place, () => (venue.faults.failOrders = false));
  },
  rejectOrders: ({ table, venue }, place) => {
    table.set("reject-orders", []);
    forAWhile(place, () => (venue.faults.rejectOrders = false));
  },
  loseAnswers: ({ table, venue }, place) => {
    // By the venue, which says nothing, or by the way back, on which all is lost that is no event.
    if (place.dice.chance(0.5)) table.set("lose-answers", []);
    else place.wire.losesAnswers = true;
    forAWhile(place, () => {
      venue.faults.loseAnswers = false;
      place.wire.losesAnswers = false;
    });
  },
  lagQueries: ({ table, venue }, place) => {
    table.set("lag-queries", [milliseconds(place.dice, 0.5, 5)]);
    forAWhile(place, () => (venue.faults.queryDelayNs = 0));
  },
  limitRequests: (venue, place) => limit(venue, place, "limit"),
  banAddress: (venue, place) => limit(venue, place, "ban"),
  aheadVenue: ({ table }, { dice }) => table.set("clock", [String(Math.round(dice.between(-4_000, 4_000)))]),
  refuseConnections: ({ table, venue }, place) => {
    table.set("refuse-connections", []);
    table.set("cut", ["all"]);
    forAWhile(place, () => (venue.faults.refuseConnections = false));
  },
  refuseKeys: ({ table, venue }, place) => {
    table.set("refuse-keys", []);
    table.set("cut", ["orders"]);
    forAWhile(place, () => (venue.faults.refuseKeys = false));
  },
  shutdown: ({ table }) => table.set("shutdown", []),
  garbageMarket: ({ table }) => table.set("garbage", ["market"]),
  garbageOrders: ({ table }) => table.set("garbage", ["orders"]),
};

function limit(
  venue: BinanceChaosVenue,
  { dice, nowNs }: { readonly dice: Parameters<typeof some>[0]; readonly nowNs: number },
  kind: "limit" | "ban",
): void {
  const seconds = Math.round(dice.between(5, 30));
  venue.limitedUntilNs = nowNs + seconds * NS_PER_SECOND;
  venue.table.set(kind, [String(seconds)]);
}
