import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AuditNote } from "../../../../host/control/audit/index.ts";
import {
  AUDIT_HEAD,
  AUDIT_LOG,
  AUDIT_TAIL_MAX,
  AuditError,
  AuditLog,
  examineAudit,
  isUsable,
} from "../../../../host/control/audit/index.ts";
import type { DiskFile } from "../../../../host/platform/disk/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import type { Injection } from "../../../support/sim-disk.ts";
import { SimDisk } from "../../../support/sim-disk.ts";
import type { CrashOutcome } from "../../../support/sim-inode.ts";
import { listedChooser, seededChooser } from "../../../support/sim-inode.ts";

const DIRECTORY = "audit";
const LOG = `${DIRECTORY}/${AUDIT_LOG}`;
const HEAD = `${DIRECTORY}/${AUDIT_HEAD}`;

/** Its syncs behind take until they are let go on. */
class SlowDisk extends SimDisk {
  readonly waiting: (() => void)[] = [];

  override async syncBehind(file: DiskFile): Promise<number> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    return super.syncBehind(file);
  }
}

function note(action: string, changes: Partial<AuditNote> = {}): AuditNote {
  return {
    timeMs: 1_704_067_200_000,
    actor: "mara",
    role: "operator",
    action,
    arguments: { reason: "tëst" },
    outcome: "OK",
    ...changes,
  };
}

/** A disk with a log of so many records. */
async function logged(records: number): Promise<SimDisk> {
  const disk = new SimDisk();
  const log = AuditLog.open(disk, DIRECTORY);
  for (let index = 0; index < records; index++) await log.append(note(`action-${index}`));
  await log.close();
  return disk;
}

test("records are numbered, chained, and found again in the order they were written", async () => {
  const disk = new SimDisk();
  const first = AuditLog.open(disk, DIRECTORY);
  assert.equal(first.examination.verdict, "EMPTY");
  const one = await first.append(note("kill"));
  const two = await first.append(note("rearm"));
  assert.deepEqual([one.sequence, two.sequence, two.previousHash], [1, 2, one.hash]);
  await first.close();
  const second = AuditLog.open(disk, DIRECTORY);
  assert.equal(second.examination.verdict, "WHOLE");
  const three = await second.append(note("kill"));
  assert.deepEqual([three.sequence, three.previousHash], [3, two.hash]);
  assert.deepEqual(second.tail(2), [two, three]);
  assert.deepEqual(second.head, { sequence: 3, hash: three.hash });
  assert.equal(examineAudit(disk, DIRECTORY).records, 3);
});

test("a record is on stable storage when append returns, so that no power cut takes it back", async () => {
  const disk = new SimDisk();
  const log = AuditLog.open(disk, DIRECTORY);
  const record = await log.append(note("kill"));
  disk.crash(listedChooser(Array<CrashOutcome>(99).fill("LOSE"), 0));
  assert.deepEqual(AuditLog.open(disk, DIRECTORY).tail(5), [record]);
});

test("the caller goes on while a record is synced, the next record waits for it, and neither is known before", async () => {
  const disk = new SlowDisk();
  const log = AuditLog.open(disk, DIRECTORY);
  const heard: number[] = [];
  log.onRecord(({ sequence }) => heard.push(sequence));
  const [first, second] = [log.append(note("kill")), log.append(note("rearm"))];
  while (disk.waiting.length === 0) await Promise.resolve();
  const unsynced = disk.contentOf(LOG).toString("utf8");
  assert.equal(unsynced.trimEnd().split("\n").length, 1);
  assert.deepEqual([log.head.sequence, log.tail(9).length, heard], [0, 0, []]);
  disk.waiting.shift()?.();
  assert.equal((await first).sequence, 1);
  while (disk.waiting.length === 0) await Promise.resolve();
  assert.deepEqual([log.head.sequence, heard], [1, [1]]);
  disk.waiting.shift()?.();
  assert.equal((await second).previousHash, (await first).hash);
  await log.close();
});

