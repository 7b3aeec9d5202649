import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";

const module = new URL("../../../tools/launch/lock-file.mjs", import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), "sandpit-lock-"));
const lock = join(folder, "install.lock");
const diary = join(folder, "diary");

// Each process writes when it enters and when it leaves: whoever holds the lock alone leaves before another enters.
const WORKER = `
import { withLockFile } from ${JSON.stringify(module)};
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
await withLockFile(${JSON.stringify(lock)}, async () => {
  appendFileSync(${JSON.stringify(diary)}, "in ");
  await sleep(20);
  appendFileSync(${JSON.stringify(diary)}, "out ");
}, () => {});
`;

beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});
after(() => rmSync(folder, { recursive: true }));

async function worker(): Promise<number | null> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", WORKER], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  return await new Promise((resolve) => child.once("exit", resolve));
}

function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

test("processes that start at once take the lock one after the other", async () => {
  const codes = await Promise.all([worker(), worker(), worker(), worker()]);
  assert.deepEqual(codes, [0, 0, 0, 0]);
  assert.equal(readFileSync(diary, "utf8"), "in out ".repeat(4));
  assert.deepEqual(readdirSync(folder), ["diary"]);
});

test("the lock of a process that is gone is taken over, by one process at a time", async () => {
  writeFileSync(lock, `${deadPid()} ${hostname()}`);
  assert.deepEqual(await Promise.all([worker(), worker(), worker()]), [0, 0, 0]);
  assert.equal(readFileSync(diary, "utf8"), "in out ".repeat(3));
  assert.ok(!existsSync(lock));
});

test("the lock of a living process is respected until it is gone", async () => {
  writeFileSync(lock, `${process.pid} ${hostname()}`);
  const waiting = worker();
  const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 400, "waits"))]);
  assert.equal(first, "waits");
  assert.ok(!existsSync(diary));
  rmSync(lock);
  assert.equal(await waiting, 0);
  assert.equal(readFileSync(diary, "utf8"), "in out ");
});

test("a holder on another machine is believed, since it cannot be asked", async () => {
  writeFileSync(lock, `${deadPid()} another-machine`);
  const waiting = worker();
  const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 400, "waits"))]);
  assert.equal(first, "waits");
  rmSync(lock);
  assert.equal(await waiting, 0);
});
