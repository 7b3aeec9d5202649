import { ChaosWorld } from "../world/chaos-world.ts";
import type { WorldFacts } from "../world/chaos-world.ts";
import type { FaultKind } from "../world/fault-kind.ts";
import { faultKinds } from "../world/fault-kind.ts";
import type { FaultPlan } from "../world/fault-plan.ts";
import type { WorldModules } from "../world/world-modules.ts";

/** What a plan came to, run twice. */
export interface ChaosResult {
  readonly plan: FaultPlan;
  readonly facts: WorldFacts;
  /** Simulated time over real time, of both runs. */
  readonly timeRatio: number;
  readonly isFaultless: boolean;
}

/** Runs a plan twice: complaints of the judges, or unequal traces, are faults. */
export async function runPlan(
  plan: FaultPlan,
  modules: WorldModules,
  note?: (text: string) => void,
): Promise<ChaosResult> {
  const startMs = performance.now();
  const first = await new ChaosWorld(plan, modules, note).run();
  const second = await new ChaosWorld(plan, modules).run();
  const realSeconds = (performance.now() - startMs) / 1000;
  const complaints = [...first.complaints];
  if (first.hash !== second.hash)
    complaints.push({
      judge: "determinism",
      atSeconds: 0,
      text: `the same seed gave the traces ${first.hash} and ${second.hash}`,
    });
  return {
    plan,
    facts: { ...first, complaints },
    timeRatio: (first.simulatedSeconds + second.simulatedSeconds) / realSeconds,
    isFaultless: complaints.length === 0,
  };
}

/**
 * A smaller plan on which the same judge complains: kinds of faults are left out one by one, then the time is halved, while the complaint stays. At most
 * `runsMax` worlds are run.
 */
export async function shrunkPlan(
  plan: FaultPlan,
  judge: string,
  modules: WorldModules,
  runsMax = 40,
): Promise<FaultPlan> {
  let smallest = plan;
  let runs = 0;
  const stillFails = async (candidate: FaultPlan): Promise<boolean> => {
    runs += 1;
    const { complaints } = await new ChaosWorld(candidate, modules).run();
    return complaints.some((complaint) => complaint.judge === judge);
  };
  for (const kind of faultKinds) {
    if (smallest.meanSeconds[kind] === undefined || runs >= runsMax) continue;
    const candidate = without(smallest, kind);
    if (await stillFails(candidate)) smallest = candidate;
  }
  while (smallest.seconds > 10 && runs < runsMax) {
    const candidate = { ...smallest, seconds: Math.ceil(smallest.seconds / 2) };
    if (!(await stillFails(candidate))) break;
    smallest = candidate;
  }
  return smallest;
}

function without(plan: FaultPlan, kind: FaultKind): FaultPlan {
  return {
    ...plan,
    meanSeconds: Object.fromEntries(Object.entries(plan.meanSeconds).filter(([name]) => name !== kind)),
  };
}
