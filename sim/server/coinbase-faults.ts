import type { ClientSession, CoinbaseVenue } from "../coinbase/index.ts";
import { lineOf, numberOf } from "./fault-arguments.ts";
import { FaultError } from "./fault-switch.ts";
import type { FaultSwitch } from "./fault-switch.ts";
import { FaultTable } from "./fault-table.ts";
import type { Fault, FaultTarget } from "./fault-table.ts";

const NS_PER_MS = 1e6;
const LINE = "market|orders|all";
const DAY_MS = 86_400_000;
const NO_TRADE =
  "there is no such trade: its orders have to be over, the price within their limits, and the account has to have what is taken back";

/** The connections of a line. */
function sessionsOf(
  { venue }: FaultTarget<CoinbaseVenue>,
  args: readonly string[],
  place: number,
): ClientSession[] {
  const line = lineOf(args, place);
  return venue.sessions.filter(
    ({ connection }) => line === "all" || (connection.endpoint === "marketData") === (line === "market"),
  );
}

function count(args: readonly string[], fallback: number): number {
  return numberOf(args, 0, "COUNT", fallback, 1, 1e6);
}

function milliseconds(args: readonly string[], fallback: number, least = 0): number {
  return numberOf(args, 0, "MILLISECONDS", fallback, least, DAY_MS);
}

const CONNECTION_FAULTS: readonly Fault<CoinbaseVenue>[] = [
  {
    name: "cut",
    ids: ["V20"],
    usage: `[${LINE}]`,
    effect: "connections break at once, without a close frame",
    expect:
      "books invalid or open orders' instruments CANCEL_ONLY at once, a new connection after a second or so, then a new snapshot",
    run: (target, args) => {
      for (const session of sessionsOf(target, args, 0)) target.venue.cut(session, target.nowNs());
    },
  },
  {
    name: "half-open",
    ids: ["V1", "M4"],
    usage: `[${LINE}]`,
    effect: "connections fall silent in both directions, and nobody is told",
    expect: "after 10 s without a heartbeat the line is given up and made anew",
    run: (target, args) => {
      for (const session of sessionsOf(target, args, 0)) target.venue.faults.halfOpen(session);
    },
  },
  {
    name: "refuse-connections",
    ids: ["V2"],
    usage: "",
    effect: "new connections are refused with 503; cut the old ones besides",
    expect: "attempts with growing, uneven pauses up to a minute",
    run: ({ venue }) => void (venue.faults.refuseConnections = true),
    isOn: ({ faults }) => faults.refuseConnections,
  },
  {
    name: "stop-heartbeats",
    ids: ["V1"],
    usage: `[${LINE}]`,
    effect: "heartbeats stop while all else goes on",
    expect: "as with half-open: channels without heartbeats are not believed",
    run: (target, args) => {
      for (const session of sessionsOf(target, args, 0)) target.venue.faults.heartbeatsOff(session);
    },
  },
  {
    name: "drop-frames",
    ids: ["M1", "V4"],
    usage: `[COUNT] [${LINE}]`,
    effect: "that many frames to each connection vanish, and their sequence_num with them (5)",
    expect: "a gap: the line is subscribed anew, and no order is made from a book before its new snapshot",
    run: (target, args) => {
      for (const session of sessionsOf(target, args, 1))
        target.venue.faults.dropFrames(session, count(args, 5));
    },
  },
  {
    name: "lose-events",
    ids: ["V4"],
    usage: "[COUNT]",
    effect: "that many messages about orders vanish, and nothing else; their sequence_num is used up (1)",
    expect:
      "the next message shows the gap: the venue's instruments are CANCEL_ONLY, the user channel is made anew, and what was filled meanwhile is found",
    run: (target, args) => {
      for (const session of sessionsOf(target, ["orders"], 0))
        target.venue.faults.loseUserEvents(session, count(args, 1));
    },
  },
  {
    name: "double-frames",
    ids: ["M6"],
    usage: `[COUNT] [${LINE}]`,
    effect: "that many frames to each connection come twice (5)",
    expect: "a number that was there already is passed over, or the line is made anew; fills count once",
    run: (target, args) => {
      for (const session of sessionsOf(target, args, 1))
        target.venue.faults.duplicateFrames(session, count(args, 5));
    },
  },
  {
    name: "swap-frames",
    ids: ["M6", "V15"],
    usage: `[COUNT] [${LINE}]`,
    effect: "of that many pairs of frames the second comes first (5)",
    expect: "a gap, as with drop-frames",
    run: (target, args) => {
      for (const session of sessionsOf(target, args, 1))
        target.venue.faults.swapFrames(session, count(args, 5));
    },
  },
  {
    name: "delay-frames",
    ids: ["M6"],
    usage: `[MILLISECONDS] [${LINE}]`,
    effect: "frames to the connections of now come that much later (500)",
    expect: "nothing but later decisions",
    run: (target, args) => {
      for (const session of sessionsOf(target, args, 1))
        target.venue.faults.delayFrames(session, milliseconds(args, 500) * NS_PER_MS);
    },
  },
  {
    name: "tear-frame",
    ids: ["V20"],
    usage: `[BYTES] [${LINE}]`,
    effect: "connections break within their next frame, after that many bytes (100)",
    expect: "as with cut: half a frame is none",
    run: (target, args) => {
      const bytes = numberOf(args, 0, "BYTES", 100, 1, 1e6);
      for (const session of sessionsOf(target, args, 1)) target.venue.faults.tearFrame(session, bytes);
    },
  },
  {
    name: "cross-snapshot",
    ids: ["M3"],
    usage: "",
    effect:
      "the next level2 snapshot to each market connection bids for more than it offers at; cut it besides",
    expect: "the crossed book is refused and asked for anew",
    run: (target) => {
      for (const session of sessionsOf(target, ["market"], 0))
        target.venue.faults.contradictSnapshot(session);
    },
  },
  {
    name: "unknown-message",
    ids: ["V11"],
    usage: `[${LINE}]`,
    effect: "one message of a channel that nobody has documented",
    expect: "market: refused and counted; orders: the account is CANCEL_ONLY, since it may have been a fill",
    run: (target, args) => {
      for (const session of sessionsOf(target, args, 0)) target.venue.unknownMessage(session, target.nowNs());
    },
  },
  {
    name: "strange-order",
    ids: ["V12"],
    usage: "[PRODUCT]",
    effect: "the user channel tells of a filled order that the account never sent (BTC-USD)",
    expect: "counted, and no position moved by it",
    run: (target, args) => {
      const product = args[0] ?? "BTC-USD";
      if (!target.venue.products.some(({ spec }) => spec.productId === product))
        throw new FaultError(`there is no product ${product}`);
      for (const session of sessionsOf(target, ["orders"], 0))
        target.venue.strangeOrder(session, product, target.nowNs());
    },
  },
];

