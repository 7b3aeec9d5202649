import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { freshDirectory } from "../cli/sandpit.ts";
import { hasIntent, journalBytes } from "./journal-text.ts";

test("an order stands in a journal under its whole id, in whichever segment", () => {
  const directory = freshDirectory();
  writeFileSync(join(directory, "segment-0000000001.journal"), 'x"newClientOrderId":"s1-5"y');
  writeFileSync(join(directory, "segment-0000000002.journal"), 'x"newClientOrderId":"s2-1"y');
  writeFileSync(join(directory, "EPOCH"), '"newClientOrderId":"s3-1"');
  const bytes = journalBytes(directory);
  assert.deepEqual(
    ["s1-5", "s2-1", "s1-", "s3-1"].map((id) => hasIntent(bytes, id)),
    [true, true, false, false],
  );
});
