import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Complaint } from "../world/chaos-world.ts";
import type { FaultPlan } from "../world/fault-plan.ts";

const FOLDER = new URL("../regressions/", import.meta.url);

/** A plan on which judges have complained once, replayed ever after. */
export interface Regression {
  readonly plan: FaultPlan;
  readonly complaints: readonly Complaint[];
}

/** All that are kept, by file name. */
export function keptRegressions(): ReadonlyMap<string, Regression> {
  mkdirSync(FOLDER, { recursive: true });
  const names = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .sort();
  return new Map(
    names.map(
      (name) => [name, JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Regression] as const,
    ),
  );
}

/** Writes the file of a seed and tells its path. */
export function keepRegression(regression: Regression): string {
  mkdirSync(FOLDER, { recursive: true });
  const file = new URL(`${regression.plan.seed}.json`, FOLDER);
  writeFileSync(file, `${JSON.stringify(regression, null, 2)}\n`);
  return fileURLToPath(file);
}