test("every cut of the log is detected, and none opens", async () => {
  const disk = await logged(3);
  const whole = disk.contentOf(LOG);
  for (let length = 0; length < whole.length; length++) {
    const cut = disk.clone();
    cut.plant(LOG, whole.subarray(0, length));
    const { verdict, brokenSequence } = examineAudit(cut, DIRECTORY);
    assert.ok(verdict === "CUT" || verdict === "BROKEN", `cut at ${length}: ${verdict}`);
    const before = whole.subarray(0, length).toString("latin1").split("\n").length;
    assert.equal(brokenSequence, before, `cut at ${length}`);
    assert.throws(() => AuditLog.open(cut, DIRECTORY), AuditError);
  }
});

test("every flipped bit of log and head is detected, and none opens", async () => {
  const disk = await logged(3);
  for (const path of [LOG, HEAD]) {
    for (let bit = 0; bit < disk.contentOf(path).length * 8; bit++) {
      disk.flipBit(path, bit);
      const examination = examineAudit(disk, DIRECTORY);
      assert.equal(isUsable(examination), false, `${path}, bit ${bit}: ${examination.verdict}`);
      disk.flipBit(path, bit);
    }
  }
  assert.equal(examineAudit(disk, DIRECTORY).verdict, "WHOLE");
});

test("records left out, repeated or put in another order are detected", async () => {
  const disk = await logged(4);
  const lines = disk.contentOf(LOG).toString("utf8").trimEnd().split("\n");
  const [a = "", b = "", c = "", d = ""] = lines;
  for (const [changed, broken] of [
    [[a, c, d], 2],
    [[a, b, b, c, d], 3],
    [[a, c, b, d], 2],
    [[b, c, d], 1],
    [[a, b, c, d, d], 5],
  ] as const) {
    disk.plant(LOG, Buffer.from(`${changed.join("\n")}\n`, "utf8"));
    const { verdict, brokenSequence } = examineAudit(disk, DIRECTORY);
    const isTail = broken === 5;
    assert.equal(verdict, isTail ? "TORN_TAIL" : "BROKEN", String(broken));
    assert.equal(brokenSequence, isTail ? null : broken);
  }
});

test("a record that was never synced is cut off and told, and the next one takes its number", async () => {
  for (const tail of ["", "\n", "\n\0\n"]) {
    const disk = await logged(2);
    const torn = Buffer.from(`{"sequence":3,"timeMs":1704${tail}`, "latin1");
    disk.plant(LOG, Buffer.concat([disk.contentOf(LOG), torn]));
    const log = AuditLog.open(disk, DIRECTORY);
    assert.equal(log.examination.verdict, "TORN_TAIL");
    assert.match(log.examination.message, new RegExp(`2 records.*${torn.length} bytes`));
    assert.equal((await log.append(note("kill"))).sequence, 3);
    assert.equal(examineAudit(disk, DIRECTORY).verdict, "WHOLE");
  }
});

test("more after the last whole record than one record can be is damage, not a torn tail", async () => {
  const disk = await logged(2);
  const whole = disk.contentOf(LOG);
  for (const long of [Buffer.alloc(200_000, 0x78), Buffer.from("x\n".repeat(10_000))]) {
    disk.plant(LOG, Buffer.concat([whole, long]));
    assert.equal(examineAudit(disk, DIRECTORY).verdict, "BROKEN");
  }
});

test("a head that is older, forged or absent does not pass", async () => {
  const disk = await logged(4);
  const old = (await logged(2)).contentOf(HEAD);
  const disks = [disk.clone(), disk.clone(), disk.clone()] as const;
  disks[0].plant(HEAD, old);
  assert.equal(examineAudit(disks[0], DIRECTORY).verdict, "HEAD_MISMATCH");
  disks[1].plant(HEAD, Buffer.from(`{"sequence":4,"hash":"${"0".repeat(64)}"}\n`));
  assert.equal(examineAudit(disks[1], DIRECTORY).verdict, "HEAD_MISMATCH");
  disks[2].remove(HEAD);
  assert.equal(examineAudit(disks[2], DIRECTORY).verdict, "UNANCHORED");
  for (const bad of disks)
    assert.throws(() => AuditLog.open(bad, DIRECTORY), { code: "SANDPIT_AUDIT_REFUSED" });
});