const REQUEST_FAULTS: readonly Fault<CoinbaseVenue>[] = [
  {
    name: "reject-orders",
    ids: ["V12"],
    usage: "",
    effect: "every new order is refused with success false",
    expect: "orders REJECTED, counted; cancels go on",
    run: ({ venue }) => void (venue.faults.rejectOrders = true),
    isOn: ({ faults }) => faults.rejectOrders,
  },
  {
    name: "fail-orders",
    ids: ["C7"],
    usage: "[COUNT]",
    effect: "that many orders and cancels are carried out, and answered with 502 (5)",
    expect: "orders UNKNOWN until the user channel proves what became of them; nothing is sent twice",
    run: ({ venue }, args) => void (venue.faults.failAfterActing = count(args, 5)),
    isOn: ({ faults }) => faults.failAfterActing > 0,
  },
  {
    name: "lose-answers",
    ids: ["C2", "C7"],
    usage: "[COUNT]",
    effect: "that many orders and cancels are carried out, and their connections break without an answer (5)",
    expect: "as with fail-orders",
    run: ({ venue }, args) => void (venue.faults.loseAnswers = count(args, 5)),
    isOn: ({ faults }) => faults.loseAnswers > 0,
  },
  {
    name: "cut-answer",
    ids: ["V20"],
    usage: "[BYTES]",
    effect: "the next answer breaks off after that many bytes (20)",
    expect: "as if there had been none",
    run: ({ venue }, args) => void (venue.faults.cutAnswerAtByte = numberOf(args, 0, "BYTES", 20, 0, 1e6)),
    isOn: ({ faults }) => faults.cutAnswerAtByte !== null,
  },
  {
    name: "delay-answers",
    ids: ["V15"],
    usage: "[MILLISECONDS]",
    effect: "answers to orders and cancels come that much after their events (2000)",
    expect: "the same states, whichever comes first",
    run: ({ venue }, args) => void (venue.faults.answerDelayNs = milliseconds(args, 2_000) * NS_PER_MS),
    isOn: ({ faults }) => faults.answerDelayNs > 0,
  },
  {
    name: "delay-cancels",
    ids: ["C10"],
    usage: "[MILLISECONDS]",
    effect: "an accepted cancel takes effect that much later, and the order may fill meanwhile (2000)",
    expect: "the fill counts, and the cancel ends what is left",
    run: ({ venue }, args) => void (venue.faults.cancelDelayNs = milliseconds(args, 2_000) * NS_PER_MS),
    isOn: ({ faults }) => faults.cancelDelayNs > 0,
  },
  {
    name: "lag-queries",
    ids: ["C8"],
    usage: "[MILLISECONDS]",
    effect: "queries do not find an order before it is that old (2000)",
    expect: "no conclusion from an order that is not found yet",
    run: ({ venue }, args) => void (venue.faults.queryLagNs = milliseconds(args, 2_000) * NS_PER_MS),
    isOn: ({ faults }) => faults.queryLagNs > 0,
  },
  {
    name: "refuse-cancels",
    ids: ["C9"],
    usage: "",
    effect: "of each batch of cancels every second one is refused",
    expect: "what was refused stays open and is canceled again",
    run: ({ venue }) => void (venue.faults.partialCancel = true),
    isOn: ({ faults }) => faults.partialCancel,
  },
  {
    name: "limit",
    ids: ["V13"],
    usage: "[COUNT]",
    effect: "that many requests are answered with 429 in spite of all limits kept (5)",
    expect: "no new order for a second; cancels go on",
    run: ({ venue }, args) => void (venue.faults.refuseRequests = count(args, 5)),
    isOn: ({ faults }) => faults.refuseRequests > 0,
  },
  {
    name: "clock",
    ids: ["V14", "T1"],
    usage: "MILLISECONDS",
    effect: "the clock that judges tokens is that far ahead (negative: behind)",
    expect:
      "beyond two minutes every request is refused with 401, and a new subscription of the user channel too",
    run: ({ venue }, args) => venue.skewClock(numberOf(args, 0, "MILLISECONDS", null, -DAY_MS, DAY_MS)),
    isOn: ({ clock }) => clock.skewMs !== 0,
  },
];

