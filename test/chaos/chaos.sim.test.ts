import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runPlan } from "./run/chaos-run.ts";
import { complaintLines, resultLine } from "./run/chaos-text.ts";
import { keptRegressions } from "./run/regression-files.ts";
import { BinanceChaosVenue } from "./world/binance-chaos-venue.ts";
import { CoinbaseChaosVenue } from "./world/coinbase-chaos-venue.ts";
import { faultKinds } from "./world/fault-kind.ts";
import { planOf } from "./world/fault-plan.ts";
import { worldModules } from "./world/world-modules.ts";

const modules = await worldModules();
/** Each of the three sorts of plans, at each kind of venue and at both, with each sort of agents. `npm run chaos` runs as many as one has time for. */
const SEEDS = [0, 2, 3, 6, 9, 12, 22];
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

test("every fault that a person can switch at a simulated venue strikes in these worlds", () => {
  const { publicKeyPem } = modules.keys;
  const options = {
    seed: 1,
    startWallMs: 1e12,
    publicKeyPem,
    latencyNs: 1,
    jitterNs: 0,
    commandsPerSecond: 1,
  };
  for (const venue of [new BinanceChaosVenue(options), new CoinbaseChaosVenue(options)]) {
    const strikes = readFileSync(new URL(`world/${venue.kind}-strikes.ts`, import.meta.url), "utf8");
    const missing = venue.table.list().filter(({ name }) => !strikes.includes(`"${name}"`));
    assert.deepEqual(missing, []);
  }
});

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