test(`whatever fails or crashes while records are written, what was answered is there [seed ${randomSeed}]`, async () => {
  const injections: Injection[] = ["EIO", "ENOSPC", "EINTR", "SHORT", "CRASH_BEFORE", "CRASH_AFTER"];
  const arbitrary = fc.record({
    call: fc.integer({ min: 1, max: 24 }),
    injection: fc.constantFrom(...injections),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(arbitrary, async ({ call, injection, seed }) => {
      const disk = new SimDisk();
      disk.inject(call, injection);
      const answered: number[] = [];
      try {
        const log = AuditLog.open(disk, DIRECTORY);
        for (let index = 0; index < 4; index++) answered.push((await log.append(note("kill"))).sequence);
      } catch (error) {
        assert.ok(error instanceof Error, String(error));
      }
      disk.crash(seededChooser(seed));
      const log = AuditLog.open(disk, DIRECTORY);
      assert.ok(log.examination.records >= answered.length, log.examination.message);
      assert.ok(log.examination.records <= answered.length + 1, log.examination.message);
      assert.equal((await log.append(note("after"))).sequence, log.examination.records + 1);
    }),
    { seed: randomSeed, numRuns: 400 },
  );
});

test("a log that could not be written takes nothing more, and says why", async () => {
  const disk = new SimDisk();
  const log = AuditLog.open(disk, DIRECTORY);
  await log.append(note("kill"));
  disk.inject(disk.calls + 2, "EIO");
  await assert.rejects(log.append(note("kill")), { code: "SANDPIT_AUDIT_UNAVAILABLE" });
  await assert.rejects(log.append(note("kill")), /sync failed/);
  assert.match(String(log.refusal), /restart the host/);
  assert.equal(log.tail(9).length, 1);
});

test("listeners hear of each record until they stop; a closed log takes none", async () => {
  const log = AuditLog.open(new SimDisk(), DIRECTORY);
  const heard: number[] = [];
  const stop = log.onRecord(({ sequence }) => heard.push(sequence));
  await log.append(note("kill"));
  stop();
  await log.append(note("kill"));
  assert.deepEqual(heard, [1]);
  await log.close();
  await assert.rejects(log.append(note("kill")), /closed/);
});

test("secrets never reach a record: named members, and tokens in the middle of a text", async () => {
  const disk = new SimDisk();
  const log = AuditLog.open(disk, DIRECTORY);
  const token = `sandpit_${"Ab3-_".repeat(8)}`;
  const record = await log.append(
    note("deploy", {
      actor: `x ${token}`,
      arguments: {
        reason: `pasted ${token} here`,
        apiKey: "k",
        privateKeyFile: "f",
        accessToken: "t",
        nested: { deep: token },
        "bad name": "dropped",
        share: Number.NaN,
        absent: undefined,
        isUrgent: true,
        nothing: null,
        long: "y".repeat(5_000),
      },
    }),
  );
  assert.equal(disk.contentOf(LOG).includes(token), false);
  assert.deepEqual(record.arguments, {
    reason: "pasted (token removed) here",
    apiKey: "(removed)",
    privateKeyFile: "(removed)",
    accessToken: "(removed)",
    nested: '{"deep":"(token removed)"}',
    share: "NaN",
    absent: null,
    isUrgent: true,
    nothing: null,
    long: "y".repeat(256),
  });
});

test("memory holds the last records alone, however long the log", async () => {
  const disk = await logged(AUDIT_TAIL_MAX + 20);
  const log = AuditLog.open(disk, DIRECTORY);
  assert.equal(log.examination.records, AUDIT_TAIL_MAX + 20);
  assert.equal(log.tail(10_000).length, AUDIT_TAIL_MAX);
  assert.equal(log.tail(0).length, 0);
  assert.equal(log.tail(1)[0]?.sequence, AUDIT_TAIL_MAX + 20);
});
