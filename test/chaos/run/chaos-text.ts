import type { ChaosResult } from "./chaos-run.ts";

/** One line for a seed: what happened, how fast, and the trace's hash. */
export function resultLine({ plan, facts, timeRatio, isFaultless }: ChaosResult): string {
  const faults = Object.values(facts.faults).reduce((sum, count) => sum + count, 0);
  return [
    `seed ${plan.seed}`,
    isFaultless ? "ok" : "FAULT",
    `${Math.round(facts.simulatedSeconds)} s`,
    `${plan.venues.join(" and ")}, ${plan.agents}`,
    `${faults} faults of ${Object.keys(plan.meanSeconds).length} kinds`,
    `${facts.lives} starts`,
    `${facts.frames} steps`,
    `${facts.orders} orders`,
    `${facts.fills} fills`,
    `${facts.mostOpen} open at most`,
    `${facts.swaps} swaps`,
    `${facts.gaps} gaps`,
    `${facts.doubts} doubts`,
    `${Math.round(timeRatio)}x`,
    facts.hash.slice(0, 16),
  ].join("  ");
}

export function complaintLines({ facts }: ChaosResult): string[] {
  return facts.complaints.map(
    ({ judge, atSeconds, text }) => `  ${judge} at ${atSeconds.toFixed(3)} s: ${text}`,
  );
}
