import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { edited } from "../chaos/bugs/bug-hook.ts";
import { lookFor } from "./bugs/bug-sighting.ts";
import { MODEL_BUGS } from "./bugs/model-bugs.ts";

/** Each seen within a few runs, and each by another check. SANDPIT_MODEL_BUGS=all looks for all of them. */
const QUICK: readonly string[] = [
  "repeated-fill-applied",
  "exposure-dropped-on-unknown",
  "old-news-believed",
  "epoch-forgotten",
  "queries-believed",
  "cancel-reject-as-cancel",
  "replaced-unreserved",
  "second-half-unjudged",
];
const isAll = process.env["SANDPIT_MODEL_BUGS"] === "all";
/** Of the runs by which a bug is to be seen; those without a bug have seeds of their own. */
const SEED = 1;
const root = new URL("../../", import.meta.url);

test("there are twenty bugs of an order machine and more, and each still fits the source that it changes", () => {
  assert.ok(MODEL_BUGS.length >= 20);
  for (const { id, edits } of MODEL_BUGS) {
    for (const edit of edits) {
      const source = readFileSync(new URL(edit.file, root), "utf8");
      assert.notEqual(edited(source, edit, id), source, id);
    }
  }
});

for (const bug of MODEL_BUGS.filter(({ id }) => isAll || QUICK.includes(id))) {
  test(`the model sees the seeded bug ${bug.id}: ${bug.what}`, async () => {
    const { complaint, runs } = await lookFor(bug, SEED);
    assert.notEqual(complaint, null, `${bug.id} was not seen in ${runs} runs`);
  });
}
