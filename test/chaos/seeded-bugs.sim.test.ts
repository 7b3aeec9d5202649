import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { edited } from "./bugs/bug-hook.ts";
import { huntInProcess } from "./bugs/bug-hunt.ts";
import { planFor } from "./bugs/bug-run.ts";
import { SEEDED_BUGS } from "./bugs/seeded-bugs.ts";
import { complaintLines } from "./run/chaos-text.ts";
import { runPlan } from "./run/chaos-run.ts";
import { worldModules } from "./world/world-modules.ts";

/** Each killed within seconds, and each by another judge. `npm run chaos -- --bugs` hunts all of them. */
const QUICK = [
  "sync-dropped",
  "gap-missed",
  "trade-id-off-by-one",
  "fill-at-wrong-venue",
  "line-loss-unnoticed",
  "restriction-forgotten",
  "reserve-of-the-last",
  "number-missed",
  "lost-events-trusted",
];
const root = new URL("../../", import.meta.url);

test("there are twenty seeded bugs and more, and each still fits the source that it changes", () => {
  assert.ok(SEEDED_BUGS.length >= 20);
  for (const { id, edits } of SEEDED_BUGS) {
    for (const edit of edits) {
      const source = readFileSync(new URL(edit.file, root), "utf8");
      assert.notEqual(edited(source, edit, id), source, id);
    }
  }
});

test("a bug that no longer fits says where", () => {
  const edit = { file: "host/main.ts", find: "nowhere", replace: "" };
  assert.throws(() => edited("text", edit, "stale"), /stale: host\/main\.ts has 0 places/);
});

for (const id of QUICK) {
  const bug = SEEDED_BUGS.find((known) => known.id === id);
  test(`the judges see the seeded bug ${id}, and complain of nothing without it`, async () => {
    assert.ok(bug !== undefined);
    const verdict = await huntInProcess(bug);
    assert.notEqual(verdict.complaint, null, `${id} survived: ${bug.what}`);
    assert.ok(verdict.isExpected, `another judge complained: ${JSON.stringify(verdict.complaint)}`);
    const plan = planFor(bug, verdict.seed);
    assert.deepEqual(complaintLines(await runPlan(plan, await worldModules())), []);
  });
}
