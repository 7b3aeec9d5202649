import { Spaces, checkSyntax } from "./json-syntax";
import { readMembers } from "./members";
import { Refusal } from "./refusal";
import { refuse } from "./refused";

/** Checks the whole frame and reads the members of the object that it must be. */
export function openObject(start: usize, end: usize): bool {
  if (!checkSyntax(start, end)) return false;
  const object = Spaces.skip(start, end);
  if (load<u8>(object) != 0x7b) return refuse(Refusal.UNKNOWN_MESSAGE) != 0;
  return readMembers(object, end);
}
