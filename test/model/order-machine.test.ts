import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import type { PluginModules } from "../../host/lane/index.ts";
import { modelModules } from "./machine/model-configuration.ts";
import { modelProperty, modelTerms } from "./model-runs.ts";

let modules: PluginModules;
before(async () => {
  modules = await modelModules();
});

/** What runs of the usual number come to at least once: a model to which nothing happens shows nothing. */
const HAPPENED = [
  ...[
    "order sent",
    "replace sent",
    "half-replace",
    "second half sent",
    "second half withheld",
    "lives",
    "trade",
    "listed",
    "ended",
    "refused",
    "notSent",
    "shown",
    "notFound",
  ],
  ...["proven absent", "cancelUnknown", "over-fill", "contradiction", "crash", "failover", "hot swap"],
  ...["duplicate", "out of order", "one frame", "query (lagging)", "clock jump", "rearm", "replay"],
];
const RUNS_USUAL = 200;

test(`[C1] [C5] [C6] [C7] [C8] [C9] [C10] [C12] [V1] [V12] [V15] whatever happens to orders, in whatever order, the host counts for the worst of all possible worlds, and ends in the one that is left (seed ${modelTerms.seed}, ${modelTerms.numRuns} runs)`, () => {
  const tally = new Map<string, number>();
  const property = modelProperty(modules, (machine) => {
    for (const [what, count] of machine.tally) tally.set(what, (tally.get(what) ?? 0) + count);
  });
  fc.assert(property, modelTerms);
  if (modelTerms.path !== undefined || modelTerms.numRuns < RUNS_USUAL) return;
  assert.deepEqual(
    HAPPENED.filter((what) => !tally.has(what)),
    [],
  );
});
