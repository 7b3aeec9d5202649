import { INBOX_OFFSET, inboxCapacity } from "./env";
import { CHECKSUM_AT, checksumOf, FIELD_BYTES, FIELDS_AT, LENGTH_AT, MAGIC, SnapshotRefusal, VERSION_AT } from "./snapshot-layout";

/**
 * Reads a snapshot from the inbox, field by field, in the order in which it was written. What cannot be read refuses the whole: from then on
 * every field is 0 and every count 0, so that a plugin reads on without asking, and comes to an end.
 */
export class SnapshotReader {
  private at: usize = 0;
  private end: usize = 0;
  private code: i32 = 0;

  /** A finite number. */
  f64(): f64 {
    const value = reinterpret<f64>(this.take());
    if (isFinite(value)) return value;
    this.refuse(SnapshotRefusal.NOT_FINITE);
    return 0;
  }

  i64(): i64 {
    return <i64>this.take();
  }

  u32(): u32 {
    return <u32>this.takeAtMost(u32.MAX_VALUE);
  }

  bool(): bool {
    return this.takeAtMost(1) == 1;
  }

  /** How many of something follow: at most `most`, or the snapshot is refused. */
  count(most: u32): u32 {
    return <u32>this.takeAtMost(most);
  }

  /** Refuses the snapshot unless what the plugin relies on holds. */
  require(holds: bool): void {
    if (!holds) this.refuse(SnapshotRefusal.REQUIREMENT);
  }

  /** Whether nothing has been refused yet. */
  get isSound(): bool {
    return this.code == 0;
  }

  /** Refuses the snapshot. The first reason stands: later ones may only follow from it. */
  refuse(reason: i32): void {
    if (this.code == 0) this.code = reason;
  }

  /** Begins to read. Looks at the whole of it first: nothing is read of a snapshot that is damaged. */
  open(lengthBytes: u32, restores: StaticArray<u32>): void {
    this.code = headRefusal(lengthBytes, restores);
    this.at = INBOX_OFFSET + FIELDS_AT;
    this.end = this.code == 0 ? INBOX_OFFSET + lengthBytes : this.at;
  }

  /** The version of what was opened. */
  get version(): u32 {
    return load<u32>(INBOX_OFFSET, VERSION_AT);
  }

  /** 0 when all of it was read and nothing refused, or a SnapshotRefusal. */
  close(): i32 {
    if (this.at != this.end) this.refuse(SnapshotRefusal.TOO_LONG);
    return this.code;
  }

  private takeAtMost(most: u64): u64 {
    const word = this.take();
    if (word <= most) return word;
    this.refuse(SnapshotRefusal.RANGE);
    return 0;
  }

  private take(): u64 {
    if (this.code != 0) return 0;
    if (this.at + FIELD_BYTES > this.end) {
      this.refuse(SnapshotRefusal.TOO_SHORT);
      return 0;
    }
    const word = load<u64>(this.at);
    this.at += FIELD_BYTES;
    return word;
  }
}

function headRefusal(lengthBytes: u32, restores: StaticArray<u32>): i32 {
  if (lengthBytes < <u32>FIELDS_AT || lengthBytes % <u32>FIELD_BYTES != 0) return SnapshotRefusal.LENGTH;
  if (<usize>lengthBytes > inboxCapacity()) return SnapshotRefusal.LENGTH;
  if (load<u64>(INBOX_OFFSET) != MAGIC) return SnapshotRefusal.FORMAT;
  if (load<u32>(INBOX_OFFSET, LENGTH_AT) != lengthBytes) return SnapshotRefusal.LENGTH;
  if (load<u64>(INBOX_OFFSET, CHECKSUM_AT) != checksumOf(INBOX_OFFSET, lengthBytes)) return SnapshotRefusal.CHECKSUM;
  const version = load<u32>(INBOX_OFFSET, VERSION_AT);
  for (let index = 0; index < restores.length; index++) if (restores[index] == version) return 0;
  return SnapshotRefusal.VERSION;
}
