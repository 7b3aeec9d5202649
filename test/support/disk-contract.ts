import assert from "node:assert/strict";
import { test } from "node:test";
import type { Disk, DiskErrorCode } from "../../host/platform/disk/index.ts";
import { DiskError } from "../../host/platform/disk/index.ts";

/** What a Disk implementation hands to its contract suite. */
export interface DiskContract {
  readonly name: string;
  /** A disk and a fresh, empty directory on it. */
  readonly create: () => { disk: Disk; directory: string };
  /** Leaves a lock file at `path` as a process that died would. */
  readonly plantStaleLock: (disk: Disk, path: string) => void;
}

/** The promises of Disk that every implementation keeps, real and simulated alike. */
export function runDiskContract(contract: DiskContract): void {
  const { name, create } = contract;

  test(`${name}: appended bytes are read back at their position, short at the end`, () => {
    const { disk, directory } = create();
    const file = disk.open(`${directory}/a`, "create");
    assert.equal(disk.append(file, Buffer.from("..hello.."), 2, 5), 5);
    assert.equal(disk.append(file, Buffer.from(" world"), 0, 6), 6);
    assert.equal(disk.sizeBytes(file), 11);
    const target = Buffer.alloc(10, 46);
    assert.equal(disk.readAt(file, target, 1, 5, 6), 5);
    assert.equal(target.toString(), ".world....");
    assert.equal(disk.readAt(file, target, 0, 10, 8), 3);
    assert.equal(disk.readAt(file, target, 0, 10, 11), 0);
    assert.equal(disk.sync(file), 0);
    disk.close(file);
  });

  test(`${name}: appends go to the end after reopening and after truncation`, () => {
    const { disk, directory } = create();
    const created = disk.open(`${directory}/a`, "create");
    disk.append(created, Buffer.from("abcdef"), 0, 6);
    disk.close(created);
    const file = disk.open(`${directory}/a`, "append");
    disk.append(file, Buffer.from("gh"), 0, 2);
    disk.truncate(file, 3);
    disk.append(file, Buffer.from("XY"), 0, 2);
    disk.close(file);
    assert.equal(readAll(disk, `${directory}/a`), "abcXY");
  });

  test(`${name}: creating what exists and opening what does not are refused by code`, () => {
    const { disk, directory } = create();
    disk.close(disk.open(`${directory}/a`, "create"));
    throwsCode(() => disk.open(`${directory}/a`, "create"), "EXISTS");
    throwsCode(() => disk.open(`${directory}/b`, "append"), "NOT_FOUND");
    throwsCode(() => disk.open(`${directory}/b`, "read"), "NOT_FOUND");
    throwsCode(() => disk.remove(`${directory}/b`), "NOT_FOUND");
    throwsCode(() => disk.rename(`${directory}/b`, `${directory}/c`), "NOT_FOUND");
    assert.deepEqual(disk.list(directory), ["a"]);
  });

  test(`${name}: a file opened for reading cannot be written`, () => {
    const { disk, directory } = create();
    disk.close(disk.open(`${directory}/a`, "create"));
    const file = disk.open(`${directory}/a`, "read");
    assert.ok(disk.append(file, Buffer.from("x"), 0, 1) < 0);
    assert.throws(() => disk.truncate(file, 0), DiskError);
    assert.equal(disk.sizeBytes(file), 0);
  });

  test(`${name}: renaming replaces the target and keeps the bytes`, () => {
    const { disk, directory } = create();
    for (const letter of ["a", "b"]) {
      const file = disk.open(`${directory}/${letter}`, "create");
      disk.append(file, Buffer.from(letter), 0, 1);
      disk.close(file);
    }
    disk.rename(`${directory}/a`, `${directory}/b`);
    disk.syncDirectory(directory);
    assert.deepEqual(disk.list(directory), ["b"]);
    assert.equal(readAll(disk, `${directory}/b`), "a");
  });

  test(`${name}: a file is synced and replaced whole while its caller goes on, and what was left half-way is no hindrance`, async () => {
    const { disk, directory } = create();
    const path = `${directory}/a`;
    const file = disk.open(path, "create");
    disk.append(file, Buffer.from("old and longer"), 0, 14);
    assert.equal(await disk.syncBehind(file), 0);
    disk.close(file);
    disk.close(disk.open(`${path}.new`, "create"));
    for (const content of ["new", "newer"]) {
      await disk.replaceBehind(path, Buffer.from(content));
      assert.equal(readAll(disk, path), content);
    }
    assert.deepEqual(disk.list(directory), ["a"]);
  });

  test(`${name}: names are listed sorted, and a missing directory is empty`, () => {
    const { disk, directory } = create();
    for (const letter of ["c", "a", "b"]) disk.close(disk.open(`${directory}/${letter}`, "create"));
    assert.deepEqual(disk.list(directory), ["a", "b", "c"]);
    assert.deepEqual(disk.list(`${directory}/none`), []);
    disk.makeDirectory(`${directory}/none/deeper`);
    assert.deepEqual(disk.list(`${directory}/none/deeper`), []);
  });

  test(`${name}: an open file whose name was removed says so [J17]`, () => {
    const { disk, directory } = create();
    const file = disk.open(`${directory}/a`, "create");
    assert.equal(disk.isLinked(file), true);
    disk.remove(`${directory}/a`);
    assert.equal(disk.isLinked(file), false);
  });

  test(`${name}: a lock is exclusive until released, and a dead holder's is taken over [J16]`, () => {
    const { disk, directory } = create();
    const lock = disk.lock(`${directory}/LOCK`);
    throwsCode(() => disk.lock(`${directory}/LOCK`), "LOCKED");
    lock.release();
    disk.lock(`${directory}/LOCK`).release();
    contract.plantStaleLock(disk, `${directory}/LOCK`);
    disk.lock(`${directory}/LOCK`).release();
    assert.deepEqual(disk.list(directory), []);
  });
}

function throwsCode(call: () => unknown, code: DiskErrorCode): void {
  assert.throws(call, (error) => error instanceof DiskError && error.code === code);
}

function readAll(disk: Disk, path: string): string {
  const file = disk.open(path, "read");
  const bytes = Buffer.alloc(disk.sizeBytes(file));
  disk.readAt(file, bytes, 0, bytes.length, 0);
  disk.close(file);
  return bytes.toString();
}
