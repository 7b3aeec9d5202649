// The lowest bytes of a plugin's memory belong to the host; abi/host/memory-map.ts draws them. These are the same numbers.
export const INBOX_OFFSET: usize = 4096;
export const PARAMETERS_OFFSET: usize = 256;
const INBOX_CAPACITY_CELL: usize = 12;
const OUTBOX_OFFSET_CELL: usize = 16;
const OUTBOX_CAPACITY_CELL: usize = 20;
const ABORT_MESSAGE_CELL: usize = 32;
const ABORT_FILE_CELL: usize = 36;
const ABORT_LINE_CELL: usize = 40;
const ABORT_COLUMN_CELL: usize = 44;

/** Standard header of a record, then its block. */
export const HEADER_BYTES: usize = 8;

/** Size of the inbox in bytes. */
export function inboxCapacity(): usize {
  return load<u32>(INBOX_CAPACITY_CELL);
}

/** Start of the outbox. */
export function outboxStart(): usize {
  return load<u32>(OUTBOX_OFFSET_CELL);
}

/** Size of the outbox in bytes. */
export function outboxCapacity(): usize {
  return load<u32>(OUTBOX_CAPACITY_CELL);
}

/** `assert` and `throw` end here: where and why goes to the control block, then the call traps and the host discards the instance. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  store<u32>(ABORT_MESSAGE_CELL, changetype<usize>(message));
  store<u32>(ABORT_FILE_CELL, changetype<usize>(file));
  store<u32>(ABORT_LINE_CELL, line);
  store<u32>(ABORT_COLUMN_CELL, column);
  unreachable();
}
