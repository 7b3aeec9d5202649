import { RequestReply, SessionState, emit } from "abi/assembly";
import { readAccountPosition } from "./account-position";
import { parseClientOrderId, parsedEpoch, parsedSequence } from "./client-order-id";
import { readExecutionReport } from "./execution-report";
import { int32Of, integerOf, textOf } from "../text/fields";
import { stampOf } from "./stamp";
import { Match } from "./literals";
import { openObject } from "../text/json-object";
import { placeOf, readMembers } from "../text/members";
import { Key } from "./keys";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { emitStatus } from "../text/session-status";
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

const DISCONNECTED: i32 = -1006;
const TIMEOUT: i32 = -1007;

/** `{"id":7,"status":200,"result":{…}}` or `{"id":7,"status":400,"error":{…}}`. */
function readReply(end: usize): void {
  if (placeOf(Key.ID) == 0) refuse(Refusal.MISSING_KEY);
  const record = emit<RequestReply>(RequestReply.TEMPLATE_ID);
  record.requestId = requestIdOf();
  record.status = int32Of(Key.STATUS);
  const result = placeOf(Key.RESULT);
  const error = placeOf(Key.ERROR);
  if (error != 0) {
    if (load<u8>(error) != 0x7b) refuse(Refusal.WRONG_TYPE);
    else if (readMembers(error, end)) readError(record, end);
  } else if (result == 0) refuse(Refusal.MISSING_KEY);
  else if (load<u8>(result) == 0x7b && readMembers(result, end)) readResult(record);
}

function readError(record: RequestReply, end: usize): void {
  record.errorCode = int32Of(Key.CODE);
  // The venue gave up waiting for its engine, which may still act: the outcome is unknown, whatever status stands beside [C7].
  if (record.errorCode == DISCONNECTED || record.errorCode == TIMEOUT || record.status == 408)
    record.status = 504;
  const data = placeOf(Key.DATA);
  if (data == 0 || load<u8>(data) != 0x7b || !readMembers(data, end)) return;
  if (placeOf(Key.SERVER_TIME) != 0) record.serverTimeMs = stampOf(Key.SERVER_TIME) / 1_000_000;
  if (placeOf(Key.RETRY_AFTER) != 0) record.retryAfterMs = stampOf(Key.RETRY_AFTER) / 1_000_000;
}

/** Answers have what their method has: whatever is of interest and present is taken. */
function readResult(record: RequestReply): void {
  if (placeOf(Key.ORDER_ID) != 0) record.venueOrderId = integerOf(Key.ORDER_ID);
  if (placeOf(Key.SERVER_TIME) != 0) record.serverTimeMs = stampOf(Key.SERVER_TIME) / 1_000_000;
  else if (placeOf(Key.TRANSACT_TIME) != 0) record.serverTimeMs = stampOf(Key.TRANSACT_TIME) / 1_000_000;
  // The answer to a cancel names the order as the original and the cancel itself as the client order id.
  const key = placeOf(Key.ORIG_CLIENT_ORDER_ID) != 0 ? Key.ORIG_CLIENT_ORDER_ID : Key.CLIENT_ORDER_ID;
  if (placeOf(key) == 0) return;
  const text = textOf(key);
  if (text == 0) return;
  parseClientOrderId(text);
  record.clientOrderEpoch = parsedEpoch();
  record.clientOrderSequence = parsedSequence();
}
