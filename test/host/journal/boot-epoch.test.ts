import assert from "node:assert/strict";
import { test } from "node:test";
import { JournalError, takeBootEpoch } from "../../../host/journal/index.ts";
import { DiskError } from "../../../host/platform/disk/index.ts";
import { SimDisk, SimulatedCrash } from "../../support/sim-disk.ts";
import { listedChooser, seededChooser } from "../../support/sim-inode.ts";

const DIRECTORY = "/d";

test("each boot takes a higher epoch, durable before it is used [C12]", () => {
  const disk = new SimDisk();
  for (let epoch = 1; epoch <= 5; epoch++) {
    assert.equal(takeBootEpoch(disk, DIRECTORY, 0), epoch);
    disk.crash(
      listedChooser(
        Array.from({ length: 20 }, () => "LOSE" as const),
        0,
      ),
    );
  }
});

test("the floor that journal or venue show lifts an epoch that was restored from an old copy [C12]", () => {
  const disk = new SimDisk();
  takeBootEpoch(disk, DIRECTORY, 0);
  const old = disk.clone();
  for (let boot = 0; boot < 6; boot++) takeBootEpoch(disk, DIRECTORY, 0);
  assert.equal(takeBootEpoch(old, DIRECTORY, 7), 8);
  assert.equal(takeBootEpoch(old, DIRECTORY, 3), 9);
});

test("a damaged file costs an epoch and never repeats one, whichever bit is flipped [C12]", () => {
  const disk = new SimDisk();
  for (let boot = 0; boot < 4; boot++) takeBootEpoch(disk, DIRECTORY, 0);
  for (const slot of [0, 1]) {
    for (let bit = 0; bit < 128; bit++) {
      const copy = disk.clone();
      const bytes = copy.contentOf(`${DIRECTORY}/EPOCH-${slot}`);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      copy.plant(`${DIRECTORY}/EPOCH-${slot}`, bytes);
      assert.ok(takeBootEpoch(copy, DIRECTORY, 0) > 4);
      assert.ok(takeBootEpoch(copy, DIRECTORY, 0) > 5);
    }
  }
});

test("with both files damaged no epoch is safe and the start is refused [C12]", () => {
  const disk = new SimDisk();
  for (const slot of [0, 1]) disk.plant(`${DIRECTORY}/EPOCH-${slot}`, new Uint8Array(16));
  assert.throws(
    () => takeBootEpoch(disk, DIRECTORY, 9),
    (error) => error instanceof JournalError && error.code === "EPOCH_DAMAGED",
  );
  disk.plant(`${DIRECTORY}/EPOCH-1`, new Uint8Array(3));
  assert.throws(() => takeBootEpoch(disk, DIRECTORY, 9), JournalError);
});

test("the last epoch is the last", () => {
  assert.equal(takeBootEpoch(new SimDisk(), DIRECTORY, 0xfffffffe), 0xffffffff);
  assert.throws(
    () => takeBootEpoch(new SimDisk(), DIRECTORY, 0xffffffff),
    (error) => error instanceof JournalError && error.code === "EPOCH_EXHAUSTED",
  );
});

test("a crash at any call, settled in any way, never lets an epoch return [C12] [J18]", () => {
  for (let seed = 0; seed < 300; seed++) {
    const disk = new SimDisk();
    let highest = 0;
    for (let boot = 0; boot < 6; boot++) {
      disk.inject(disk.calls + 1 + ((seed + boot * 7) % 6), boot % 2 === 0 ? "CRASH_AFTER" : "CRASH_BEFORE");
      try {
        const epoch = takeBootEpoch(disk, DIRECTORY, 0);
        assert.ok(epoch > highest, `seed ${seed}: epoch ${epoch} after ${highest}`);
        highest = epoch;
      } catch (error) {
        if (!(error instanceof SimulatedCrash)) throw error;
      }
      disk.crash(seededChooser(seed * 31 + boot));
    }
  }
});

test("an epoch that cannot be written is not taken [J9] [J10]", () => {
  for (const injection of ["EIO", "ENOSPC"] as const) {
    for (let call = 1; call <= 5; call++) {
      const disk = new SimDisk();
      disk.inject(call, injection);
      assert.throws(() => takeBootEpoch(disk, DIRECTORY, 0), DiskError, `${injection} at call ${call}`);
    }
  }
});
