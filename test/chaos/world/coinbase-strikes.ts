import type { CoinbaseChaosVenue } from "./coinbase-chaos-venue.ts";
import { forAWhile, milliseconds, some } from "./strike-terms.ts";
import type { VenueStrikes } from "./strike-terms.ts";

/** Of the trades that can be changed. */
const BACK_MAX = 8;
const LINES = ["market", "orders", "all"] as const;

/** What can go wrong at a Coinbase, by the table of faults that a person has. */
export const COINBASE_STRIKES: VenueStrikes<CoinbaseChaosVenue> = {
  cutMarket: ({ table }) => table.set("cut", ["market"]),
  cutOrders: ({ table }) => table.set("cut", ["orders"]),
  halfOpenMarket: ({ table }) => table.set("half-open", ["market"]),
  halfOpenOrders: ({ table }) => table.set("half-open", ["orders"]),
  beatlessMarket: ({ table }) => table.set("stop-heartbeats", ["market"]),
  beatlessOrders: ({ table }) => table.set("stop-heartbeats", ["orders"]),
  dropMarket: ({ table }, { dice }) => table.set("drop-frames", [some(dice, 5), "market"]),
  dropOrders: ({ table }, { dice }) => table.set("drop-frames", [some(dice, 5), "orders"]),
  doubleMarket: ({ table }, { dice }) => table.set("double-frames", [some(dice, 20), "market"]),
  doubleOrders: ({ table }, { dice }) => table.set("double-frames", [some(dice, 20), "orders"]),
  swapMarket: ({ table }, { dice }) => table.set("swap-frames", [some(dice, 5), "market"]),
  swapOrders: ({ table }, { dice }) => table.set("swap-frames", [some(dice, 5), "orders"]),
  delayFrames: ({ table }, { dice }) =>
    table.set("delay-frames", [milliseconds(dice, 0.05, 2), dice.pick(LINES)]),
  tearMarket: ({ table }, { dice }) => table.set("tear-frame", [some(dice, 400), "market"]),
  tearOrders: ({ table }, { dice }) => table.set("tear-frame", [some(dice, 400), "orders"]),
  crossSnapshot: ({ table }, { later }) => {
    // The connection of now is not to be sent another image: the fault is for the one that takes its place.
    table.set("cut", ["market"]);
    later(1.2e9, () => table.set("cross-snapshot", []));
  },
  loseEvents: ({ table }, { dice }) => table.set("lose-events", [some(dice, 2)]),
  bust: (venue, { dice }) => {
    venue.changeTrade("bust", [String(dice.index(BACK_MAX))]);
  },
  correct: (venue, { dice }) => {
    const increments = Math.round(dice.between(-200, 200));
    venue.changeTrade("correct", [String(dice.index(BACK_MAX)), some(dice, 100), String(increments)]);
  },
  unknownMarket: ({ table }) => table.set("unknown-message", ["market"]),
  unknownOrders: ({ table }) => table.set("unknown-message", ["orders"]),
  strangeOrder: ({ table }) => table.set("strange-order", []),
  rejectOrders: ({ table, venue }, place) => {
    table.set("reject-orders", []);
    forAWhile(place, () => (venue.faults.rejectOrders = false));
  },
  failOrders: ({ table }, { dice }) => table.set("fail-orders", [some(dice, 5)]),
  loseAnswers: ({ table }, { dice }) => table.set("lose-answers", [some(dice, 5)]),
  cutAnswer: ({ table }, { dice }) => table.set("cut-answer", [some(dice, 200)]),
  delayAnswers: ({ table, venue }, place) => {
    table.set("delay-answers", [milliseconds(place.dice, 0.05, 4)]);
    forAWhile(place, () => (venue.faults.answerDelayNs = 0));
  },
  delayCancels: ({ table, venue }, place) => {
    table.set("delay-cancels", [milliseconds(place.dice, 0.2, 4)]);
    forAWhile(place, () => (venue.faults.cancelDelayNs = 0));
  },
  lagQueries: ({ table, venue }, place) => {
    table.set("lag-queries", [milliseconds(place.dice, 0.5, 5)]);
    forAWhile(place, () => (venue.faults.queryLagNs = 0));
  },
  refuseCancels: ({ table, venue }, place) => {
    table.set("refuse-cancels", []);
    forAWhile(place, () => (venue.faults.partialCancel = false));
  },
  limitRequests: ({ table }, { dice }) => table.set("limit", [some(dice, 20)]),
  aheadVenue: ({ table }, { dice }) => table.set("clock", [String(Math.round(dice.between(-4_000, 4_000)))]),
  refuseConnections: ({ table, venue }, place) => {
    table.set("refuse-connections", []);
    table.set("cut", ["all"]);
    forAWhile(place, () => (venue.faults.refuseConnections = false));
  },
};
