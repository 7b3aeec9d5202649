import { ChaosWorld } from "../world/chaos-world.ts";
import type { Complaint } from "../world/chaos-world.ts";
import { planOf } from "../world/fault-plan.ts";
import type { FaultPlan } from "../world/fault-plan.ts";
import type { WorldModules } from "../world/world-modules.ts";
import type { SeededBug } from "./seeded-bug.ts";

/** Simulated time and seeds after which a bug has survived. */
const SECONDS = 60;
export const BUG_SEEDS: readonly number[] = [1, 2, 3];

/** What became of a bug. */
export interface BugVerdict {
  readonly id: string;
  readonly what: string;
  /** The complaint that gave it away; null: it survived. */
  readonly complaint: Complaint | null;
  /** Whether the complaint came from a judge whose business it is. */
  readonly isExpected: boolean;
  readonly seed: number;
}

/** The plan on which a bug is looked for. Without the bug no judge complains on it: a test holds that. */
export function planFor(
  { faults, venues = ["binance"], agents = "bundled" }: SeededBug,
  seed: number,
): FaultPlan {
  return { ...planOf(seed, SECONDS), meanSeconds: faults, venues, agents, latencyNs: 5e6, jitterNs: 3e6 };
}

/** Runs the host that is loaded, in which the bug is, until a judge complains or the seeds are used up. */
export async function huntBug(bug: SeededBug, modules: WorldModules): Promise<BugVerdict> {
  const { id, what, judges } = bug;
  for (const seed of BUG_SEEDS) {
    const { complaints } = await new ChaosWorld(planFor(bug, seed), modules).run();
    const [complaint] = complaints;
    if (complaint === undefined) continue;
    return { id, what, complaint, isExpected: judges.includes(complaint.judge), seed };
  }
  return { id, what, complaint: null, isExpected: false, seed: 0 };
}
