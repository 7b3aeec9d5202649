import assert from "node:assert/strict";
import { test } from "node:test";
import { DiskCode, DiskError } from "../../host/platform/disk/index.ts";
import { runDiskContract } from "./disk-contract.ts";
import { SimDisk, SimulatedCrash } from "./sim-disk.ts";
import { listedChooser, seededChooser } from "./sim-inode.ts";

runDiskContract({
  name: "SimDisk",
  create: () => ({ disk: new SimDisk(), directory: "/d" }),
  plantStaleLock: (disk, path) => {
    disk.lock(path);
    assert.ok(disk instanceof SimDisk);
    disk.crash(listedChooser([], 0));
  },
});

function write(disk: SimDisk, path: string, ...texts: string[]): void {
  const file = disk.open(path, "create");
  for (const text of texts) disk.append(file, Buffer.from(text), 0, text.length);
}

test("a crash loses, tears, zeroes and garbles pending writes and never synced ones", () => {
  const disk = new SimDisk();
  const file = disk.open("/d/a", "create");
  disk.append(file, Buffer.from("SYNC"), 0, 4);
  disk.sync(file);
  disk.syncDirectory("/d");
  for (const text of ["aaaa", "bbbb", "cccc", "dddd"]) disk.append(file, Buffer.from(text), 0, 4);
  assert.equal(disk.pendingCount, 4);
  disk.crash(listedChooser(["LOSE", "TEAR", "ZERO", "GARBLE"], 2));
  const content = disk.contentOf("/d/a");
  assert.equal(content.subarray(0, 16).toString("latin1"), "SYNC\0\0\0\0bb\0\0\0\0\0\0");
  assert.equal(content.length, 20);
  assert.notEqual(content.subarray(16).toString("latin1"), "dddd");
  assert.throws(() => disk.append(file, Buffer.from("x"), 0, 1), DiskError);
});

test("a name that was not synced with its directory may be lost with its bytes", () => {
  const disk = new SimDisk();
  write(disk, "/d/a", "x");
  disk.crash(listedChooser(["LOSE"], 0));
  assert.deepEqual(disk.list("/d"), []);
});

test("a rename is whole or absent after a crash", () => {
  for (const outcome of ["KEEP", "LOSE"] as const) {
    const disk = new SimDisk();
    disk.plant("/d/a", Buffer.from("new"));
    disk.plant("/d/b", Buffer.from("old"));
    disk.rename("/d/a", "/d/b");
    disk.crash(listedChooser([outcome], 0));
    assert.deepEqual(disk.list("/d"), outcome === "KEEP" ? ["b"] : ["a", "b"]);
    assert.equal(disk.contentOf("/d/b").toString(), outcome === "KEEP" ? "new" : "old");
  }
});

test("after a failed sync the pending bytes are readable and gone after the next crash [J9]", () => {
  const disk = new SimDisk();
  const file = disk.open("/d/a", "create");
  disk.syncDirectory("/d");
  disk.append(file, Buffer.from("lost"), 0, 4);
  disk.inject(disk.calls + 1, "EIO");
  assert.equal(disk.sync(file), DiskCode.FAILED);
  assert.equal(disk.contentOf("/d/a").toString(), "lost");
  assert.equal(disk.pendingCount, 0);
  disk.crash(listedChooser([], 0));
  assert.equal(disk.contentOf("/d/a").toString(), "");
});

test("injected failures strike the n-th call only", () => {
  const disk = new SimDisk();
  const file = disk.open("/d/a", "create");
  const bytes = Buffer.from("12345678");
  const codes = (["EIO", "EINTR", "ENOSPC", "SHORT"] as const).map((injection) => {
    disk.inject(disk.calls + 1, injection);
    return disk.append(file, bytes, 0, 8);
  });
  assert.deepEqual(codes, [DiskCode.FAILED, DiskCode.AGAIN, DiskCode.FULL, 4]);
  assert.equal(disk.append(file, bytes, 0, 8), 8);
  disk.inject(disk.calls + 1, "CRASH_BEFORE");
  assert.throws(() => disk.append(file, bytes, 0, 8), SimulatedCrash);
  assert.throws(() => disk.append(file, bytes, 0, 8), /the machine is dead/);
  assert.equal(disk.sizeBytes(file), 12);
  disk.crash(listedChooser([], 0));
  assert.equal(disk.sizeBytes(disk.open("/d/a", "append")), 12);
  disk.inject(disk.calls + 1, "CRASH_AFTER");
  assert.throws(() => disk.append(disk.open("/d/a", "append"), bytes, 0, 8), SimulatedCrash);
  disk.crash(listedChooser([], 0));
  assert.equal(disk.contentOf("/d/a").length, 20);
});

test("a full disk takes what fits and then refuses [J10]", () => {
  const disk = new SimDisk();
  disk.capacityBytes = 10;
  const file = disk.open("/d/a", "create");
  assert.equal(disk.append(file, Buffer.alloc(8), 0, 8), 8);
  assert.equal(disk.append(file, Buffer.alloc(8), 0, 8), 2);
  assert.equal(disk.append(file, Buffer.alloc(8), 0, 8), DiskCode.FULL);
});

test("the same seed gives the same crash", () => {
  const images = [7, 7, 8].map((seed) => {
    const disk = new SimDisk();
    write(disk, "/d/a", ..."abcdefghijkl".split("").map((letter) => letter.repeat(700)));
    disk.syncDirectory("/d");
    disk.crash(seededChooser(seed));
    return disk.contentOf("/d/a").toString("hex");
  });
  assert.equal(images[0], images[1]);
  assert.notEqual(images[0], images[2]);
});
