import type { JournalStart, LocalJournal, Recovery } from "../../host/journal/index.ts";
import { RecordType, openLocalJournal, readJournal } from "../../host/journal/index.ts";
import type { Disk } from "../../host/platform/disk/index.ts";
import { seededRandom } from "./sim-inode.ts";

export const IDENTITY = { account: "main", environment: "paper" } as const;
export const DIRECTORY = "/journal";
export const TIME: Float64Array = new Float64Array(1);
export const STATE_HASH: Uint8Array = new Uint8Array(32).fill(0xab);

/** A start with small sizes: no reserve, batches of 1 KiB, payloads to 4 KiB. */
export function journalStart(overrides: Partial<JournalStart> = {}): JournalStart {
  return {
    directory: DIRECTORY,
    identity: IDENTITY,
    sessionId: new Uint8Array(16).fill(5),
    startWallNsLow: 11,
    startWallNsHigh: 12,
    epochFloor: 0,
    ...overrides,
    options: {
      reserveBytes: 0,
      batchBytes: 1024,
      payloadBytesMax: 4096,
      urgentBytes: 4096,
      ...overrides.options,
    },
  };
}

/** Bytes that depend on the record's number alone, of a length between 0 and 200 that does too. */
export function payloadOf(sequence: number): Buffer {
  const random = seededRandom(sequence);
  const payload = Buffer.alloc(Math.floor(random() * 201));
  for (let index = 0; index < payload.length; index++) payload[index] = Math.floor(random() * 256);
  return payload;
}

/** Appends a frame whose payload is that of the sequence number it gets. Answers the code. */
export function appendNext(
  journal: Pick<LocalJournal, "append" | "progress">,
  type: number = RecordType.INPUT_FRAME,
): number {
  // A pending mark takes a number of its own before the record, so the payload is chosen by what is last, not by what comes.
  const payload = payloadOf((journal.progress[0] ?? 0) + 1);
  TIME[0] = (journal.progress[0] ?? 0) * 1000.5;
  return journal.append(type, 3, TIME, payload, 0, payload.length);
}

/** A journal of `records` records in which every `every`-th is followed by a commit; at "power" each commit syncs and so leaves a mark. */
export function writeJournal(
  disk: Disk,
  records: number,
  every: number,
  durability: "process" | "power",
  start: JournalStart = journalStart(),
): LocalJournal {
  const { journal, prepared } = openLocalJournal(disk, start, durability);
  for (let index = 1; index <= records; index++) {
    if (appendNext(journal) < 0) throw new Error(`record ${index} was refused: ${journal.failure}`);
    if (index % every === 0 && journal.commit() < 0)
      throw new Error(`commit ${index} was refused: ${journal.failure}`);
  }
  prepared.lock.release();
  return journal;
}

/** One record as read back, for comparisons. */
export interface ReadRecord {
  readonly sequence: number;
  readonly type: number;
  readonly channel: number;
  readonly timeNs: number;
  readonly segmentIndex: number;
  readonly offset: number;
  readonly end: number;
  readonly payload: string;
}

/** All records of a recovered journal. */
export function readAll(disk: Disk, recovery: Recovery, directory: string = DIRECTORY): ReadRecord[] {
  const reader = readJournal(disk, directory, recovery);
  const records: ReadRecord[] = [];
  while (reader.next()) {
    const { sequence, type, channel, timeNs, recordOffset, nextOffset, bytes, payloadOffset, payloadBytes } =
      reader.record;
    const payload = bytes.toString("hex", payloadOffset, payloadOffset + payloadBytes);
    records.push({
      sequence,
      type,
      channel,
      timeNs,
      segmentIndex: reader.segmentIndex,
      offset: recordOffset,
      end: nextOffset,
      payload,
    });
  }
  reader.close();
  return records;
}
