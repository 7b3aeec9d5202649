import fc from "fast-check";
import { seedBug } from "../../chaos/bugs/bug-hook.ts";
import type { BugSighting } from "./bug-sighting.ts";
import { MODEL_BUGS } from "./model-bugs.ts";

// Started with a bug's id and a seed, in a process of its own: the bug is in place before anything of the host is loaded.
const [id = "", seed = "1"] = process.argv.slice(2);
const bug = MODEL_BUGS.find((known) => known.id === id);
if (bug === undefined) throw new Error(`there is no bug "${id}" of the order machine`);
seedBug({ ...bug, judges: [], faults: {} });
const { modelProperty, modelTerms } = await import("../model-runs.ts");
const { modelModules } = await import("../machine/model-configuration.ts");
const property = modelProperty(await modelModules());
const details = fc.check(property, {
  seed: Number(seed),
  numRuns: modelTerms.numRuns,
  endOnFailure: true,
});
const sighting: BugSighting = {
  id,
  what: bug.what,
  seed: Number(seed),
  runs: details.numRuns,
  complaint: details.errorInstance instanceof Error ? details.errorInstance.message : null,
};
process.stdout.write(`${JSON.stringify(sighting)}\n`);
