import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readSecretFile, SecretError } from "../../../../host/platform/secrets/index.ts";
import { freshDirectory } from "../../../cli/sandpit.ts";

const isWindows = process.platform === "win32";
const posix = isWindows ? "Windows has no modes, owners and pipes of this kind" : false;
const SECRET = "open sesame";

function secretFile(mode = 0o600): string {
  const path = join(freshDirectory(), "key");
  writeFileSync(path, SECRET, { mode });
  chmodSync(path, mode);
  return path;
}

/** The code of the refusal, whose text names the path and nothing of the content. */
function codeOf(path: string, bytesMax = 100): string {
  try {
    readSecretFile(path, bytesMax);
    return "read";
  } catch (error) {
    assert.ok(error instanceof SecretError, String(error));
    assert.ok(error.message.includes(path) && !error.message.includes(SECRET), error.message);
    assert.equal(error.cause, undefined);
    return error.code;
  }
}

/** Node makes no pipes of its own. */
function makePipe(path: string): void {
  assert.equal(spawnSync("sh", ["-c", 'mkfifo -m 600 "$1"', "sh", path]).status, 0);
}

test("a file with mode 0600 or 0400 is read whole, up to the cap", () => {
  assert.equal(readSecretFile(secretFile(), 100).toString(), SECRET);
  assert.equal(readSecretFile(secretFile(0o400), SECRET.length).toString(), SECRET);
  assert.equal(codeOf(secretFile(), SECRET.length - 1), "TOO_LONG");
});

test("[P24] every other mode is refused: group, others, execution, sticky bits", { skip: posix }, () => {
  for (const mode of [0o644, 0o640, 0o604, 0o660, 0o700, 0o610, 0o602, 0o777, 0o200, 0o4600, 0o1600])
    assert.notEqual(codeOf(secretFile(mode)), "read", mode.toString(8));
  assert.equal(codeOf(secretFile(0o644)), "FILE_MODE");
});

test(
  "[P24] a link, a directory, a pipe without a writer and a device are refused, and waited for never",
  { skip: posix },
  () => {
    const directory = freshDirectory();
    const link = join(directory, "link");
    symlinkSync(secretFile(), link);
    const pipe = join(directory, "pipe");
    makePipe(pipe);
    const folder = join(directory, "folder");
    mkdirSync(folder, { mode: 0o700 });
    for (const path of [link, pipe, folder, "/dev/null"]) assert.equal(codeOf(path), "FILE_FORM", path);
  },
);

test("an absent file is refused as unreadable", () => {
  assert.equal(codeOf(join(freshDirectory(), "absent")), "FILE_UNREADABLE");
});

test(
  "[P24] a file of another user is refused, whatever its mode",
  { skip: isWindows || process.geteuid?.() !== 0 ? "only root can give files away" : false },
  () => {
    const path = secretFile();
    chownSync(path, 12_345, 12_345);
    assert.equal(codeOf(path), "FILE_OWNER");
  },
);
