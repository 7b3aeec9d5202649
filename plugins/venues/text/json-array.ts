import { required } from "./fields";
import { Spaces } from "./json-syntax";
import { afterValue, readMembers } from "./members";
import { Refusal } from "./refusal";
import { refuse } from "./refused";

// Lists whose syntax has been checked. Places are copied before an element is read: reading an object forgets the one around it.

/** Where the list of a key begins, or 0 after noting a refusal. */
export function listOf(key: u32): usize {
  const p = required(key);
  return p == 0 || load<u8>(p) == 0x5b ? p : refuse(Refusal.WRONG_TYPE);
}

/** The first element of the list at `list`; 0 for an empty list, or for none. */
export function firstElement(list: usize, end: usize): usize {
  if (list == 0) return 0;
  const p = Spaces.skip(list + 1, end);
  return load<u8>(p) == 0x5d ? 0 : p;
}

/** The element after the one at `p`, or 0. */
export function nextElement(p: usize, end: usize): usize {
  p = Spaces.skip(afterValue(p, end), end);
  return load<u8>(p) == 0x5d ? 0 : Spaces.skip(p + 1, end);
}

/** Reads the members of the value at `p`, which must be an object. */
export function readObject(p: usize, end: usize): bool {
  if (p == 0) return false;
  return load<u8>(p) == 0x7b ? readMembers(p, end) : refuse(Refusal.WRONG_TYPE) != 0;
}

/** Reads the members of the object that a key has. */
export function readObjectOf(key: u32, end: usize): bool {
  return readObject(required(key), end);
}
