import { BINANCE_STRIKES } from "./binance-strikes.ts";
import type { VenueKind } from "./chaos-venue.ts";
import { COINBASE_STRIKES } from "./coinbase-strikes.ts";
import { Dice } from "./dice.ts";
import type { FaultKind } from "./fault-kind.ts";
import { FAULT_KINDS, faultKinds, isSurvivedAt } from "./fault-kind.ts";
import { STRIKES } from "./strikes.ts";
import type { WorldAgents } from "./world-configuration.ts";

/** What a seed stands for: everything that a run depends on. Kept as JSON where a run has failed. */
export interface FaultPlan {
  readonly seed: number;
  /** Simulated seconds of trading under faults; then all is healed and must come to rest. */
  readonly seconds: number;
  readonly venues: readonly VenueKind[];
  readonly agents: WorldAgents;
  /** One way to the venue, and what is drawn on top. */
  readonly latencyNs: number;
  readonly jitterNs: number;
  readonly commandsPerSecond: number;
  /** Mean seconds between two faults of a kind; a kind that is not there does not happen. */
  readonly meanSeconds: Readonly<Partial<Record<FaultKind, number>>>;
}

/**
 * One seed in four has every fault, one in four only what is survived without a halt; the others are a swarm: each kind with a chance of its own, so that
 * kinds meet which would drown each other.
 */
const SORTS = 4;
const EVERY_FAULT = 0;
const MILD = 2;
/**
 * Commands of the others in calm times, a second; 2.5 times as many on average. With 60 to 200 an hour at two venues took 80 s of a core, most of it the others'
 * trading; with these 8 to 38 s, as many faults and four fifths of the orders.
 */
const COMMANDS_LEAST = 20;
const COMMANDS_MOST = 65;

/** Kinds that came later have dice of their own: one that is added leaves all else in every seed's plan as it was. */
const LAST_OF_THE_FIRST = faultKinds.indexOf("garbageOrders");

/** Of the seeds; the rest have the bundled agents as they are. */
const LADDER_SHARE = 0.4;
const REPLACING_SHARE = 0.3;
const BOTH: readonly VenueKind[] = ["binance", "coinbase"];
const VENUES: readonly (readonly VenueKind[])[] = [
  ["binance"],
  ["coinbase"],
  BOTH,
  BOTH,
  ["binance", "binance"],
];

function agentsOf(draw: number): WorldAgents {
  if (draw < LADDER_SHARE) return "ladder";
  return draw < LADDER_SHARE + REPLACING_SHARE ? "replacing" : "bundled";
}

export function planOf(seed: number, seconds: number): FaultPlan {
  const dice = new Dice(seed, "plan");
  const sort = seed % SORTS;
  const share = dice.between(0.15, 0.7);
  const drawn = dice.pick(VENUES);
  const venues = sort === EVERY_FAULT ? BOTH : drawn;
  const agents = agentsOf(dice.share());
  const meanSeconds: Partial<Record<FaultKind, number>> = {};
  for (const kind of faultKinds) {
    const [low, high] = FAULT_KINDS[kind].meanSeconds;
    const drawing = faultKinds.indexOf(kind) > LAST_OF_THE_FIRST ? new Dice(seed, `plan of ${kind}`) : dice;
    const mean = Math.round(drawing.between(low, high));
    const isDrawn = drawing.chance(share) || sort === EVERY_FAULT;
    if (isDrawn && canStrike(kind, venues) && (isSurvivedAt(kind, venues) || sort !== MILD))
      meanSeconds[kind] = mean;
  }
  return {
    seed,
    seconds,
    venues,
    agents,
    latencyNs: Math.round(dice.between(0.2e6, 30e6)),
    jitterNs: Math.round(dice.between(0, 20e6)),
    commandsPerSecond: Math.round(dice.between(COMMANDS_LEAST, COMMANDS_MOST)),
    meanSeconds,
  };
}

function canStrike(kind: FaultKind, venues: readonly VenueKind[]): boolean {
  const strikes = { binance: BINANCE_STRIKES, coinbase: COINBASE_STRIKES };
  return STRIKES[kind] !== undefined || venues.some((venue) => strikes[venue][kind] !== undefined);
}
