import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { inspectJournal, openLocalJournal, recover } from "../../../host/journal/index.ts";
import type { LocalJournal, PreparedJournal } from "../../../host/journal/index.ts";
import { segmentName } from "../../../host/journal/segment-name.ts";
import {
  DIRECTORY,
  IDENTITY,
  appendNext,
  journalStart,
  readAll,
  writeJournal,
} from "../../support/journal-fixture.ts";
import { SimDisk, SimulatedCrash } from "../../support/sim-disk.ts";
import type { CrashOutcome } from "../../support/sim-inode.ts";
import { listedChooser, seededChooser } from "../../support/sim-inode.ts";

const OUTCOMES: readonly CrashOutcome[] = ["KEEP", "LOSE", "TEAR", "ZERO", "GARBLE"];
const FIRST = `${DIRECTORY}/${segmentName(1)}`;

/** A disk whose journal has 6 synced records, then `writes` unsynced writes of 3 records each; and the records as they were appended. */
function withPendingWrites(writes: number): { disk: SimDisk; expected: readonly string[] } {
  const disk = new SimDisk();
  const journal = writeJournal(disk, 6, 3, "process");
  assert.equal(journal.sync(), 0);
  for (let write = 0; write < writes; write++) {
    for (let index = 0; index < 3; index++) appendNext(journal);
    assert.equal(journal.commit(), 0);
  }
  const records = readAll(disk, inspectJournal(disk, DIRECTORY, IDENTITY));
  return { disk, expected: records.map((record) => JSON.stringify(record)) };
}

test("[J1] [J2] [J5] after every outcome of up to three pending writes the journal is a prefix that holds all that was synced", () => {
  let cases = 0;
  for (let writes = 1; writes <= 3; writes++) {
    const tornSizes = [0, 8, 40, 100, 511, 512];
    for (let combination = 0; combination < OUTCOMES.length ** writes; combination++) {
      const outcomes = Array.from(
        { length: writes },
        (_, index) =>
          OUTCOMES[Math.floor(combination / OUTCOMES.length ** index) % OUTCOMES.length] ?? "KEEP",
      );
      for (const tornBytes of outcomes.includes("TEAR") ? tornSizes : [0]) {
        const { disk, expected } = withPendingWrites(writes);
        disk.crash(listedChooser(outcomes, tornBytes, combination));
        const recovery = recover(disk, DIRECTORY, IDENTITY);
        const found = readAll(disk, recovery).map((record) => JSON.stringify(record));
        assert.ok(recovery.isUsable, `${outcomes.join()}: ${recovery.message}`);
        assert.ok(found.length >= 6);
        assert.deepEqual(found, expected.slice(0, found.length), outcomes.join());
        if (outcomes.every((outcome) => outcome === "KEEP")) assert.equal(found.length, expected.length);
        assert.equal(recover(disk, DIRECTORY, IDENTITY).verdict, "CLEAN");
        cases++;
      }
    }
  }
  assert.ok(cases > 400, `${cases} cases`);
});

/** One boot: opens, appends in commits, closes nothing. Answers the last sequence number that a commit promised to be synced. */
function boot(
  disk: SimDisk,
  promise: { synced: number; epoch: number },
  options: { readonly segmentBytesMax: number },
): void {
  const { journal, prepared }: { journal: LocalJournal; prepared: PreparedJournal } = openLocalJournal(
    disk,
    journalStart({ options }),
    "power",
  );
  assert.ok(prepared.session.epoch > promise.epoch, "an epoch returned");
  assert.ok(
    prepared.recovery.sequence >= promise.synced,
    `${prepared.recovery.sequence} recovered, ${promise.synced} promised`,
  );
  promise.epoch = prepared.session.epoch;
  promise.synced = prepared.recovery.sequence;
  for (let commit = 0; commit < 6; commit++) {
    for (let index = 0; index < 3; index++) if (appendNext(journal) < 0) assert.fail(journal.failure);
    const last = journal.progress[0] ?? 0;
    if (journal.commit() < 0) assert.fail(journal.failure);
    promise.synced = last;
  }
}

