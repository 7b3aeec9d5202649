import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { EngineErrorCode, FloorCandidate } from "../../../../host/engine/index.ts";
import { compareVersions, EngineError, VersionFloor } from "../../../../host/engine/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { SimDisk, SimulatedCrash } from "../../../support/sim-disk.ts";
import { listedChooser, seededChooser } from "../../../support/sim-inode.ts";
import { refusal } from "../refusal.ts";

const PATH = "floor/FLOOR";
const hashOf = (byte: string): string => byte.repeat(64);
const agent = (version: string, content = "a"): FloorCandidate => ({
  name: "momentum",
  version,
  contentSha256: hashOf(content),
});

function floorOn(disk: SimDisk, ...run: readonly FloorCandidate[]): VersionFloor {
  const floor = new VersionFloor(disk, "floor");
  for (const candidate of run) floor.raise([candidate]);
  return floor;
}

/** The code of the refusal, or null. */
function codeOf(floor: VersionFloor, candidate: FloorCandidate): EngineErrorCode | null {
  try {
    floor.check(candidate);
    return null;
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
}

const LOWER = "SANDPIT_SIGNATURE_VERSION_BELOW_FLOOR";
const REUSED = "SANDPIT_SIGNATURE_VERSION_REUSED";

test("[S7] the floor never falls: an old signed version stays out, also after a restart", () => {
  const disk = new SimDisk();
  floorOn(disk, agent("1.9.9"), agent("1.10.0"));
  const floor = new VersionFloor(disk, "floor");
  const table: [FloorCandidate, EngineErrorCode | null][] = [
    [agent("1.10.0"), null],
    [agent("1.10.1", "b"), null],
    [agent("2.0.0", "b"), null],
    [agent("1.9.9"), LOWER],
    [agent("1.9.10"), LOWER],
    [agent("0.99.99"), LOWER],
    [agent("1.10.0", "b"), REUSED],
    [{ ...agent("0.0.1"), name: "market-maker" }, null],
  ];
  for (const [candidate, code] of table) {
    assert.equal(codeOf(floor, candidate), code, `${candidate.version} ${candidate.contentSha256[0]}`);
    if (code !== null) assert.throws(() => floor.raise([candidate]), refusal(code));
  }
  assert.equal(codeOf(floor, agent("1.10.0")), null);
});

test("[S7] what is only looked at raises nothing", () => {
  const disk = new SimDisk();
  const floor = floorOn(disk);
  assert.equal(codeOf(floor, agent("9.0.0")), null);
  assert.deepEqual(disk.paths(), []);
  assert.equal(codeOf(floor, agent("1.0.0")), null);
});

test("[S7] several plugins rise together, or none of them", () => {
  const disk = new SimDisk();
  const floor = floorOn(disk, agent("2.0.0"));
  const other = { ...agent("1.0.0", "c"), name: "hedge" };
  assert.throws(() => floor.raise([other, agent("1.0.0")]), refusal(LOWER));
  assert.equal(codeOf(floor, { ...other, version: "0.0.1" }), null);
  floor.raise([other, agent("3.0.0", "b")]);
  assert.equal(codeOf(floor, { ...other, version: "0.0.1" }), LOWER);
  assert.equal(codeOf(floor, agent("2.0.0")), LOWER);
});

test("[S7] the same content a second time writes nothing", () => {
  const disk = new SimDisk();
  const floor = floorOn(disk, agent("1.0.0"));
  const { calls } = disk;
  floor.raise([agent("1.0.0")]);
  assert.equal(disk.calls, calls);
});

test("[S7] two hosts of one folder: neither lowers what the other raised", () => {
  const disk = new SimDisk();
  const one = floorOn(disk);
  const two = floorOn(disk);
  one.raise([agent("1.0.0")]);
  two.raise([{ ...agent("1.0.0"), name: "hedge" }]);
  one.raise([agent("1.1.0", "b")]);
  assert.equal(codeOf(two, agent("1.0.0")), LOWER);
  assert.equal(codeOf(one, { ...agent("0.9.0"), name: "hedge" }), LOWER);
  const lock = disk.lock("floor/LOCK");
  assert.throws(() => one.raise([agent("2.0.0", "c")]), refusal("SANDPIT_SIGNATURE_FLOOR_FAILED", /written/));
  lock.release();
});

test("[S7] a damaged file refuses every plugin, whichever bit is flipped and wherever it is cut", () => {
  const disk = new SimDisk();
  floorOn(disk, agent("1.0.0"), { ...agent("2.0.0", "c"), name: "hedge" });
  const whole = disk.contentOf(PATH);
  const newcomer = { ...agent("1.0.0"), name: "newcomer" };
  const refused = (bytes: Uint8Array, what: string): void => {
    const copy = disk.clone();
    copy.plant(PATH, bytes);
    const floor = new VersionFloor(copy, "floor");
    assert.equal(codeOf(floor, newcomer), "SANDPIT_SIGNATURE_FLOOR_DAMAGED", what);
    assert.throws(() => floor.raise([newcomer]), refusal("SANDPIT_SIGNATURE_FLOOR_DAMAGED"));
    assert.deepEqual(copy.contentOf(PATH), Buffer.from(bytes), "nothing is repaired by guessing");
  };
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const bytes = Buffer.from(whole);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    refused(bytes, `bit ${bit}`);
  }
  for (let length = 0; length < whole.length; length++) refused(whole.subarray(0, length), `${length} bytes`);
  refused(Buffer.from('{"sha256":"x","plugins":{}}'), "another form");
  refused(Buffer.alloc(4_194_305, 0x20), "too large");
});

