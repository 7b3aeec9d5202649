import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { RingJournal } from "../../../host/journal/index.ts";
import {
  JournalCode,
  JournalError,
  RecordType,
  openRingJournal,
  readJournal,
  recover,
} from "../../../host/journal/index.ts";
import { segmentName } from "../../../host/journal/segment-name.ts";
import { NodeDisk } from "../../../host/platform/disk/index.ts";
import { IDENTITY, STATE_HASH, TIME, journalStart } from "../../support/journal-fixture.ts";

const root = mkdtempSync(join(tmpdir(), "sandpit-ring-"));
after(() => rmSync(root, { recursive: true }));

const RECORDS = 1_000_000;
const PAYLOAD_BYTES = 24;
const payload = Buffer.alloc(PAYLOAD_BYTES);
const words = new Int32Array(payload.buffer, payload.byteOffset, PAYLOAD_BYTES / 4);

/** Record n has the words n, ~n, n * odd …: a word of another record, or of another lap, stands out. Lengths vary, so records end anywhere. */
function fill(index: number): number {
  words[0] = index;
  words[1] = ~index;
  for (let word = 2; word < words.length; word++) words[word] = Math.imul(index, 0x9e3779b1 + word * 2);
  return PAYLOAD_BYTES - 4 * (index % 3);
}

async function publishAll(journal: RingJournal): Promise<void> {
  for (let index = 0; index < RECORDS;) {
    const code = journal.append(RecordType.INPUT_FRAME, 0, TIME, payload, 0, fill(index));
    if (code >= 0) index++;
    else if (code === JournalCode.LAG) await new Promise((resolve) => setImmediate(resolve));
    else throw new Error(`record ${index}: code ${code}`);
    if ((index & 63) === 0) journal.commit();
  }
}

/** Outcomes: each record once, in order, whole. FORBIDDEN: a lost, repeated, reordered or mixed one. */
test(`between two threads ${RECORDS} records cross a ring of 1 MiB once, in order and whole, and the journal ends CLEAN`, async () => {
  const directory = join(root, "million");
  const disk = new NodeDisk();
  const start = journalStart({
    directory,
    options: { ringBytes: 1 << 20, payloadBytesMax: 1024, urgentBytes: 1024, segmentBytesMax: 16 << 20 },
  });
  const { journal, prepared, thread } = openRingJournal(disk, start);
  await thread.ready;
  await publishAll(journal);
  while (journal.close(TIME, STATE_HASH) !== JournalCode.PENDING)
    await new Promise((resolve) => setImmediate(resolve));
  await thread.ended;
  assert.ok(journal.isDrained());
  prepared.lock.release();
  const recovery = recover(disk, directory, IDENTITY);
  assert.deepEqual([recovery.verdict, recovery.isClosed], ["CLEAN", true]);
  const reader = readJournal(disk, directory, recovery);
  let frames = 0;
  while (reader.next()) {
    const { type, bytes, payloadOffset, payloadBytes } = reader.record;
    if (type !== RecordType.INPUT_FRAME) continue;
    const expectedBytes = fill(frames);
    if (
      payloadBytes !== expectedBytes ||
      payload.compare(bytes, payloadOffset, payloadOffset + payloadBytes, 0, payloadBytes) !== 0
    ) {
      assert.fail(`record ${frames} is not what was appended`);
    }
    frames++;
  }
  reader.close();
  assert.equal(frames, RECORDS);
});

test("a thread that cannot begin its segment says so to whoever awaits it", async () => {
  const directory = join(root, "refused");
  const { journal, prepared, thread } = openRingJournal(
    new NodeDisk(),
    journalStart({
      directory,
      identity: { account: "", environment: "paper" },
      options: { ringBytes: 65536 },
    }),
  );
  await assert.rejects(thread.ready, /account/);
  await assert.rejects(thread.ended, /account/);
  assert.equal(journal.commit(), JournalCode.FAILED);
  prepared.lock.release();
});

test("[J17] a segment that is removed under the thread ends it, and the trading thread is refused from then on", async () => {
  const directory = join(root, "removed");
  const { journal, thread } = openRingJournal(
    new NodeDisk(),
    journalStart({ directory, options: { ringBytes: 65536 } }),
  );
  await thread.ready;
  rmSync(join(directory, segmentName(1)));
  journal.append(RecordType.INTENT, 0, TIME, payload, 0, 8);
  journal.commit();
  await assert.rejects(thread.ended, /was removed while in use/);
  assert.equal(journal.commit(), JournalCode.FAILED);
  assert.equal(journal.appendUrgent(RecordType.INTENT, 0, TIME, payload, 0, 8), JournalCode.FAILED);
});

test("a ring that is no power of two, or a journal of another account, starts no thread and leaves no lock", () => {
  const directory = join(root, "none");
  assert.throws(
    () => openRingJournal(new NodeDisk(), journalStart({ directory, options: { ringBytes: 5000 } })),
    /power of two/,
  );
  const {
    journal: _,
    prepared,
    thread,
  } = openRingJournal(new NodeDisk(), journalStart({ directory, options: { ringBytes: 65536 } }));
  return thread.ready.then(async () => {
    await thread.terminate();
    prepared.lock.release();
    const other = journalStart({ directory, identity: { account: "other", environment: "paper" } });
    assert.throws(() => openRingJournal(new NodeDisk(), other), JournalError);
    new NodeDisk().lock(join(directory, "LOCK")).release();
  });
});
