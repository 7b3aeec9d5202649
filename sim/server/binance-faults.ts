import type { BinanceVenue, ClientSession } from "../binance/index.ts";
import { lineOf, numberOf } from "./fault-arguments.ts";
import type { FaultSwitch } from "./fault-switch.ts";
import { FaultTable } from "./fault-table.ts";
import type { Fault, FaultTarget } from "./fault-table.ts";

const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;
const LINE = "market|orders|all";

/** The connections of a line. */
function sessionsOf(
  { venue }: FaultTarget<BinanceVenue>,
  args: readonly string[],
  place: number,
): ClientSession[] {
  const line = lineOf(args, place);
  return venue.sessions.filter(({ stream }) => line === "all" || (stream !== null) === (line === "market"));
}

function untilMs(target: FaultTarget<BinanceVenue>, args: readonly string[]): number {
  const seconds = numberOf(args, 0, "SECONDS", 10, 1, 86_400);
  return target.venue.clock.ms(target.nowNs()) + seconds * 1000;
}

const FAULTS: readonly Fault<BinanceVenue>[] = [
  {
    name: "cut",
    ids: ["V20"],
    usage: `[${LINE}]`,
    effect: "connections break at once, without a close frame",
    expect:
      "books invalid or orders UNKNOWN at once, a new connection after a second or so, then in sync again",
    run: (target, args) => {
      for (const session of sessionsOf(target, args, 0)) target.venue.cut(session, target.nowNs());
    },
  },
  {
    name: "half-open",
    ids: ["V1"],
    usage: `[${LINE}]`,
    effect: "connections fall silent in both directions, and nobody is told",
    expect: "after 40 s without a sign of life the line is given up and made anew",
    run: (target, args) => {
      for (const session of sessionsOf(target, args, 0)) target.venue.faults.halfOpen(session);
    },
  },
  {
    name: "shutdown",
    ids: ["V3"],
    usage: "[SECONDS]",
    effect: "every connection is told serverShutdown and closed that long afterwards (10)",
    expect: "new connections are in sync before the old ones are dropped: no gap, no order UNKNOWN",
    run: (target, args) =>
      target.venue.shutdown(target.nowNs(), numberOf(args, 0, "SECONDS", 10, 0, 3_600) * NS_PER_SECOND),
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
    name: "refuse-keys",
    ids: ["V19"],
    usage: "",
    effect: "logons and signed requests are refused with -2015; cut the order line besides",
    expect: "five logons, then none, and an error that names the API key",
    run: ({ venue }) => void (venue.faults.refuseKeys = true),
    isOn: ({ faults }) => faults.refuseKeys,
  },
  {
    name: "drop-frames",
    ids: ["M1", "V4"],
    usage: `[COUNT] [${LINE}]`,
    effect: "that many frames to each connection vanish (5)",
    expect: "a gap in the book, which is invalid until a snapshot has come; no order from it meanwhile",
    run: (target, args) => {
      const count = numberOf(args, 0, "COUNT", 5, 1, 1e6);
      for (const session of sessionsOf(target, args, 1)) target.venue.faults.dropFrames(session, count);
    },
  },
  {
    name: "double-frames",
    ids: ["C5"],
    usage: `[COUNT] [${LINE}]`,
    effect: "that many frames to each connection come twice (5)",
    expect: "nothing: updates and executions count once",
    run: (target, args) => {
      const count = numberOf(args, 0, "COUNT", 5, 1, 1e6);
      for (const session of sessionsOf(target, args, 1)) target.venue.faults.duplicateFrames(session, count);
    },
  },
  {
    name: "garbage",
    ids: ["V10", "V11"],
    usage: `[${LINE}]`,
    effect: "one frame that is no JSON",
    expect: "market: refused and counted; orders: the account is CANCEL_ONLY, since it may have been a fill",
    run: (target, args) => {
      for (const session of sessionsOf(target, args, 0))
        target.venue.inject(session, '{"e":"executionRep', target.nowNs());
    },
  },
  {
    name: "reject-orders",
    ids: ["V12"],
    usage: "",
    effect: "every new order is refused with -2010",
    expect: "orders REJECTED, counted; cancels go on",
    run: ({ venue }) => void (venue.faults.rejectOrders = true),
    isOn: ({ faults }) => faults.rejectOrders,
  },
  {
    name: "timeout-orders",
    ids: ["C7"],
    usage: "",
    effect: "orders and cancels are carried out, and answered with 504 and -1007",
    expect: "orders UNKNOWN until the events of the account prove what became of them; nothing is sent twice",
    run: ({ venue }) => void (venue.faults.timeoutOrders = true),
    isOn: ({ faults }) => faults.timeoutOrders,
  },
  {
    name: "fail-orders",
    ids: ["C7"],
    usage: "",
    effect: "orders and cancels are carried out, and answered with 500 and -1006",
    expect: "as with timeout-orders",
    run: ({ venue }) => void (venue.faults.failOrders = true),
    isOn: ({ faults }) => faults.failOrders,
  },
  {
    name: "lose-answers",
    ids: ["C2", "C7"],
    usage: "",
    effect: "orders and cancels are carried out, and never answered",
    expect: "events settle the orders; one without event or answer is UNKNOWN after 10 s",
    run: ({ venue }) => void (venue.faults.loseAnswers = true),
    isOn: ({ faults }) => faults.loseAnswers,
  },
  {
    name: "delay-answers",
    ids: ["V15"],
    usage: "[MILLISECONDS]",
    effect: "answers to orders and cancels come that much after their events (2000)",
    expect: "the same states, whichever comes first",
    run: ({ venue }, args) =>
      void (venue.faults.ackDelayNs = numberOf(args, 0, "MILLISECONDS", 2_000, 1, 3.6e6) * NS_PER_MS),
    isOn: ({ faults }) => faults.ackDelayNs > 0,
  },
  {
    name: "lag-queries",
    ids: ["C8"],
    usage: "[MILLISECONDS]",
    effect: "queries show orders and trades as they were that long ago (2000)",
    expect: "no conclusion from an order that is not found yet",
    run: ({ venue }, args) =>
      void (venue.faults.queryDelayNs = numberOf(args, 0, "MILLISECONDS", 2_000, 1, 3.6e6) * NS_PER_MS),
    isOn: ({ faults }) => faults.queryDelayNs > 0,
  },
  {
    name: "limit",
    ids: ["V13"],
    usage: "[SECONDS]",
    effect: "429 with Retry-After for whatever the addresses ask, for that long (10)",
    expect: "no new order and no snapshot before the time that the venue names; never a 418",
    run: (target, args) => target.venue.limitAddresses(untilMs(target, args), "WEIGHT"),
  },
  {
    name: "ban",
    ids: ["V13"],
    usage: "[SECONDS]",
    effect: "418 with Retry-After for that long (10); order connections are closed at their next request",
    expect: "as with limit, and no connection attempt that is answered before its end",
    run: (target, args) => target.venue.limitAddresses(untilMs(target, args), "BAN"),
  },
  {
    name: "clock",
    ids: ["V14", "T1"],
    usage: "MILLISECONDS",
    effect: "the venue's clock is that far ahead (negative: behind)",
    expect: "-1021 once at most, then the measured offset is in every stamp; nothing is sent again by itself",
    run: ({ venue }, args) =>
      void (venue.clock.aheadMs = numberOf(args, 0, "MILLISECONDS", null, -3.6e6, 3.6e6)),
    isOn: ({ clock }) => clock.aheadMs !== 0,
  },
];

function clear(venue: BinanceVenue): void {
  venue.faults.clear();
  venue.clock.aheadMs = 0;
  venue.limitAddresses(0, "WEIGHT");
  venue.limitAddresses(0, "BAN");
}

/** The faults of a simulated Binance. The name is the venue's among others. */
export function binanceFaults(target: FaultTarget<BinanceVenue>, name = "binance"): FaultSwitch {
  return new FaultTable(name, target, FAULTS, clear);
}
