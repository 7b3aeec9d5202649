import { outboxCapacity, outboxStart } from "./env";
import { CHECKSUM_AT, checksumOf, FIELD_BYTES, FIELDS_AT, LENGTH_AT, MAGIC, VERSION_AT } from "./snapshot-layout";

/**
 * Writes what a plugin knows into the outbox, field by field; snapshot-layout.ts draws it. It traps on what cannot be handed over: the host
 * calls `snapshot` in a copy of the plugin, refuses the swap with the text, and the plugin itself runs on.
 */
export class SnapshotWriter {
  private start: usize = 0;
  private at: usize = 0;
  private end: usize = 0;

  f64(value: f64): void {
    assert(isFinite(value), "a snapshot takes no NaN and no infinity");
    this.put(reinterpret<u64>(value));
  }

  i64(value: i64): void {
    this.put(<u64>value);
  }

  u32(value: u32): void {
    this.put(value);
  }

  bool(value: bool): void {
    this.put(value ? 1 : 0);
  }

  /** Begins a snapshot. */
  open(): void {
    this.start = outboxStart();
    this.end = this.start + outboxCapacity();
    this.at = this.start + FIELDS_AT;
  }

  /** Ends it and returns its length in bytes. */
  close(version: u32): i32 {
    const start = this.start;
    const lengthBytes = this.at - start;
    store<u64>(start, MAGIC);
    store<u32>(start, version, VERSION_AT);
    store<u32>(start, <u32>lengthBytes, LENGTH_AT);
    store<u64>(start, checksumOf(start, lengthBytes), CHECKSUM_AT);
    return <i32>lengthBytes;
  }

  private put(word: u64): void {
    assert(this.at + FIELD_BYTES <= this.end, "the snapshot is longer than the outbox");
    store<u64>(this.at, word);
    this.at += FIELD_BYTES;
  }
}
