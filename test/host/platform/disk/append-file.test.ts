import assert from "node:assert/strict";
import { readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { AppendFile } from "../../../../host/platform/disk/index.ts";
import { freshDirectory } from "../../../cli/sandpit.ts";

test("lines are added behind what is there, in a file for its owner alone", () => {
  const path = join(freshDirectory(), "lines");
  for (const line of ["first", "zweite, ü"]) {
    const file = new AppendFile(path);
    file.write(line);
    file.close();
  }
  assert.equal(readFileSync(path, "utf8"), "first\nzweite, ü\n");
  if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o777, 0o600);
});

test(
  "a symbolic link is not followed",
  { skip: process.platform === "win32" ? "Windows has no such flag" : false },
  () => {
    const directory = freshDirectory();
    const target = join(directory, "target");
    writeFileSync(target, "");
    symlinkSync(target, join(directory, "link"));
    assert.throws(() => new AppendFile(join(directory, "link")), /ELOOP/);
  },
);
