import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { huntInProcess, verdictLine } from "../bugs/bug-hunt.ts";
import { SEEDED_BUGS } from "../bugs/seeded-bugs.ts";
import { planOf } from "../world/fault-plan.ts";
import { worldModules } from "../world/world-modules.ts";
import type { WorldModules } from "../world/world-modules.ts";
import type { ChaosArguments } from "./chaos-arguments.ts";
import { runPlan, shrunkPlan } from "./chaos-run.ts";
import type { ChaosResult } from "./chaos-run.ts";
import { complaintLines, resultLine } from "./chaos-text.ts";
import { keepRegression } from "./regression-files.ts";

const SECONDS_PER_MINUTE = 60;

/** Runs seeds, or hunts the seeded bugs. Answers the exit code: 1 where a judge complained, or a bug survived. */
export async function runChaos(given: ChaosArguments): Promise<number> {
  return given.isHunt ? huntAll(given) : runSeeds(given);
}

async function runSeeds(given: ChaosArguments): Promise<number> {
  const { seeds, minutes, results, isJson, isVerbose } = given;
  const modules = await worldModules();
  const done = doneSeeds(results);
  const left = seeds.filter((seed) => !done.has(seed));
  let faults = 0;
  for (const seed of left) {
    const plan = planOf(seed, Math.round(minutes * SECONDS_PER_MINUTE));
    const note = isVerbose ? (text: string): void => void process.stderr.write(`${text}\n`) : undefined;
    const result = await runPlan(plan, modules, note);
    if (results !== null) appendFileSync(results, `${JSON.stringify(result)}\n`);
    process.stdout.write(`${isJson ? JSON.stringify(result) : resultLine(result)}\n`);
    if (result.isFaultless) continue;
    faults += 1;
    await tellFault(result, modules, given.isKeptWhole);
  }
  if (!isJson) process.stdout.write(`${left.length} seeds, ${faults} with faults\n`);
  return faults === 0 ? 0 : 1;
}

/** Makes the plan smaller, unless it is to be kept whole, and keeps it: it is replayed ever after. */
async function tellFault(result: ChaosResult, modules: WorldModules, isKeptWhole: boolean): Promise<void> {
  for (const line of complaintLines(result)) process.stderr.write(`${line}\n`);
  const [complaint] = result.facts.complaints;
  if (complaint === undefined) return;
  if (!isKeptWhole) process.stderr.write("  leaving out kinds of faults while the judge still complains\n");
  const plan = isKeptWhole ? result.plan : await shrunkPlan(result.plan, complaint.judge, modules);
  const path = keepRegression({ plan, complaints: result.facts.complaints });
  process.stderr.write(
    `  kept as ${path}, with ${Object.keys(plan.meanSeconds).join(", ")}, ${plan.seconds} s\n`,
  );
}

function doneSeeds(results: string | null): ReadonlySet<number> {
  if (results === null || !existsSync(results)) return new Set();
  const lines = readFileSync(results, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return new Set(lines.map((line) => (JSON.parse(line) as ChaosResult).plan.seed));
}

async function huntAll({ isJson }: ChaosArguments): Promise<number> {
  let survivors = 0;
  for (const bug of SEEDED_BUGS) {
    const verdict = await huntInProcess(bug);
    if (verdict.complaint === null) survivors += 1;
    process.stdout.write(`${isJson ? JSON.stringify(verdict) : verdictLine(verdict)}\n`);
  }
  if (!isJson)
    process.stdout.write(`${SEEDED_BUGS.length - survivors} of ${SEEDED_BUGS.length} seeded bugs killed\n`);
  return survivors === 0 ? 0 : 1;
}