test(`[S7] a crash at any call leaves the floor as it was or as it was to be (seed ${randomSeed})`, () => {
  for (const injection of ["CRASH_BEFORE", "CRASH_AFTER", "EIO", "ENOSPC"] as const) {
    for (let call = 1; call <= 8; call++) {
      const disk = new SimDisk();
      floorOn(disk, agent("1.0.0"));
      disk.inject(disk.calls + call, injection);
      let isRaised = false;
      try {
        new VersionFloor(disk, "floor").raise([agent("2.0.0", "b")]);
        isRaised = true;
      } catch (error) {
        assert.ok(error instanceof SimulatedCrash || error instanceof EngineError, String(error));
      }
      disk.crash(seededChooser(randomSeed + call));
      const floor = new VersionFloor(disk, "floor");
      assert.equal(codeOf(floor, agent("0.9.0")), LOWER, `${injection} at call ${call}`);
      if (isRaised) assert.equal(codeOf(floor, agent("1.0.0")), LOWER, `${injection} at call ${call}`);
      floor.raise([agent("3.0.0", "c")]);
    }
  }
});

test("[S7] a floor that was raised survives a power cut at once", () => {
  const disk = new SimDisk();
  floorOn(disk, agent("1.0.0"), agent("2.0.0", "b"));
  disk.crash(
    listedChooser(
      Array.from({ length: 20 }, () => "LOSE" as const),
      0,
    ),
  );
  assert.equal(codeOf(new VersionFloor(disk, "floor"), agent("1.0.0")), LOWER);
});

test("a short append is continued", () => {
  const disk = new SimDisk();
  floorOn(disk, agent("1.0.0"));
  disk.inject(disk.calls + 2, "SHORT");
  const floor = floorOn(disk, agent("2.0.0", "b"));
  assert.equal(codeOf(floor, agent("2.0.0", "b")), null);
  assert.equal(codeOf(floor, agent("1.0.0")), LOWER);
});

test(`versions compare by number, part by part (seed ${randomSeed})`, () => {
  const part = fc.nat({ max: 999_999_999 });
  const property = fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part), (a, b) => {
    const order =
      a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
    assert.equal(Math.sign(compareVersions(a.join("."), b.join("."))), Math.sign(order));
  });
  fc.assert(property, { seed: randomSeed });
  assert.throws(() => compareVersions("1.2", "1.2.0"), RangeError);
});
