import { HEADER_BYTES, outboxCapacity, outboxStart } from "./env";
import { SCHEMA_ID, SCHEMA_VERSION } from "./records";

let used: usize = 0;

/** Forgets what the last call wrote. Every `handle` begins with it. */
export function openOutbox(): void {
  used = 0;
}

/** Bytes written by this call: what `handle` returns. */
export function outboxUsed(): i32 {
  return <i32>used;
}

/** The next record of the outbox, its header written and its block zeroed. Traps when the outbox is full. */
export function emit<T>(templateId: u16): T {
  const block = reserve(<u32>offsetof<T>(), templateId, <u32>offsetof<T>());
  memory.fill(block, 0, offsetof<T>());
  return changetype<T>(block);
}

/** Where the next record's block will lie. A record whose size only its writing tells is laid here, then reserved. */
export function nextBlock(): usize {
  return outboxStart() + used + HEADER_BYTES;
}

/** Bytes that the outbox still takes, headers and padding included. */
export function outboxRoom(): usize {
  return outboxCapacity() - used;
}

/**
 * Room for a block and `sizeBytes - blockLength` bytes after it; the caller writes all of them. What follows up to the next multiple of 8 becomes
 * zero: an earlier call's bytes there would make two plugins that write the same differ.
 */
export function reserve(sizeBytes: u32, templateId: u16, blockLength: u32): usize {
  const padded = (HEADER_BYTES + <usize>sizeBytes + 7) & ~7;
  assert(used + padded <= outboxCapacity(), "outbox full");
  const header = outboxStart() + used;
  store<u16>(header, <u16>blockLength);
  store<u16>(header, templateId, 2);
  store<u16>(header, SCHEMA_ID, 4);
  store<u16>(header, SCHEMA_VERSION, 6);
  used += padded;
  const tailBytes = padded - HEADER_BYTES - <usize>sizeBytes;
  if (tailBytes != 0) memory.fill(header + padded - tailBytes, 0, tailBytes);
  return header + HEADER_BYTES;
}
