import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { openHostJournal } from "../../../host/control/open-host-journal.ts";
import { replayJournal } from "../../../host/control/replay.ts";
import type { SessionReplay } from "../../../host/control/replay.ts";
import { writeSessionStart } from "../../../host/control/session-records.ts";
import type { JournalWriter } from "../../../host/journal/index.ts";
import { RecordType } from "../../../host/journal/index.ts";
import { stateDigest } from "../../../host/lane/index.ts";
import { NodeDisk } from "../../../host/platform/disk/index.ts";
import { SeededRandom, VirtualClock } from "../../../host/platform/index.ts";
import { freshDirectory } from "../../cli/sandpit.ts";
import { shortSession } from "../../support/short-session.ts";

const identity = { account: "simulated", environment: "development" };
const disk = new NodeDisk();
const ports = { clock: new VirtualClock(1_704_067_200_000), random: new SeededRandom(1) };

/** Runs a session on a journal in a directory; `wrap` may change what is journalled, as a faulty disk or a forger would. */
async function journalled(
  directory: string,
  wrap: (writer: JournalWriter) => JournalWriter = (writer) => writer,
): Promise<string> {
  const options = { directory, identity, durability: "process" as const, isSyncedInBackground: false };
  const journal = await openHostJournal(disk, options, ports);
  const { built } = await shortSession(8, wrap(journal.writer));
  await journal.release();
  return Buffer.from(stateDigest(built)).toString("hex");
}

/** Passes everything on, with the payload of one record changed. */
function forging(
  writer: JournalWriter,
  type: number,
  change: (payload: Buffer) => void,
  skip: number,
): JournalWriter {
  let seen = 0;
  const append =
    (method: "append" | "appendUrgent") =>
    (
      recordType: number,
      channel: number,
      timeNs: Float64Array,
      source: Uint8Array,
      offset: number,
      length: number,
    ) => {
      if (recordType !== type) return writer[method](recordType, channel, timeNs, source, offset, length);
      seen += 1;
      if (seen !== skip) return writer[method](recordType, channel, timeNs, source, offset, length);
      const payload = Buffer.from(Uint8Array.from(source.subarray(offset, offset + length)));
      change(payload);
      return writer[method](recordType, channel, timeNs, payload, 0, payload.length);
    };
  return {
    append: append("append"),
    appendUrgent: append("appendUrgent"),
    commit: () => writer.commit(),
    handOver: () => writer.handOver(),
    sync: () => writer.sync(),
    close: (timeNs, hash) => writer.close(timeNs, hash),
    progress: writer.progress,
  };
}

describe("a replay", () => {
  const directory = freshDirectory();
  let stateHash: string;
  let session: SessionReplay | undefined;
  before(async () => {
    stateHash = await journalled(directory);
    [session] = replayJournal(disk, directory, identity);
  });

  test("comes to the state and the orders of the session [P17]", () => {
    assert.equal(session?.divergence, null);
    assert.equal(session.stateHash, stateHash);
    assert.equal(session.journalledStateHash, stateHash);
    assert.ok(session.intents > 0);
  });

  test("takes one session of several by its epoch", async () => {
    const both = freshDirectory();
    await journalled(both);
    await journalled(both);
    const sessions = replayJournal(disk, both, identity);
    assert.deepEqual(
      sessions.map(({ epoch }) => epoch),
      [1, 2],
    );
    assert.deepEqual(
      replayJournal(disk, both, identity, 2).map(({ epoch }) => epoch),
      [2],
    );
    assert.equal(sessions[0]?.stateHash, session?.stateHash);
  });

  test("with one byte of the file flipped it is refused [J14]", () => {
    const damaged = freshDirectory();
    cpSync(directory, damaged, { recursive: true });
    const segment = join(damaged, readdirSync(damaged).find((name) => name.endsWith(".journal")) ?? "");
    const bytes = readFileSync(segment);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(segment, bytes);
    assert.throws(() => replayJournal(disk, damaged, identity), /CORRUPT_BEFORE_SYNCED/);
  });

  test("an order that differs in one byte, correctly sealed, is the first divergence [J14]", async () => {
    const forged = freshDirectory();
    await journalled(forged, (writer) =>
      forging(
        writer,
        RecordType.INTENT,
        (payload) => {
          const at = payload.indexOf('"quantity":"') + 12;
          payload[at] = (payload[at] ?? 0) ^ 1;
        },
        2,
      ),
    );
    const [replayed] = replayJournal(disk, forged, identity);
    assert.match(replayed?.divergence?.reason ?? "", /the journal's order is .*quantity.*, the replay's /);
    assert.ok((replayed?.divergence?.sequence ?? 0) > 0);
  });

  test("a market price that differs in one digit, correctly sealed, gives another state [J14]", async () => {
    const forged = freshDirectory();
    await journalled(forged, (writer) =>
      forging(
        writer,
        RecordType.INPUT_FRAME,
        (payload) => {
          const at = payload.lastIndexOf('"q":"') + 5;
          payload[at] = payload[at] === 0x31 ? 0x32 : 0x31;
        },
        150,
      ),
    );
    const [replayed] = replayJournal(disk, forged, identity);
    assert.notEqual(replayed?.divergence, null);
    assert.notEqual(replayed?.stateHash, session?.stateHash);
  });

  test("an input before any configuration is refused", async () => {
    const empty = freshDirectory();
    const options = {
      directory: empty,
      identity,
      durability: "process" as const,
      isSyncedInBackground: false,
    };
    const journal = await openHostJournal(disk, options, ports);
    journal.writer.append(RecordType.INPUT_TIMER, 0, new Float64Array(1), new Uint8Array(0), 0, 0);
    journal.writer.close(new Float64Array(1), new Uint8Array(32));
    await journal.release();
    assert.throws(() => replayJournal(disk, empty, identity), /no configuration came before it/);
  });

  test("a journal of other records is refused", async () => {
    const other = freshDirectory();
    const options = {
      directory: other,
      identity,
      durability: "process" as const,
      isSyncedInBackground: false,
    };
    const journal = await openHostJournal(disk, options, ports);
    const payload = Buffer.from(JSON.stringify({ lane: {}, records: { Quote: "another layout" } }));
    journal.writer.append(RecordType.CONFIGURATION, 0, new Float64Array(1), payload, 0, payload.length);
    journal.writer.close(new Float64Array(1), new Uint8Array(32));
    await journal.release();
    assert.throws(() => replayJournal(disk, other, identity), /made with other records: Quote/);
  });
});

test("a journal that refuses the first records stops the start", () => {
  const refusing: JournalWriter = {
    append: () => -4,
    appendUrgent: () => -4,
    commit: () => -4,
    handOver: () => undefined,
    sync: () => -4,
    close: () => -4,
    progress: new Float64Array(8),
  };
  const start = { configuration: {} as never, modules: new Map([["x", new Uint8Array(4)]]) };
  assert.throws(() => writeSessionStart(refusing, start), /refuses the session's first records with code -4/);
  const failing: JournalWriter = { ...refusing, append: () => 1 };
  assert.throws(() => writeSessionStart(failing, start), /cannot write the session's first records: code -4/);
});
