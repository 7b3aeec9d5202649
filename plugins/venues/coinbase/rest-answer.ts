import { ExecutionReport, RequestReply, emit, nextBlock, openOutbox } from "abi/assembly";
import { booleanOf, textOf } from "../text/fields";
import { firstElement, listOf, nextElement, readObject, readObjectOf } from "../text/json-array";
import { openObject } from "../text/json-object";
import { placeOf } from "../text/members";
import { Refusal } from "../text/refusal";
import { clearRefusal, refusal, refuse } from "../text/refused";
import { readAccounts } from "./accounts";
import { Asked, Rest } from "./asked";
import { ClientOrderId } from "./client-order-id";
import { readFills } from "./fills";
import { Key } from "./keys";
import { clearNotes, noteOrder, orderOf, venueOrderIdOf } from "./order-ids";
import { readOrder, readOrders } from "./queried-orders";
import { PageSpan } from "./page-span";
import { Uuid } from "./uuid";
import { NOT_ATTEMPTED, UNKNOWN_FAILURE, errorCodeAt } from "./venue-error";

// The answer to a request over REST, behind a line that the gateway puts before the body:
//
//   200 1007 0⏎{"success":true,"success_response":{"order_id":"…",…}}
//   │   │    └ when to ask again, milliseconds since 1970, 0 for at once
//   │   └ request id
//   └ HTTP status; 504 when no answer came in time, 424 for the new order of a replace that was not sent
//
//   200 1007 0 2 0 42 7⏎{"orders":[…],…}
//              │ └──┴─┴ the order that was asked about, as the question has it (query-request.ts)
//              └ what the venue has beyond this page (asked.ts)
//
// Each page of an answer gives its records, and the last one a RequestReply behind them, with 200; with 404 where the order that was asked
// about is not there, or with 504 where it may be among older ones that nobody has looked at (page-span.ts).
//
// The body says by its first keys which request it answers. What an answer proves [C7]:
//
// | HTTP status | body | status of the RequestReply |
// |---|---|---|
// | 200 | an order or a cancel that was taken | 200 |
// | 200 | `success` false | 400: the venue writes its refusals so |
// | 200 | cannot be read | 502: nobody knows what was done |
// | 400 to 499 | any | as it is; 408 is 504: the venue gave up waiting |
// | 500 to 599 | any | as it is: unknown |
// | others | any | 502 |
//
// A question's answer that cannot be read is no news of anything: 502, and nothing of it counts. Without a question it is refused.

const BLANK: u8 = 0x20;
const NEW_LINE: u8 = 0x0a;
const OK: i32 = 200;
const NOT_FOUND: i32 = 404;
const FAILED_DEPENDENCY: i32 = 424;
const REFUSED: i32 = 400;
const REQUEST_TIMEOUT: i32 = 408;
const UNREADABLE: i32 = 502;
const TIMED_OUT: i32 = 504;

/** The gateway's line, as far as every answer has it. */
class Answer {
  static status: i32 = 0;
  static requestId: u32 = 0;
  static retryAfterMs: u64 = 0;
}

/** Where the next word of the line begins, behind its end the body; 0 once a word was none. */
let next: usize = 0;
let isLineOver: bool = false;

/** Reads an answer, line and body. */
export function decodeAnswer(start: usize, end: usize): void {
  const body = readLine(start, end);
  if (body == 0) return;
  if (Answer.status != OK) return readFailure(body, end);
  if (!openObject(body, end)) return replyUnreadable();
  if (placeOf(Key.SUCCESS) != 0) readPlaced(end);
  else if (placeOf(Key.RESULTS) != 0) readCancelled(end);
  else readTold(end);
}

/** What a question, or nobody, has asked for. */
function readTold(end: usize): void {
  const first = nextBlock();
  if (placeOf(Key.ORDER) != 0) {
    if (readObjectOf(Key.ORDER, end)) readOrder(end);
  } else if (placeOf(Key.ORDERS) != 0) readOrders(listOf(Key.ORDERS), end);
  else if (placeOf(Key.FILLS) != 0) readFills(listOf(Key.FILLS), end);
  else if (placeOf(Key.ACCOUNTS) != 0) readAccounts(listOf(Key.ACCOUNTS), end);
  else return replyUnreadable();
  if (Asked.requestId == 0) return;
  if (refusal() != 0) {
    openOutbox();
    return replyUnreadable();
  }
  if (Asked.rest != Rest.FOLLOWS) replyTold(first);
}

/** Ends the answer to a question whose records begin at `first`. */
function replyTold(first: usize): void {
  const isFound = nextBlock() != first;
  if (!Asked.isOne) reply(OK, 0);
  else if (!isFound) reply(isWhole() ? NOT_FOUND : TIMED_OUT, 0);
  else {
    const report = changetype<ExecutionReport>(first);
    const record = reply(OK, 0);
    record.venueOrderId = report.venueOrderId;
    record.clientOrderEpoch = report.clientOrderEpoch;
    record.clientOrderSequence = report.clientOrderSequence;
  }
}

/** Whether the order that was asked about would be on the page, if it was anywhere. By the venue's id the page is all there is of it. */
function isWhole(): bool {
  return Asked.rest == Rest.NONE || (Asked.venueOrderId == 0 && PageSpan.reachesBehind);
}

