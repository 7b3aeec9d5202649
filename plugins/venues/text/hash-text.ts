/** FNV-1a with 64 bits (Fowler, Noll, Vo), a byte at a time. */
export class Fnv {
  static readonly BASIS: u64 = 0xcbf29ce484222325;
  static readonly PRIME: u64 = 0x100000001b3;

  @inline static add(hash: u64, byte: u8): u64 {
    return (hash ^ byte) * Fnv.PRIME;
  }
}

/** The hash of the text that begins at `p` and ends before a quotation mark, never 0. */
export function hashText(p: usize): u64 {
  let hash = Fnv.BASIS;
  for (; load<u8>(p) != 0x22; p += 1) hash = Fnv.add(hash, load<u8>(p));
  return hash == 0 ? 1 : hash;
}
