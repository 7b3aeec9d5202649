import assert from "node:assert/strict";
import { test } from "node:test";
import { openPlugin } from "../../../tools/plugin-kit/index.ts";

test("its manifest says that it hands over nothing to another version: what it keeps it learns again from the venue", async () => {
  const codec = await openPlugin("coinbase");
  assert.equal(codec.manifest.state, null);
  assert.throws(() => codec.snapshot(), /its manifest has no "state"/);
});
