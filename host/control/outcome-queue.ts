import { JournalCode, RecordType } from "../journal/index.ts";
import { NullJournal } from "./null-journal.ts";

/** One outcome as the lane journalled it. */
export interface QueuedOutcome {
  readonly type: number;
  readonly bytes: Buffer;
}

/** Takes everything and keeps the outcomes of the last step, for a replay that compares them with the journal's. */
export class OutcomeQueue extends NullJournal {
  /** Bounded by what one step can change: the open orders. */
  private readonly waiting: QueuedOutcome[] = [];

  /** Whether records of a type are outcomes: what a lane comes to, and what a replay has to come to again. */
  static holds(type: number): boolean {
    return type === RecordType.ORDER || type === RecordType.FILL || type === RecordType.FINDING;
  }

  /** The oldest outcome that was not asked for yet, or undefined. */
  next(): QueuedOutcome | undefined {
    return this.waiting.shift();
  }

  override append(
    type: number,
    _channel: number,
    _timeNs: Float64Array,
    source: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
  ): number {
    if (OutcomeQueue.holds(type))
      this.waiting.push({
        type,
        bytes: Buffer.from(source.subarray(offsetBytes, offsetBytes + lengthBytes)),
      });
    return JournalCode.OK;
  }

  override appendUrgent(
    type: number,
    channel: number,
    timeNs: Float64Array,
    source: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
  ): number {
    return this.append(type, channel, timeNs, source, offsetBytes, lengthBytes);
  }
}
