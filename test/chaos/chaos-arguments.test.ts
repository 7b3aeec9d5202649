import assert from "node:assert/strict";
import { test } from "node:test";
import { chaosArguments } from "./run/chaos-arguments.ts";

test("seeds are named by their number or as a range with both ends", () => {
  assert.deepEqual(chaosArguments(["--seeds", "3"]).seeds, [0, 1, 2]);
  assert.deepEqual(chaosArguments(["--seeds", "10-12"]).seeds, [10, 11, 12]);
  assert.deepEqual(chaosArguments(["--seeds", "7-7"]).seeds, [7]);
});

test("seeds that name nothing are refused with what to write instead", () => {
  for (const text of ["0", "5-4", "-3", "1-", "a", ""])
    assert.throws(
      () => chaosArguments([`--seeds=${text}`]),
      /give a number of 1 or more, or two as in 10-19/,
    );
});
