// A snapshot: what a plugin knows, as the next version of it is told. Little endian, every field one word of eight bytes.
//
//   0          8         12          16         24        32
//   ├──────────┼─────────┼───────────┼──────────┼─────────┼─────────┼──
//   │"SPSTATE1"│ version │lengthBytes│ checksum │ field   │ field   │ …
//   │ 8 bytes  │ u32     │ u32       │ u64      │ 8 bytes │ 8 bytes │
//
// An f64 is its bits, an i64 itself; a u32 fills the lower half, the upper one is zero; a bool is 0 or 1. There are no names and no
// tags: the version says which fields there are. `lengthBytes` counts from 0. A venue's outbox aside, 16 KiB hold 2,045 fields.
export const MAGIC: u64 = 0x3145_5441_5453_5053;
export const VERSION_AT: usize = 8;
export const LENGTH_AT: usize = 12;
export const CHECKSUM_AT: usize = 16;
export const FIELDS_AT: usize = 24;
export const FIELD_BYTES: usize = 8;

/** Why `restore` refuses a snapshot: what it returns, and what the host's refusal of the swap names. */
export namespace SnapshotRefusal {
  /** Cut off, longer than it says, or no whole number of fields. */
  export const LENGTH: i32 = 1;
  /** It does not begin as a snapshot does. */
  export const FORMAT: i32 = 2;
  /** Of a version that the manifest's `state.restores` does not name. */
  export const VERSION: i32 = 3;
  /** Some byte is not as it was written. */
  export const CHECKSUM: i32 = 4;
  /** Fewer fields than this version has. */
  export const TOO_SHORT: i32 = 5;
  /** More fields than this version has. */
  export const TOO_LONG: i32 = 6;
  /** A NaN or an infinity. */
  export const NOT_FINITE: i32 = 7;
  /** A number that its type or its limit does not allow, or an instrument out of order. */
  export const RANGE: i32 = 8;
  /** What the plugin itself requires does not hold. */
  export const REQUIREMENT: i32 = 9;
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const FACTOR: u64 = 0xff51_afd7_ed55_8ccd;

/**
 * Of the head without the checksum, and of the fields. Each step can be undone, so a change within one word always shows, and any other but once
 * in 2^64. It guards against accidents; whoever forges one is met by the checks of the fields.
 */
export function checksumOf(start: usize, lengthBytes: usize): u64 {
  let sum = mixed(SEED, load<u64>(start, VERSION_AT));
  for (let at = start + FIELDS_AT; at < start + lengthBytes; at += FIELD_BYTES) sum = mixed(sum, load<u64>(at));
  return sum;
}

@inline
function mixed(sum: u64, word: u64): u64 {
  const product = (sum ^ word) * FACTOR;
  return product ^ (product >> 32);
}
