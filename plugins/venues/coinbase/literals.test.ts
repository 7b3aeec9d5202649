import assert from "node:assert/strict";
import { test } from "node:test";
import { committedLiterals, madeLiterals } from "./generate-literals.ts";

test("literals.ts is what its generator makes", () => {
  assert.equal(committedLiterals(), madeLiterals(), "run node plugins/venues/coinbase/generate-literals.ts");
});
