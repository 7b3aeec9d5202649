import type { JournalWriter } from "../../host/journal/index.ts";
import { JournalCode } from "../../host/journal/index.ts";

/** What was appended: the type, the channel word, and a copy of the bytes. */
export interface Appended {
  readonly type: number;
  readonly channel: number;
  readonly bytes: Buffer;
  readonly isUrgent: boolean;
}

/** A journal in memory that refuses when a test says so. */
export class ScriptedJournal implements JournalWriter {
  readonly progress: Float64Array = new Float64Array(8);
  readonly records: Appended[] = [];
  /** Answers of the calls: 0 takes, a JournalCode refuses. */
  readonly answers: { append: number; urgent: number; commit: number } = { append: 0, urgent: 0, commit: 0 };
  commits = 0;

  append(
    type: number,
    channel: number,
    _time: Float64Array,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): number {
    return this.take(this.answers.append, false, type, channel, bytes.subarray(offset, offset + length));
  }

  appendUrgent(
    type: number,
    channel: number,
    _time: Float64Array,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): number {
    return this.take(this.answers.urgent, true, type, channel, bytes.subarray(offset, offset + length));
  }

  commit(): number {
    this.commits += 1;
    return this.answers.commit;
  }

  sync(): number {
    return JournalCode.OK;
  }

  close(): number {
    return JournalCode.OK;
  }

  private take(answer: number, isUrgent: boolean, type: number, channel: number, bytes: Uint8Array): number {
    if (answer < 0) return answer;
    this.records.push({ type, channel, bytes: Buffer.from(bytes), isUrgent });
    return this.records.length;
  }
}
