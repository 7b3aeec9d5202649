import { SessionState } from "abi/assembly";
import { int32Of, integerAt, textOf } from "../text/fields";
import { openObject } from "../text/json-object";
import { placeOf, readMembers } from "../text/members";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { emitStatus } from "../text/session-status";
import { readAccountPosition } from "./account-position";
import { readExecutionReport } from "./execution-report";
import { Key } from "./keys";
import { Match } from "./literals";
import { readError, readResult } from "./request-answer";
import { requestIdOf } from "./session-status";

/** Reads a frame of the WebSocket API: the answer to a request, or an event of the account. */
export function decodeOrderSession(start: usize, end: usize): void {
  if (!openObject(start, end)) return;
  const event = placeOf(Key.EVENT);
  if (event != 0) {
    if (load<u8>(event) != 0x7b) refuse(Refusal.WRONG_TYPE);
    else if (readMembers(event, end)) readEvent(end);
  } else if (placeOf(Key.e) != 0) readEvent(end);
  else if (placeOf(Key.STATUS) != 0) readReply(end);
  else refuse(Refusal.UNKNOWN_MESSAGE);
}

function readEvent(end: usize): void {
  const type = textOf(Key.e);
  if (type == 0) return;
  if (Match.executionReport(type)) readExecutionReport();
  else if (Match.outboundAccountPosition(type)) readAccountPosition(end);
  else if (Match.eventStreamTerminated(type)) emitStatus(SessionState.TERMINATED, 0, 0);
  else if (Match.serverShutdown(type)) emitStatus(SessionState.SERVER_SHUTDOWN, 0, 0);
  else emitStatus(SessionState.IGNORED, 0, 0);
}

/** `{"id":7,"status":200,"result":{…}}` or `{"id":7,"status":400,"error":{…}}`. */
function readReply(end: usize): void {
  const id = placeOf(Key.ID);
  if (id == 0) refuse(Refusal.MISSING_KEY);
  const replaceId = replaceIdAt(id);
  const requestId = replaceId != 0 ? replaceId : requestIdOf();
  const status = int32Of(Key.STATUS);
  const result = placeOf(Key.RESULT);
  const error = placeOf(Key.ERROR);
  if (error != 0) {
    if (load<u8>(error) != 0x7b) refuse(Refusal.WRONG_TYPE);
    else if (readMembers(error, end)) readError(requestId, status, replaceId != 0, 0, end);
  } else if (result == 0) refuse(Refusal.MISSING_KEY);
  else readResult(requestId, status, replaceId != 0, result, end);
}

/** The number of a replace, whose id is written `"r7"`: a failure's answer would not tell that two requests have failed. 0: no replace. */
function replaceIdAt(id: usize): u32 {
  if (id == 0 || load<u16>(id) != 0x7222) return 0;
  const first = <u8>(load<u8>(id, 2) - 0x31);
  if (first > 8) return 0;
  let p = id + 2;
  while (<u8>(load<u8>(p) - 0x30) <= 9 && p < id + 13) p += 1;
  if (load<u8>(p) != 0x22) return 0;
  const value = integerAt(id + 2);
  return value < 0xffff_ffff ? <u32>value : 0;
}
