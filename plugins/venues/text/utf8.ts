import { Refusal } from "./refusal";
import { refuse } from "./refused";

/**
 * Skips one sequence of two to four bytes (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). Returns the place
 * after it, or 0 after noting a refusal.
 */
export function skipSequence(p: usize, end: usize): usize {
  const lead = load<u8>(p);
  const length: usize = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length == 0 || p + length > end) return refuse(Refusal.NOT_UTF8);
  // Only the second byte has a range of its own, by the lead; those after it are 80 to BF.
  const lowest: u8 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const highest: u8 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  const second = load<u8>(p, 1);
  if (second < lowest || second > highest) return refuse(Refusal.NOT_UTF8);
  for (let i: usize = 2; i < length; i += 1)
    if ((load<u8>(p + i) & 0xc0) != 0x80) return refuse(Refusal.NOT_UTF8);
  return p + length;
}
