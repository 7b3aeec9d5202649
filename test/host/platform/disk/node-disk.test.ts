import assert from "node:assert/strict";
import { closeSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { DiskCode, DiskError, NodeDisk } from "../../../../host/platform/disk/index.ts";
import { runDiskContract } from "../../../support/disk-contract.ts";

const buffers = [65_536, 200_000, 4096].map((size, seed) =>
  Buffer.from(Uint8Array.from({ length: size }, (_none, index) => index * (seed + 3))),
);
const pieces = fc.record({
  source: fc.nat(buffers.length - 1),
  offset: fc.constantFrom(0, 0, 8, 13),
  length: fc.constantFrom(4, 7, 8, 64, 1000, 4072),
});

const root = mkdtempSync(join(tmpdir(), "sandpit-disk-"));
after(() => rmSync(root, { recursive: true }));
const fresh = (): string => mkdtempSync(join(root, "d-"));

runDiskContract({
  name: "NodeDisk",
  create: () => ({ disk: new NodeDisk(), directory: fresh() }),
  // No process has a pid this high: Linux stops at 2^22.
  plantStaleLock: (_disk, path) => writeFileSync(path, "99999999 1 -"),
});

test("a lock that names this pid with another start time is stale: pids are reused [J16]", () => {
  const path = join(fresh(), "LOCK");
  writeFileSync(path, `${process.pid} 1 another-boot`);
  new NodeDisk().lock(path).release();
});

test("a lock file that names no process is taken over [J16]", () => {
  const path = join(fresh(), "LOCK");
  writeFileSync(path, "");
  const lock = new NodeDisk().lock(path);
  assert.match(readFileSync(path, "utf8"), new RegExp(`^${process.pid} `));
  lock.release();
});

test("a lock whose holder cannot be removed, because the name is no file, is refused after a few attempts [J16]", () => {
  const path = join(fresh(), "LOCK");
  mkdirSync(path);
  assert.throws(() => new NodeDisk().lock(path), /contended by other processes/);
});

test("a lock of a live process is respected and names it [J16]", () => {
  const disk = new NodeDisk();
  const path = join(fresh(), "LOCK");
  const lock = disk.lock(path);
  assert.throws(
    () => disk.lock(path),
    (error) => error instanceof DiskError && error.message.includes(String(process.pid)),
  );
  lock.release();
});

test("releasing leaves a lock that has since changed hands", () => {
  const path = join(fresh(), "LOCK");
  const lock = new NodeDisk().lock(path);
  writeFileSync(path, "somebody else");
  lock.release();
  assert.equal(readFileSync(path, "utf8"), "somebody else");
});

test("a lock in a directory that does not exist is refused with the remedy", () => {
  assert.throws(() => new NodeDisk().lock(join(root, "none", "LOCK")), /check that the directory exists/);
});

test("appends of every length, from the beginning of great buffers and from elsewhere, reach the file as they were given", () => {
  const disk = new NodeDisk();
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (wanted) => {
      const path = join(fresh(), "a");
      const file = disk.open(path, "create");
      const expected: Buffer[] = [];
      for (const { source, offset, length } of wanted) {
        const bytes = buffers[source] ?? Buffer.alloc(0);
        bytes.writeUInt32LE(expected.length, offset);
        expected.push(Buffer.from(bytes.subarray(offset, offset + length)));
        assert.equal(disk.append(file, bytes, offset, length), length);
      }
      disk.close(file);
      assert.ok(readFileSync(path).equals(Buffer.concat(expected)));
    }),
    { numRuns: 40 },
  );
});

test("calls on a closed file fail by code or by error, each naming its remedy", () => {
  const disk = new NodeDisk();
  const file = disk.open(join(fresh(), "a"), "create");
  closeSync(file);
  assert.equal(disk.append(file, Buffer.alloc(1), 0, 1), DiskCode.FAILED);
  assert.equal(disk.sync(file), DiskCode.FAILED);
  assert.equal(disk.readAt(file, Buffer.alloc(1), 0, 1, 0), DiskCode.FAILED);
  assert.throws(() => disk.sizeBytes(file), /file descriptor \d+ \(EBADF\); check the device/);
});

test("listing something that is no directory is an error, not emptiness", () => {
  const path = join(fresh(), "a");
  writeFileSync(path, "");
  assert.throws(() => new NodeDisk().list(path), DiskError);
});

test(
  "a device without room answers FULL [J10]",
  { skip: process.platform !== "linux" && "needs /dev/full" },
  () => {
    const disk = new NodeDisk();
    const file = disk.open("/dev/full", "append");
    assert.equal(disk.append(file, Buffer.alloc(8), 0, 8), DiskCode.FULL);
    disk.close(file);
  },
);
