import type { SimDisk } from "../../support/sim-disk.ts";
import type { ChaosVenue } from "./chaos-venue.ts";
import type { ChaosWire } from "./chaos-wire.ts";
import type { Dice } from "./dice.ts";
import type { FaultKind } from "./fault-kind.ts";
import type { HostLife } from "./host-life.ts";
import type { Operator } from "./operator.ts";
import type { Swaps } from "./swaps.ts";

/** Where a fault strikes: one venue, the host that runs, and the ways to bring them down. */
export interface StrikePlace {
  readonly nowNs: number;
  readonly dice: Dice;
  readonly venue: ChaosVenue;
  readonly life: HostLife;
  /** The host's wire to that venue. */
  readonly wire: ChaosWire;
  readonly disk: SimDisk;
  readonly operator: Operator;
  readonly swaps: Swaps;
  readonly later: (delayNs: number, call: () => void) => void;
  readonly die: (how: "process" | "power") => void;
  readonly restart: (reason: string) => void;
}

const NS_PER_SECOND = 1e9;
const MS_PER_SECOND = 1e3;
const FRAMES_MAX = 20;

function cut({ venue, nowNs }: StrikePlace, line: "market" | "orders" | "all"): void {
  for (const session of venue.sessions(line)) venue.venue.cut(session, nowNs);
}

function halfOpen({ venue }: StrikePlace, line: "market" | "orders"): void {
  for (const session of venue.sessions(line)) venue.venue.faults.halfOpen(session);
}

function double(place: StrikePlace, line: "market" | "orders"): void {
  const count = 1 + place.dice.index(FRAMES_MAX);
  for (const session of place.venue.sessions(line)) place.venue.venue.faults.duplicateFrames(session, count);
}

/** On now, off after 2 to 20 s. Windows of one kind may overlap: the first end ends all. */
function forAWhile(place: StrikePlace, turn: (isOn: boolean) => void): void {
  turn(true);
  place.later(place.dice.between(2, 20) * NS_PER_SECOND, () => turn(false));
}

function limit({ venue, dice, nowNs }: StrikePlace, kind: "WEIGHT" | "BAN"): void {
  const seconds = dice.between(5, 30);
  venue.limitedUntilNs = nowNs + seconds * NS_PER_SECOND;
  venue.venue.limitAddresses(venue.venue.clock.ms(nowNs) + Math.round(seconds * MS_PER_SECOND), kind);
}

/** One of the next calls of the disk fails in that way. */
function spoilDisk(
  { disk, dice }: StrikePlace,
  injection: "EIO" | "ENOSPC" | "CRASH_BEFORE" | "CRASH_AFTER",
): void {
  disk.inject(disk.calls + 1 + dice.index(6), injection);
}

/** How each kind strikes. */
export const STRIKES: Readonly<Record<FaultKind, (place: StrikePlace) => void>> = {
  cutMarket: (place) => cut(place, "market"),
  cutOrders: (place) => cut(place, "orders"),
  halfOpenMarket: (place) => halfOpen(place, "market"),
  halfOpenOrders: (place) => halfOpen(place, "orders"),
  dropMarket: ({ venue, dice }) => {
    for (const session of venue.sessions("market")) venue.venue.faults.dropFrames(session, 1 + dice.index(5));
  },
  doubleMarket: (place) => double(place, "market"),
  doubleOrders: (place) => double(place, "orders"),
  delayAnswers: (place) => {
    const { faults } = place.venue.venue;
    const delayNs = place.dice.between(0.05, 4) * NS_PER_SECOND;
    forAWhile(place, (isOn) => (faults.ackDelayNs = isOn ? delayNs : 0));
  },
  timeOutOrders: (place) => forAWhile(place, (isOn) => (place.venue.venue.faults.timeoutOrders = isOn)),
  failOrders: (place) => forAWhile(place, (isOn) => (place.venue.venue.faults.failOrders = isOn)),
  limitRequests: (place) => limit(place, "WEIGHT"),
  banAddress: (place) => limit(place, "BAN"),
  aheadVenue: ({ venue, dice }) => (venue.venue.clock.aheadMs = Math.round(dice.between(-4_000, 4_000))),
  loseAnswers: (place) => forAWhile(place, (isOn) => (place.wire.losesAnswers = isOn)),
  rejectOrders: (place) => forAWhile(place, (isOn) => (place.venue.venue.faults.rejectOrders = isOn)),
  refuseConnections: (place) => {
    forAWhile(place, (isOn) => (place.wire.refusesConnections = isOn));
    cut(place, "all");
  },
  shutdown: ({ venue, nowNs }) => venue.venue.shutdown(nowNs),
  garbleMarket: ({ wire }) => (wire.garbles.market = true),
  garbleOrders: ({ wire }) => (wire.garbles.orders = true),
  swallowOrder: ({ wire }) => (wire.swallowsOrder = true),
  pause: ({ life, dice, nowNs }) => {
    const seconds = dice.chance(0.8) ? dice.between(0.1, 3) : dice.between(3, 20);
    life.pausedUntilNs = nowNs + seconds * NS_PER_SECOND;
  },
  jumpClock: ({ life, dice }) => (life.clock.aheadMs = Math.round(dice.between(-3_000, 800))),
  killProcess: ({ die }) => die("process"),
  cutPower: ({ die }) => die("power"),
  dieAtWrite: (place) => spoilDisk(place, place.dice.chance(0.5) ? "CRASH_BEFORE" : "CRASH_AFTER"),
  failSync: (place) => spoilDisk(place, "EIO"),
  fillDisk: (place) => spoilDisk(place, "ENOSPC"),
  swapPlugin: ({ life, swaps }) => swaps.next(life),
  haltByHand: ({ life, operator, dice, nowNs }) =>
    operator.halt(life, nowNs, dice.between(2, 15) * NS_PER_SECOND),
  restartByHand: ({ restart }) => restart("by hand"),
};

/** Ends what lasts. A connection that has fallen silent stays so: the host has to find out. */
export function heal(venues: readonly ChaosVenue[], life: HostLife | null): void {
  for (const venue of venues) {
    venue.venue.faults.clear();
    venue.venue.clock.aheadMs = 0;
    venue.venue.limitAddresses(0, "WEIGHT");
    venue.venue.limitAddresses(0, "BAN");
  }
  if (life === null) return;
  life.clock.aheadMs = 0;
  for (const wire of life.wires) {
    wire.refusesConnections = false;
    wire.losesAnswers = false;
    wire.swallowsOrder = false;
    wire.garbles.market = false;
    wire.garbles.orders = false;
  }
}
