import assert from "node:assert/strict";
import { test } from "node:test";
import { runPlan } from "./run/chaos-run.ts";
import { complaintLines, resultLine } from "./run/chaos-text.ts";
import { keptRegressions } from "./run/regression-files.ts";
import { faultKinds } from "./world/fault-kind.ts";
import { planOf } from "./world/fault-plan.ts";
import { worldModules } from "./world/world-modules.ts";

const modules = await worldModules();
/** Each of the three sorts of plans, on one venue and on two. `npm run chaos` runs as many as one has time for. */
const SEEDS = [0, 1, 2, 3, 4, 8];
const SECONDS = 90;

for (const seed of SEEDS) {
  test(`[J1] [C5] [C7] [V1] [V2] [V15] [M1] no judge complains of a host that lives through seed ${seed}, and the same happens twice`, async (context) => {
    const result = await runPlan(planOf(seed, SECONDS), modules);
    context.diagnostic(resultLine(result));
    assert.deepEqual(complaintLines(result), []);
    assert.ok(result.facts.orders > 20, `${result.facts.orders} orders are too few to judge by`);
    assert.ok(result.facts.booksCompared > 50, `${result.facts.booksCompared} books compared are too few`);
  });
}

test("a seed in four has every kind of fault, and a plan says all that a run depends on", () => {
  assert.deepEqual(Object.keys(planOf(4, 60).meanSeconds), [...faultKinds]);
  assert.deepEqual(planOf(7, 60), JSON.parse(JSON.stringify(planOf(7, 60))));
  assert.notDeepEqual(planOf(7, 60), planOf(11, 60));
});

for (const [name, { plan }] of keptRegressions()) {
  test(`no judge complains any more of ${name}`, async () => {
    assert.deepEqual(complaintLines(await runPlan(plan, modules)), []);
  });
}
