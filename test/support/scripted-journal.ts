import type { JournalWriter } from "../../host/journal/index.ts";
import { JournalCode } from "../../host/journal/index.ts";

/** What was appended: the type, the channel word, and a copy of the bytes. */
export interface Appended {
  readonly type: number;
  readonly channel: number;
  readonly bytes: Buffer;
  readonly isUrgent: boolean;
  readonly timeNs: number;
}

/** A journal in memory that refuses when a test says so. */
export class ScriptedJournal implements JournalWriter {
  readonly progress: Float64Array = new Float64Array(8);
  readonly records: Appended[] = [];
  /** Answers of the calls: 0 takes, a JournalCode refuses. */
  readonly answers: { append: number; urgent: number; commit: number } = { append: 0, urgent: 0, commit: 0 };
  commits = 0;
  handOvers = 0;

  append(
    type: number,
    channel: number,
    time: Float64Array,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): number {
    const record = { type, channel, isUrgent: false, timeNs: time[0] ?? 0 };
    return this.take(this.answers.append, record, bytes.subarray(offset, offset + length));
  }

  appendUrgent(
    type: number,
    channel: number,
    time: Float64Array,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): number {
    const record = { type, channel, isUrgent: true, timeNs: time[0] ?? 0 };
    return this.take(this.answers.urgent, record, bytes.subarray(offset, offset + length));
  }

  commit(): number {
    this.commits += 1;
    return this.answers.commit;
  }

  handOver(): void {
    this.handOvers += 1;
  }

  sync(): number {
    return JournalCode.OK;
  }

  close(): number {
    return JournalCode.OK;
  }

  private take(answer: number, record: Omit<Appended, "bytes">, bytes: Uint8Array): number {
    if (answer < 0) return answer;
    this.records.push({ ...record, bytes: Buffer.from(bytes) });
    return this.records.length;
  }
}
