import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import type { JournalReader } from "../../../host/journal/index.ts";
import {
  RingJournal,
  RingDrain,
  beginSession,
  makeRing,
  openLocalJournal,
  prepareJournal,
  readJournal,
  inspectJournal,
} from "../../../host/journal/index.ts";
import { allocatedBytes, canMeasureAllocation, runMeasured } from "../../support/allocation-probe.ts";
import { DIRECTORY, IDENTITY, TIME, journalStart } from "../../support/journal-fixture.ts";
import { SimDisk } from "../../support/sim-disk.ts";

const RECORDS = 1_000_000;
/** Above what the engine itself leaves behind (feedback, code; 10 to 130 KiB), far below one allocation a record: 16 bytes at the least, 16 MB. */
const BYTES_MAX = 256 * 1024;
const FRAME = Buffer.alloc(4096, 65);

/** Takes everything and keeps nothing: node's own write allocates some 60 bytes a call, which is none of the journal's. */
class ForgetfulDisk extends SimDisk {
  override append(_file: number, _source: Uint8Array, _offsetBytes: number, lengthBytes: number): number {
    return lengthBytes;
  }
  override sync(): number {
    return 0;
  }
}

const START = journalStart({ options: { batchBytes: 65536, segmentBytesMax: 2 ** 30 } });

function leastOf(run: () => void): number {
  run();
  return Math.min(...[1, 2, 3].map(() => allocatedBytes(run)));
}

if (canMeasureAllocation()) {
  test("a million appends with a commit each hundred allocate nothing per record", () => {
    const { journal } = openLocalJournal(new ForgetfulDisk(), START, "process");
    const least = leastOf(() => {
      for (let index = 0; index < RECORDS; index++) {
        TIME[0] = index * 1000.5;
        if (journal.append(1, index & 7, TIME, FRAME, index & 1023, 130 + (index & 127)) < 0)
          throw new Error("refused");
        if (index % 100 === 0) journal.commit();
      }
    });
    assert.ok(least < BYTES_MAX, `${least} bytes a million appends`);
  });

  test("a million records over the ring allocate nothing per record at either end", () => {
    const disk = new ForgetfulDisk();
    const prepared = prepareJournal(disk, START);
    const ring = makeRing(1 << 20);
    const journal = new RingJournal(ring, 0, { payloadBytesMax: 4096, urgentBytes: 4096, epoch: 1 });
    const drain = new RingDrain(ring, beginSession(disk, START, prepared), 0, 2 ** 30);
    const least = leastOf(() => {
      for (let index = 0; index < RECORDS; index++) {
        TIME[0] = index * 1000.5;
        if (journal.append(1, index & 7, TIME, FRAME, index & 1023, 130 + (index & 127)) < 0)
          throw new Error("refused");
        if (index % 100 === 0) journal.commit();
        if (index % 100 === 0) drain.pump();
      }
    });
    assert.ok(least < BYTES_MAX, `${least} bytes a million records`);
  });

  test("a million records are read without allocation per record", () => {
    const disk = new SimDisk();
    const { journal } = openLocalJournal(disk, START, "process");
    for (let index = 0; index < RECORDS; index++) journal.append(1, 0, TIME, FRAME, 0, 16);
    journal.commit();
    const recovery = inspectJournal(disk, DIRECTORY, IDENTITY);
    // Readers stay alive: with the last one collected the engine would drop the code it had made for them, in mid-measurement.
    const readers: JournalReader[] = [];
    const least = leastOf(() => {
      const reader = readJournal(disk, DIRECTORY, recovery);
      readers.push(reader);
      while (reader.next());
      reader.close();
    });
    assert.ok(least < BYTES_MAX, `${least} bytes a million records`);
  });
} else {
  test("the journal's hot path allocates nothing per record", () => {
    const { status, output } = runMeasured(fileURLToPath(import.meta.url));
    assert.equal(status, 0, output);
  });
}
