import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openLocalJournal, recover } from "../../../host/journal/index.ts";
import { NodeDisk } from "../../../host/platform/disk/index.ts";
import { IDENTITY, journalStart, readAll } from "../../support/journal-fixture.ts";

const CHILD = fileURLToPath(new URL("../../support/journal-process.ts", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "sandpit-killed-"));
after(() => rmSync(root, { recursive: true }));

/** Runs the child on a directory and kills it after it has promised `promises` times. Answers its last promise. */
async function killAfter(directory: string, promises: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, directory], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.split("\n").length > promises && !child.killed) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  assert.equal(child.signalCode, "SIGKILL");
  return Number(output.slice(0, output.lastIndexOf("\n")).split("\n").at(-1));
}

test("[J1] [J16] what `process` promised survives kill -9, boot after boot, and the dead process's lock is taken over", async () => {
  const disk = new NodeDisk();
  let epoch = 0;
  for (const promises of [5, 60, 300]) {
    const promised = await killAfter(root, promises);
    const recovery = recover(disk, root, IDENTITY);
    assert.ok(recovery.isUsable, recovery.message);
    assert.ok(recovery.sequence >= promised, `${recovery.sequence} recovered, ${promised} promised`);
    assert.equal(readAll(disk, recovery, root).length, recovery.sequence);
    assert.ok(recovery.highestEpoch > epoch);
    epoch = recovery.highestEpoch;
  }
  openLocalJournal(disk, journalStart({ directory: root }), "process").prepared.lock.release();
});
