import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModule } from "../../../host/engine/index.ts";
import { SeededRandom } from "../../../host/platform/index.ts";
import { bundledModules } from "../../support/bundled-modules.ts";
import { pick } from "./code-mutations.ts";
import type { MutantFate } from "./contained-run.ts";
import { ContainedRun } from "./contained-run.ts";
import { mutations } from "./module-mutations.ts";

/**
 * The long form: `SANDPIT_FUZZ_RUNS=1000000 SANDPIT_FUZZ_SEED=$RANDOM node tools/run.mjs test/hostile/fuzz/fuzz.test.ts`, some 20 minutes, which tells after each batch how far it is. A batch
 * begins at a seed of its own: SANDPIT_FUZZ_SEED repeats it without those before, or one mutant with SANDPIT_FUZZ_RUNS=1.
 */
const RUNS = Number(process.env["SANDPIT_FUZZ_RUNS"] ?? 4_000);
const SEED = Number(process.env["SANDPIT_FUZZ_SEED"] ?? 20_261_122);
/** With fewer, chance decides which fates there are. */
const RUNS_MIN = 1_000;
const CANARY_RUNS = 500;
const BATCH_RUNS = 10_000;
const MS_PER_SECOND = 1000;

/** How mutants of each kind have fared. */
class Tallies {
  readonly #counts = new Map<string, Record<MutantFate, number>>();

  add(name: string, fate: MutantFate): void {
    const counts = this.of(name);
    this.#counts.set(name, { ...counts, [fate]: counts[fate] + 1 });
  }

  of(name: string): Record<MutantFate, number> {
    return this.#counts.get(name) ?? { refused: 0, trapped: 0, ran: 0 };
  }

  get lines(): string[] {
    return [...this.#counts].map(([name, counts]) => `${name}: ${JSON.stringify(counts)}`);
  }
}

function runMutants(originals: readonly Uint8Array[]): Tallies {
  const contained = new ContainedRun();
  const tallies = new Tallies();
  let batchMs = performance.now();
  for (let run = 0; run < RUNS; run++) {
    // A seed for each: one mutant can be made again without those before it.
    tallies.add(...runMutant(SEED + run, originals, contained));
    if (run % CANARY_RUNS === 0) contained.checkCanary();
    if ((run + 1) % BATCH_RUNS !== 0) continue;
    tellBatch(run + 1, performance.now() - batchMs);
    batchMs = performance.now();
  }
  contained.checkCanary();
  return tallies;
}

/** Where the batch began is what repeats it. */
function tellBatch(done: number, tookMs: number): void {
  const rate = Math.round((BATCH_RUNS / tookMs) * MS_PER_SECOND);
  const seed = SEED + done - BATCH_RUNS;
  process.stderr.write(
    `fuzz: ${done.toLocaleString("en-US")} of ${RUNS.toLocaleString("en-US")} mutants, ${rate} a second; this batch: SANDPIT_FUZZ_SEED=${seed} SANDPIT_FUZZ_RUNS=${BATCH_RUNS}\n`,
  );
}

test(`[P4][P5][P13][P16] ${RUNS} mutants of real modules are refused with a code, or stay within their bounds`, async (context) => {
  const originals = [...(await bundledModules()).values()].map((bytes) => new Uint8Array(bytes));
  context.diagnostic(`seed ${SEED}, ${RUNS} mutants of ${originals.length} modules`);
  const tallies = runMutants(originals);
  for (const line of tallies.lines) context.diagnostic(line);
  if (RUNS < RUNS_MIN) return;
  const edited = tallies.of("edited code");
  assert.ok(edited.ran > RUNS / 20, "enough of them are run");
  assert.ok(edited.trapped > 0 && edited.refused > 0);
  const stretched = tallies.of("stretched bodies");
  assert.ok(stretched.ran > 0 && stretched.refused === 0, "another form of a good module is one");
});

test("the modules that are mutated are loaded, each to the same bytes every time", async () => {
  for (const bytes of (await bundledModules()).values())
    assert.equal(loadModule(bytes).meteredSha256, loadModule(bytes).meteredSha256);
});

function runMutant(
  seed: number,
  originals: readonly Uint8Array[],
  contained: ContainedRun,
): readonly [string, MutantFate] {
  const random = new SeededRandom(seed);
  const [name, mutate] = pick(random, mutations);
  const mutant = mutate(pick(random, originals), random, originals);
  try {
    return [name, contained.run(mutant)];
  } catch (cause) {
    throw new Error(`${name}: the mutant of SANDPIT_FUZZ_SEED=${seed} got through: ${String(cause)}`, {
      cause,
    });
  }
}
