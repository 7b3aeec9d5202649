import { Dice } from "./dice.ts";
import type { FaultKind } from "./fault-kind.ts";
import { FAULT_KINDS, faultKinds } from "./fault-kind.ts";

/** What a seed stands for: everything that a run depends on. Kept as JSON where a run has failed. */
export interface FaultPlan {
  readonly seed: number;
  /** Simulated seconds of trading under faults; then all is healed and must come to rest. */
  readonly seconds: number;
  readonly venueCount: number;
  /** One way to the venue, and what is drawn on top. */
  readonly latencyNs: number;
  readonly jitterNs: number;
  readonly commandsPerSecond: number;
  /** Mean seconds between two faults of a kind; a kind that is not there does not happen. */
  readonly meanSeconds: Readonly<Partial<Record<FaultKind, number>>>;
}

/** One seed in four has every fault; the others a swarm: each kind with a chance of its own, so that kinds meet that would drown each other. */
const EVERY_FAULT = 4;

export function planOf(seed: number, seconds: number): FaultPlan {
  const dice = new Dice(seed, "plan");
  const hasEvery = seed % EVERY_FAULT === 0;
  const share = dice.between(0.15, 0.7);
  const meanSeconds: Partial<Record<FaultKind, number>> = {};
  for (const kind of faultKinds) {
    const [low, high] = FAULT_KINDS[kind].meanSeconds;
    const mean = Math.round(dice.between(low, high));
    if (dice.chance(share) || hasEvery) meanSeconds[kind] = mean;
  }
  return {
    seed,
    seconds,
    venueCount: dice.chance(0.4) ? 2 : 1,
    latencyNs: Math.round(dice.between(0.2e6, 30e6)),
    jitterNs: Math.round(dice.between(0, 20e6)),
    commandsPerSecond: Math.round(dice.between(60, 200)),
    meanSeconds,
  };
}
