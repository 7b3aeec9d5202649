import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";

/** Records that one call may give of what a message lists: the manifest allows 1,024, and some of other kinds stand beside. */
const RECORDS_MAX: u32 = 1_000;
const HEADER_BYTES: usize = 8;
const BLOCK_BYTES_MAX: usize = 128;
const spare: usize = heap.alloc(BLOCK_BYTES_MAX);
let count: u32 = 0;

/** Begins to count. Every call does. */
export function openRecords(): void {
  count = 0;
}

/** Counts one more record. False after noting a refusal: a call gives no more. */
export function takeRecord(): bool {
  count += 1;
  return count <= RECORDS_MAX || refuse(Refusal.TOO_LARGE) != 0;
}

/** Turns round the order of the records of one kind that were emitted one after another, from the block at `first` to before `after`. */
export function reverseRecords(first: usize, after: usize, blockBytes: usize): void {
  assert(blockBytes <= BLOCK_BYTES_MAX, "record too long to be moved");
  const step = HEADER_BYTES + blockBytes;
  let low = first;
  let high = after - step;
  for (; low + step <= high; high -= step) {
    memory.copy(spare, low, blockBytes);
    memory.copy(low, high, blockBytes);
    memory.copy(high, spare, blockBytes);
    low += step;
  }
}