test("[J1] [J18] [C12] crashes at any call of open, append, roll and recovery, boot after boot: nothing promised is lost, no epoch returns", () => {
  for (let seed = 0; seed < 150; seed++) {
    const disk = new SimDisk();
    const promise = { synced: 0, epoch: 0 };
    for (let life = 0; life < 8; life++) {
      disk.inject(
        disk.calls + 1 + ((seed * 5 + life * 3) % 37),
        (seed + life) % 2 === 0 ? "CRASH_AFTER" : "CRASH_BEFORE",
      );
      try {
        boot(disk, promise, { segmentBytesMax: 1200 });
      } catch (error) {
        // The journal may have caught the crash as a failed call: what counts is that the machine is dead.
        if (!disk.isDead) throw new Error(`seed ${seed}, life ${life}`, { cause: error });
      }
      disk.crash(seededChooser(seed * 101 + life));
    }
    assert.ok(promise.synced > 0);
  }
});

test("[J18] a recovery that crashes at each of its steps, settled in any way, ends where an undisturbed one does", () => {
  const torn = new SimDisk();
  const journal = writeJournal(torn, 12, 12, "process", journalStart({ options: { segmentBytesMax: 700 } }));
  const last = journal.progress[0] ?? 0;
  // Segments that no sync has reached: the first of them is damaged, those behind it go.
  const image = new SimDisk();
  for (const path of torn.paths()) image.plant(path, torn.contentOf(path));
  const victim = `${DIRECTORY}/${segmentName(1)}`;
  const bytes = image.contentOf(victim).subarray(0, 300);
  image.plant(victim, bytes);
  for (const path of image.paths().filter((name) => name.includes("segment-") && name !== victim))
    image.plant(path, unsynced(image.contentOf(path)));
  const undisturbed = recover(image.clone(), DIRECTORY, IDENTITY);
  assert.ok(undisturbed.sequence < last);
  for (let call = 1; call <= 8; call++) {
    for (let seed = 0; seed < 40; seed++) {
      const disk = image.clone();
      disk.inject(call, seed % 2 === 0 ? "CRASH_AFTER" : "CRASH_BEFORE");
      try {
        recover(disk, DIRECTORY, IDENTITY);
      } catch (error) {
        if (!(error instanceof SimulatedCrash)) throw error;
      }
      disk.crash(seededChooser(seed));
      const again = recover(disk, DIRECTORY, IDENTITY);
      assert.deepEqual(
        [again.isUsable, again.sequence, again.laneA, again.laneB],
        [true, undisturbed.sequence, undisturbed.laneA, undisturbed.laneB],
      );
      assert.equal(recover(disk, DIRECTORY, IDENTITY).verdict, "CLEAN");
    }
  }
});

/** Zeroed, so that it proves nothing: a file whose name reached the disk before its data. */
function unsynced(content: Buffer): Buffer {
  return Buffer.alloc(content.length);
}

test("[J2] any number of random changes to an unsynced tail leaves a prefix, and never a record that was not written", () => {
  const { disk, expected } = withPendingWrites(3);
  const bytes = disk.contentOf(FIRST);
  const records = readAll(disk, inspectJournal(disk, DIRECTORY, IDENTITY));
  const tail = records[6]?.offset ?? 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.integer({ min: tail, max: bytes.length - 1 }),
          fc.uint8Array({ minLength: 1, maxLength: 64 }),
        ),
        { minLength: 1, maxLength: 5 },
      ),
      (splices) => {
        const changed = Buffer.from(bytes);
        for (const [at, patch] of splices) changed.set(patch.subarray(0, changed.length - at), at);
        disk.plant(FIRST, changed);
        const recovery = recover(disk, DIRECTORY, IDENTITY);
        const found = readAll(disk, recovery).map((record) => JSON.stringify(record));
        assert.deepEqual(found, expected.slice(0, found.length));
        assert.ok(found.length >= 6);
      },
    ),
    { numRuns: 300 },
  );
});
