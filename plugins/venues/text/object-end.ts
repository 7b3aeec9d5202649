/**
 * The place after the object that begins at `p`, or 0 where the bytes end before it does. Its syntax need not have been checked: only
 * brackets and texts are looked at.
 */
export function objectEnd(p: usize, end: usize): usize {
  let depth: i32 = 0;
  let isText = false;
  while (p < end) {
    const c = load<u8>(p);
    if (c == 0x22) isText = !isText;
    else if (isText) {
      if (c == 0x5c) p += 1;
    } else if ((c | 0x20) == 0x7b) depth += 1;
    else if ((c | 0x20) == 0x7d) depth -= 1;
    p += 1;
    if (depth == 0) return p <= end ? p : 0;
  }
  return 0;
}
