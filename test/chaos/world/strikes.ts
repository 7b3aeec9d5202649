import type { SimDisk } from "../../support/sim-disk.ts";
import type { ChaosVenue } from "./chaos-venue.ts";
import type { ChaosWire } from "./chaos-wire.ts";
import type { Dice } from "./dice.ts";
import type { FaultKind } from "./fault-kind.ts";
import type { HostLife } from "./host-life.ts";
import type { Operator } from "./operator.ts";
import type { Swaps } from "./swaps.ts";

/** Where a fault strikes: the host that runs, its wire to one venue, and the ways to bring them down. */
export interface StrikePlace {
  readonly nowNs: number;
  readonly dice: Dice;
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

/** One of the next calls of the disk fails in that way. */
function spoilDisk(
  { disk, dice }: StrikePlace,
  injection: "EIO" | "ENOSPC" | "CRASH_BEFORE" | "CRASH_AFTER",
): void {
  disk.inject(disk.calls + 1 + dice.index(6), injection);
}

/** How those kinds strike that no venue has: on the wire, at the host, at its disk, by hand. */
export const STRIKES: Readonly<Partial<Record<FaultKind, (place: StrikePlace) => void>>> = {
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

/** Ends what lasts. */
export function heal(venues: readonly ChaosVenue[], life: HostLife | null): void {
  for (const venue of venues) venue.heal();
  if (life === null) return;
  life.clock.aheadMs = 0;
  for (const wire of life.wires) wire.heal();
}