/** Reads the line. Returns where the body begins, or 0 after noting a refusal: then it is the gateway that errs. */
function readLine(start: usize, end: usize): usize {
  next = start;
  isLineOver = false;
  const status = wordOf(end, 999);
  const requestId = wordOf(end, 0xffff_ffff);
  Answer.retryAfterMs = wordOf(end, i64.MAX_VALUE);
  if (next != 0 && !isLineOver) readAsked(<u32>requestId, end);
  if (next == 0 || !isLineOver) {
    clearRefusal();
    return refuse(Refusal.UNKNOWN_MESSAGE);
  }
  Answer.status = <i32>status;
  Answer.requestId = <u32>requestId;
  return next;
}

/** The part of the line that the answers to questions have. */
function readAsked(requestId: u32, end: usize): void {
  Asked.rest = <u32>wordOf(end, Rest.FOLLOWS);
  Asked.venueOrderId = wordOf(end, u64.MAX_VALUE);
  Asked.epoch = <u32>wordOf(end, 0xffff_ffff);
  Asked.sequence = <u32>wordOf(end, 0xffff_ffff);
  Asked.requestId = requestId;
  // Answers without a question are those of the gateway's own, which have the short line.
  if (requestId == 0) next = 0;
}

/** A whole number of at most `most`, and a blank or the line's end behind it: `next` is then behind that, otherwise 0. */
function wordOf(end: usize, most: u64): u64 {
  let p = next;
  next = 0;
  if (p == 0 || isLineOver) return 0;
  let value: u64 = 0;
  const start = p;
  for (; p < end && <u8>(load<u8>(p) - 0x30) < 10; p += 1) {
    const digit = <u64>load<u8>(p) - 0x30;
    if (digit > most || value > (most - digit) / 10) return 0;
    value = value * 10 + digit;
  }
  if (p == start || p >= end || (load<u8>(p) != BLANK && load<u8>(p) != NEW_LINE)) return 0;
  isLineOver = load<u8>(p) == NEW_LINE;
  next = p + 1;
  return value;
}

function reply(status: i32, errorCode: i32): RequestReply {
  const record = emit<RequestReply>(RequestReply.TEMPLATE_ID);
  record.requestId = Answer.requestId;
  record.status = status;
  record.errorCode = errorCode;
  record.retryAfterMs = Answer.retryAfterMs;
  return record;
}

/** What was asked for may have been done, and nothing here tells. */
function replyUnreadable(): void {
  clearRefusal();
  clearNotes();
  reply(UNREADABLE, 0);
}

function readFailure(body: usize, end: usize): void {
  let errorCode: i32 = 0;
  if (openObject(body, end) && placeOf(Key.ERROR) != 0) {
    const error = textOf(Key.ERROR);
    if (error != 0) errorCode = errorCodeAt(error);
  }
  clearRefusal();
  if (Answer.status == FAILED_DEPENDENCY) errorCode = NOT_ATTEMPTED;
  reply(provenStatus(Answer.status), errorCode);
}

function provenStatus(status: i32): i32 {
  if (status == REQUEST_TIMEOUT) return TIMED_OUT;
  return status >= 400 && status <= 599 ? status : UNREADABLE;
}

/** `{"success":true,"success_response":{…}}` or `{"success":false,"error_response":{…}}`. */
function readPlaced(end: usize): void {
  if (!booleanOf(Key.SUCCESS)) {
    const errorCode = refusal() == 0 ? placementError(end) : 0;
    if (refusal() != 0) replyUnreadable();
    else reply(REFUSED, errorCode);
    return;
  }
  if (!readObjectOf(Key.SUCCESS_RESPONSE, end)) return replyUnreadable();
  const venueOrderId = venueOrderIdOf(Key.ORDER_ID);
  const low = Uuid.low;
  const client = textOf(Key.CLIENT_ORDER_ID);
  if (client != 0) ClientOrderId.parse(client);
  if (refusal() == 0) noteOrder(venueOrderId, low, ClientOrderId.epoch, ClientOrderId.sequence, false);
  if (refusal() != 0) return replyUnreadable();
  const record = reply(OK, 0);
  record.venueOrderId = venueOrderId;
  record.clientOrderEpoch = ClientOrderId.epoch;
  record.clientOrderSequence = ClientOrderId.sequence;
}

/** The error's number, or the preview's where the error itself says nothing. */
function placementError(end: usize): i32 {
  if (!readObjectOf(Key.ERROR_RESPONSE, end)) return 0;
  const error = textOf(Key.ERROR);
  if (error == 0) return 0;
  const code = errorCodeAt(error);
  if (code != UNKNOWN_FAILURE || placeOf(Key.PREVIEW_FAILURE_REASON) == 0) return code;
  const preview = textOf(Key.PREVIEW_FAILURE_REASON);
  return preview == 0 ? code : errorCodeAt(preview);
}

/** `{"results":[{"success":true,"failure_reason":"…","order_id":"…"}]}`: this codec cancels one order at a time. */
function readCancelled(end: usize): void {
  const result = firstElement(listOf(Key.RESULTS), end);
  const isOne = result != 0 && nextElement(result, end) == 0 && readObject(result, end);
  if (!isOne) return replyUnreadable();
  const isTaken = booleanOf(Key.SUCCESS);
  const venueOrderId = venueOrderIdOf(Key.ORDER_ID);
  const reason: usize = isTaken || refusal() != 0 ? 0 : textOf(Key.FAILURE_REASON);
  if (refusal() != 0) return replyUnreadable();
  const record = isTaken ? reply(OK, 0) : reply(REFUSED, errorCodeAt(reason));
  record.venueOrderId = venueOrderId;
  const order = orderOf(venueOrderId);
  if (order === null) return;
  record.clientOrderEpoch = order.epoch;
  record.clientOrderSequence = order.sequence;
}