const TRADE_FAULTS: readonly Fault<CoinbaseVenue>[] = [
  {
    name: "bust",
    ids: ["V16"],
    usage: "[BACK]",
    effect:
      "the newest trade of orders that are over is undone, or one that many before it (0); the list of fills alone tells of it",
    expect:
      "within a minute position, fees and balances as without the trade, and TRADE_UNDONE in the list of breaks",
    run: (target, args) => {
      if (!target.venue.bust(numberOf(args, 0, "BACK", 0, 0, 1e6), target.nowNs()))
        throw new FaultError(NO_TRADE);
    },
  },
  {
    name: "correct",
    ids: ["V16"],
    usage: "[BACK] [PERCENT] [INCREMENTS]",
    effect:
      "such a trade keeps that percentage of its size (50), and its price gets that many increments better for the older order (0)",
    expect:
      "within a minute position, fees and balances as if it had been so from the beginning, and TRADE_CORRECTED in the list of breaks",
    run: (target, args) => {
      const back = numberOf(args, 0, "BACK", 0, 0, 1e6);
      const percent = numberOf(args, 1, "PERCENT", 50, 1, 100);
      const increments = numberOf(args, 2, "INCREMENTS", 0, -1e6, 1e6);
      if (!target.venue.correct(back, percent, increments, target.nowNs())) throw new FaultError(NO_TRADE);
    },
  },
];

const FAULTS: readonly Fault<CoinbaseVenue>[] = [...CONNECTION_FAULTS, ...REQUEST_FAULTS, ...TRADE_FAULTS];

/** Switches off what lasts at the venue. Connections keep their own faults until they end. */
function clear(venue: CoinbaseVenue): void {
  venue.faults.clear();
  venue.skewClock(0);
  for (const { connection, stream } of venue.sessions) {
    connection.extraDelayNs = 0;
    stream.heartbeatsOff = false;
  }
}

/** The faults of a simulated Coinbase. The name is the venue's among others. */
export function coinbaseFaults(target: FaultTarget<CoinbaseVenue>, name = "coinbase"): FaultSwitch {
  return new FaultTable(name, target, FAULTS, clear);
}
