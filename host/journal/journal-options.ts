import { PAYLOAD_BYTES_LIMIT, SEGMENT_BYTES_LIMIT, recordBytes } from "./record-layout.ts";
import { SEGMENT_HEADER_BYTES } from "./segment-header.ts";

/** Sizes of a journal. */
export interface JournalOptions {
  /** Greatest payload of a record. */
  readonly payloadBytesMax: number;
  /** `process`, `power`: appended bytes that are written without waiting for a commit. */
  readonly batchBytes: number;
  /** A segment that would exceed it is followed by the next. */
  readonly segmentBytesMax: number;
  /** Space held on the device for cancels, halts and execution reports when it is full. */
  readonly reserveBytes: number;
  /** With a background sync: the bound of what is written and not yet synced. */
  readonly unsyncedBytesMax: number;
  /** `ring`: data bytes of the ring, a power of two. */
  readonly ringBytes: number;
  /** `ring`: bytes of it that only urgent records may take. */
  readonly urgentBytes: number;
}

/** Payloads to 8 MiB (a 5 MB snapshot frame is legitimate), batches of 64 KiB (about 30 µs of write), segments of 256 MiB. */
export const JOURNAL_DEFAULTS: JournalOptions = {
  payloadBytesMax: 8 << 20,
  batchBytes: 64 << 10,
  segmentBytesMax: 256 << 20,
  reserveBytes: 8 << 20,
  unsyncedBytesMax: 512 << 20,
  ringBytes: 64 << 20,
  urgentBytes: 1 << 20,
};

/** Throws where sizes contradict each other. */
export function checkJournalOptions(options: JournalOptions): JournalOptions {
  for (const [name, value] of Object.entries(options)) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`journal: ${name} is ${value}; pass a whole number of bytes`);
  }
  within("payloadBytesMax", options.payloadBytesMax, 64, PAYLOAD_BYTES_LIMIT);
  within("batchBytes", options.batchBytes, 64, PAYLOAD_BYTES_LIMIT);
  within(
    "segmentBytesMax",
    options.segmentBytesMax,
    SEGMENT_HEADER_BYTES + recordBytes(64),
    SEGMENT_BYTES_LIMIT,
  );
  return options;
}

function within(name: string, value: number, least: number, greatest: number): void {
  if (value < least || value > greatest)
    throw new RangeError(`journal: ${name} is ${value}; pass ${least} to ${greatest} bytes`);
}
