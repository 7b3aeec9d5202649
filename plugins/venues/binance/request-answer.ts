import { RequestReply, SessionState, emit } from "abi/assembly";
import { int32Of, integerOf, textOf } from "../text/fields";
import { Spaces } from "../text/json-syntax";
import { placeOf, readMembers } from "../text/members";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { skipValue } from "../text/skip-value";
import { emitStatus } from "../text/session-status";
import { readAccountStatus } from "./account-position";
import { parseClientOrderId, parsedEpoch, parsedSequence } from "./client-order-id";
import { Key } from "./keys";
import { Match } from "./literals";
import { isOrder, isTrade, readOrder, readTrade } from "./order-answer";
import { stampOf } from "./stamp";

// Answers to requests, over the WebSocket API and REST alike. What the answer to a query shows comes first, and its RequestReply last.

const DISCONNECTED: i32 = -1006;
const TIMEOUT: i32 = -1007;
const TOO_MANY_REQUESTS: i32 = -1003;
const TOO_MANY_ORDERS: i32 = -1015;
const BAD_TIME: i32 = -1021;
const CANCEL_REJECTED: i32 = -2011;
const NO_SUCH_ORDER: i32 = -2013;
/** The manifest's limit of records a call, less the reply. */
const ENTRIES_MAX: u32 = 1023;

/** Status and code of what failed: set by readFailure, read by whoever writes the reply. */
let failureStatus: i32 = 0;
let failureCode: i32 = 0;

/** The result of an accepted request: whatever value begins at `p`. */
export function readResult(requestId: u32, status: i32, isReplace: bool, p: usize, end: usize): void {
  const first = load<u8>(p);
  if (first == 0x5b) {
    readList(requestId, p, end);
    openReply(requestId, status);
    return;
  }
  if (first != 0x7b) {
    openReply(requestId, status);
    return;
  }
  if (!readMembers(p, end)) return;
  if (isReplace) readLegs(requestId, 0, end);
  else if (placeOf(Key.BALANCES) != 0) {
    readAccountStatus(end);
    openReply(requestId, status);
  } else {
    if (isOrder()) readOrder(requestId);
    readPlain(openReply(requestId, status));
  }
}

/** The entries of a list: orders and trades are reported, anything else is passed over. */
function readList(requestId: u32, list: usize, end: usize): void {
  let count: u32 = 0;
  let p = Spaces.skip(list + 1, end);
  while (load<u8>(p) != 0x5d) {
    if (load<u8>(p) == 0x7b) {
      if (!readMembers(p, end)) return;
      if (isOrder() || isTrade()) count += 1;
      if (count > ENTRIES_MAX) {
        refuse(Refusal.TOO_LARGE);
        return;
      }
      if (isOrder()) readOrder(requestId);
      else if (isTrade()) readTrade(requestId);
    }
    p = Spaces.skip(skipValue(p, end), end);
    if (load<u8>(p) == 0x2c) p = Spaces.skip(p + 1, end);
  }
}

function openReply(requestId: u32, status: i32): RequestReply {
  const record = emit<RequestReply>(RequestReply.TEMPLATE_ID);
  record.requestId = requestId;
  record.status = status;
  return record;
}

/** Answers have what their method has: whatever is of interest and present is taken. */
function readPlain(record: RequestReply): void {
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

/** An error object, its members read. `retryAfterMs` is what the transport said, 0 where it said nothing. */
export function readError(requestId: u32, status: i32, isReplace: bool, retryAfterMs: i64, end: usize): void {
  readFailure(status);
  const code = failureCode;
  const outcome = failureStatus;
  let serverTimeMs: i64 = 0;
  const data = placeOf(Key.DATA);
  if (data != 0 && load<u8>(data) == 0x7b && readMembers(data, end)) {
    if (isReplace && placeOf(Key.CANCEL_RESULT) != 0) return readLegs(requestId, code, end);
    if (placeOf(Key.SERVER_TIME) != 0) serverTimeMs = stampOf(Key.SERVER_TIME) / 1_000_000;
    if (placeOf(Key.RETRY_AFTER) != 0) retryAfterMs = stampOf(Key.RETRY_AFTER) / 1_000_000;
  }
  // What refuses the whole request refuses both of its halves.
  if (isReplace) writeFailure(requestId + 1, outcome, code, serverTimeMs, retryAfterMs);
  writeFailure(requestId, outcome, code, serverTimeMs, retryAfterMs);
  if (code == BAD_TIME) emitStatus(SessionState.CLOCK_REFUSED, requestId, code);
}

/** A failure of which nothing but the status is known. */
export function readBareFailure(requestId: u32, status: i32, isReplace: bool, retryAfterMs: i64): void {
  if (isReplace) writeFailure(requestId + 1, status, 0, 0, retryAfterMs);
  writeFailure(requestId, status, 0, 0, retryAfterMs);
}

function writeFailure(requestId: u32, status: i32, code: i32, serverTimeMs: i64, retryAfterMs: i64): void {
  const record = openReply(requestId, status);
  record.errorCode = code;
  record.serverTimeMs = serverTimeMs;
  record.retryAfterMs = retryAfterMs;
}

/** Code and status of an error object, its members read; `status` is what stands beside it. */
function readFailure(status: i32): void {
  const code = int32Of(Key.CODE);
  failureCode = code;
  failureStatus = status;
  // The venue gave up waiting for its engine, which may still act: the outcome is unknown, whatever status stands beside [C7].
  if (code == DISCONNECTED || code == TIMEOUT || status == 408) failureStatus = 504;
  else if (code == NO_SUCH_ORDER || (code == CANCEL_REJECTED && isUnknownOrder())) failureStatus = 404;
}

/** -2011 stands for several refusals; the venue tells them apart by their texts alone (errors.md). */
function isUnknownOrder(): bool {
  const place = placeOf(Key.MSG);
  return place != 0 && load<u8>(place) == 0x22 && Match.unknownOrder(place + 1);
}

/** Both halves of a cancelReplace, its members read: the cancel answers to the next id after the new order's [C9]. */
function readLegs(requestId: u32, code: i32, end: usize): void {
  const cancelResult = textOf(Key.CANCEL_RESULT);
  const newResult = textOf(Key.NEW_ORDER_RESULT);
  const cancelResponse = placeOf(Key.CANCEL_RESPONSE);
  const newResponse = placeOf(Key.NEW_ORDER_RESPONSE);
  readLeg(requestId + 1, cancelResult, cancelResponse, code, end);
  readLeg(requestId, newResult, newResponse, code, end);
}

function readLeg(requestId: u32, result: usize, response: usize, code: i32, end: usize): void {
  if (result == 0) return;
  const hasResponse = response != 0 && load<u8>(response) == 0x7b;
  if (Match.success(result)) {
    const record = openReply(requestId, 200);
    if (hasResponse && readMembers(response, end)) readPlain(record);
  } else if (Match.notAttempted(result)) writeFailure(requestId, 400, code, 0, 0);
  else if (!Match.failure(result)) refuse(Refusal.UNKNOWN_VALUE);
  else if (!hasResponse) refuse(Refusal.WRONG_TYPE);
  else if (readMembers(response, end)) {
    readFailure(400);
    if (failureCode == TOO_MANY_REQUESTS || failureCode == TOO_MANY_ORDERS) failureStatus = 429;
    writeFailure(requestId, failureStatus, failureCode, 0, 0);
  }
}
