/**
 * Client order ids of this host: `s<boot epoch>-<sequence>`, both 32 bits in base 36, small letters, no leading zeros; the epoch is
 * never 0. At most 16 of the 36 characters that the venue allows. Every other id belongs to somebody else.
 */
let epoch: u32 = 0;
let sequence: u32 = 0;

/** Reads the id whose content begins at `p` and ends before a quotation mark. False: not of this form; epoch and sequence are then 0. */
export function parseClientOrderId(p: usize): bool {
  epoch = 0;
  sequence = 0;
  if (load<u8>(p) != 0x73) return false;
  let end = base36End(p + 1);
  if (end == 0 || load<u8>(end) != 0x2d) return false;
  const first = base36(p + 1, end);
  const second = end + 1;
  end = base36End(second);
  if (end == 0 || load<u8>(end) != 0x22) return false;
  const last = base36(second, end);
  if (first == 0 || first > 0xffff_ffff || last > 0xffff_ffff) return false;
  epoch = <u32>first;
  sequence = <u32>last;
  return true;
}

/** The epoch of the id that was parsed last. */
export function parsedEpoch(): u32 {
  return epoch;
}

/** The sequence of the id that was parsed last. */
export function parsedSequence(): u32 {
  return sequence;
}

/** The value of a character, above 35 when it is no digit of base 36. */
function digit(c: u8): u32 {
  if (<u8>(c - 0x30) < 10) return c - 0x30;
  return <u8>(c - 0x61) < 26 ? c - 0x57 : 36;
}

/** Where the digits end: one to seven of them, the first not 0 unless it is the only one. 0 otherwise. */
function base36End(p: usize): usize {
  let length: usize = 0;
  while (length < 8 && digit(load<u8>(p + length)) < 36) length += 1;
  if (length == 0 || length == 8 || (length > 1 && load<u8>(p) == 0x30)) return 0;
  return p + length;
}

function base36(p: usize, end: usize): u64 {
  let value: u64 = 0;
  for (; p < end; p += 1) value = value * 36 + digit(load<u8>(p));
  return value;
}

/** Writes an id at `p` and returns the place after it. */
export function writeClientOrderId(p: usize, epochToWrite: u32, sequenceToWrite: u32): usize {
  store<u8>(p, 0x73);
  p = writeBase36(p + 1, epochToWrite);
  store<u8>(p, 0x2d);
  return writeBase36(p + 1, sequenceToWrite);
}

function writeBase36(p: usize, value: u32): usize {
  let length: usize = 1;
  for (let rest = value / 36; rest > 0; rest /= 36) length += 1;
  for (let at = p + length; at > p;) {
    at -= 1;
    const low = value % 36;
    store<u8>(at, <u8>(low < 10 ? low + 0x30 : low + 0x57));
    value /= 36;
  }
  return p + length;
}
