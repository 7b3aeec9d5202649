import { SessionState } from "abi/assembly";
import { int32Of, integerAt } from "../text/fields";
import { placeOf, readMembers } from "../text/members";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { emitStatus } from "../text/session-status";
import { Key } from "./keys";
import { Match } from "./literals";

/**
 * The request's number from `id`: 0 for a text, null, or a number that no request of this host has. The protocol allows them all, and
 * none of them is an error.
 */
export function requestIdOf(): u32 {
  const p = placeOf(Key.ID);
  if (p == 0) return 0;
  const first = load<u8>(p);
  if (first == 0x22 || first == 0x2d || Match.nullWord(p)) return 0;
  if (<u8>(first - 0x30) > 9) {
    refuse(Refusal.WRONG_TYPE);
    return 0;
  }
  const id = integerAt(p);
  return id > 0xffff_ffff ? 0 : <u32>id;
}

/** `{"result":null,"id":1}`, `{"code":2,"msg":"…"}` or `{"error":{"code":2,"msg":"…"},"id":1}`, its members read. */
export function readControlReply(end: usize): void {
  const requestId = requestIdOf();
  if (placeOf(Key.CODE) != 0) return emitStatus(SessionState.REQUEST_FAILED, requestId, int32Of(Key.CODE));
  const error = placeOf(Key.ERROR);
  if (error != 0) {
    if (load<u8>(error) != 0x7b) refuse(Refusal.WRONG_TYPE);
    else if (readMembers(error, end)) emitStatus(SessionState.REQUEST_FAILED, requestId, int32Of(Key.CODE));
    return;
  }
  // A list of subscriptions, or whatever else answers a question, changes nothing: null alone says that a request was carried out.
  emitStatus(
    Match.nullWord(placeOf(Key.RESULT)) ? SessionState.SUBSCRIBED : SessionState.IGNORED,
    requestId,
    0,
  );
}
