/** FNV-1a with 64 bits (Fowler, Noll, Vo): the start and one step. */
export const FNV_BASIS: u64 = 0xcbf29ce484222325;
const FNV_PRIME: u64 = 0x100000001b3;

@inline
export function hashByte(hash: u64, byte: u8): u64 {
  return (hash ^ byte) * FNV_PRIME;
}

/** The hash of the text that begins at `p` and ends before a quotation mark, never 0. */
export function hashText(p: usize): u64 {
  let hash = FNV_BASIS;
  for (; load<u8>(p) != 0x22; p += 1) hash = hashByte(hash, load<u8>(p));
  return hash == 0 ? 1 : hash;
}
