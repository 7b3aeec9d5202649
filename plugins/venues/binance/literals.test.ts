import assert from "node:assert/strict";
import { test } from "node:test";
import { committedLiterals, literalsModule } from "./generate-literals.ts";

test("literals.ts is what its generator makes", () => {
  assert.equal(committedLiterals(), literalsModule(), "run node plugins/venues/binance/generate-literals.ts");
});
