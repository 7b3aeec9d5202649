import assert from "node:assert/strict";
import { test } from "node:test";
import { RestartBreaker } from "../../../host/control/restart-breaker.ts";
import type { Disk } from "../../../host/platform/disk/index.ts";
import { SimDisk } from "../../support/sim-disk.ts";

const LIMITS = { startsMax: 5, windowSeconds: 60 };
const DIRECTORY = "journal";
const BEGIN_MS = 1_800_000_000_000;

function diskWithFolder(): SimDisk {
  const disk = new SimDisk();
  disk.makeDirectory(DIRECTORY);
  return disk;
}

const start = (disk: Disk, atMs: number, limits: typeof LIMITS = LIMITS): RestartBreaker =>
  RestartBreaker.count(disk, DIRECTORY, limits, BEGIN_MS + atMs);

test("[C11] as many starts within the window as are configured need no person, one more trips the breaker", () => {
  const disk = diskWithFolder();
  for (let count = 0; count < 5; count++) assert.equal(start(disk, count * 1_000).refusal, null);
  assert.match(
    start(disk, 5_000).refusal ?? "",
    /^SANDPIT_RESTART_BREAKER: this host was started more than 5 times within 60 s; .*--acknowledge-restarts/,
  );
});

test("[C11] a hundred starts in a minute stay held until a person has acknowledged them, and then the count begins anew", () => {
  const disk = diskWithFolder();
  let held = 0;
  for (let count = 0; count < 100; count++) if (start(disk, count * 600).refusal !== null) held += 1;
  assert.equal(held, 95);
  const later = start(disk, 86_400_000);
  assert.notEqual(later.refusal, null, "a day later nobody has looked yet");
  later.acknowledge();
  assert.equal(later.refusal, null);
  for (let count = 0; count < 5; count++) assert.equal(start(disk, 86_401_000 + count).refusal, null);
  assert.notEqual(start(disk, 86_402_000).refusal, null);
});

test("[C11] starts that are spread out never trip it", () => {
  const disk = diskWithFolder();
  for (let count = 0; count < 200; count++) assert.equal(start(disk, count * 12_001).refusal, null);
});

test("[C11] a clock that went back opens nothing: starts in the future count", () => {
  const disk = diskWithFolder();
  for (let count = 0; count < 5; count++) start(disk, 3_600_000 + count);
  assert.notEqual(start(disk, 0).refusal, null);
});

test("[C11] a count that is damaged, cut or grown counts as tripped, and is mended by the acknowledgement", () => {
  const whole = diskWithFolder();
  start(whole, 0);
  const path = `${DIRECTORY}/STARTS`;
  const damages: readonly ((disk: SimDisk) => void)[] = [
    (disk) => {
      const file = disk.open(path, "append");
      disk.truncate(file, disk.sizeBytes(file) - 1);
      disk.close(file);
    },
    (disk) => {
      const file = disk.open(path, "append");
      disk.append(file, Buffer.alloc(70_000), 0, 70_000);
      disk.close(file);
    },
    (disk) => {
      const file = disk.open(path, "append");
      disk.truncate(file, 9);
      disk.append(file, Buffer.alloc(19, 7), 0, 19);
      disk.close(file);
    },
  ];
  for (const damage of damages) {
    const disk = diskWithFolder();
    start(disk, 0);
    damage(disk);
    const breaker = start(disk, 1);
    assert.match(breaker.refusal ?? "", /the count of starts in journal\/STARTS could not be read/);
    breaker.acknowledge();
    assert.equal(start(disk, 2).refusal, null);
  }
});

test("[C11] a start that cannot be written down is no start", () => {
  const disk = diskWithFolder();
  disk.append = () => -2;
  assert.throws(() => start(disk, 0), /the count of starts cannot be written in journal/);
});

test("[C11] what an interrupted start left behind does not stop the next one", () => {
  const disk = diskWithFolder();
  disk.close(disk.open(`${DIRECTORY}/STARTS.new`, "create"));
  assert.equal(start(disk, 0).refusal, null);
});

test("[C11] an acknowledgement that could not be recorded is taken back, also for the next start", () => {
  const disk = diskWithFolder();
  for (let count = 0; count < 6; count++) start(disk, count);
  const breaker = start(disk, 6);
  breaker.acknowledge();
  breaker.withdraw();
  assert.notEqual(breaker.refusal, null);
  assert.notEqual(start(disk, 7).refusal, null);
});
