import { Spaces, checkSyntax } from "../text/json-syntax";
import { readMembers } from "../text/members";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { readBareFailure, readError, readResult } from "./request-answer";

/**
 * Reads the answer to an order request that went over REST. A REST answer names neither its request nor its status, so the gateway puts
 * a line of its own before the body:
 *
 * ```
 *  409 r1207 0⏎{"code":-2021,…}
 *  │   │     └ retry-after: milliseconds since 1970, 0 where the venue named none
 *  │   └ request id, with an r where it is a replace, as in the id of the WebSocket API
 *  └ HTTP status
 * ```
 */
export function decodeOrderRest(start: usize, end: usize): void {
  let p = readNumber(start, end, 0x20);
  const status = number < 100 || number > 599 ? 0 : <i32>number;
  const isReplace = p != 0 && p < end && load<u8>(p) == 0x72;
  if (p != 0) p = readNumber(isReplace ? p + 1 : p, end, 0x20);
  const requestId = <u32>number;
  if (p != 0) p = readNumber(p, end, 0x0a);
  if (p == 0 || status == 0 || requestId == 0) {
    refuse(Refusal.UNKNOWN_MESSAGE);
    return;
  }
  const retryAfterMs = <i64>number;
  const body = Spaces.skip(p, end);
  // What a proxy sends in the venue's stead is no JSON; from 500 on the outcome is unknown whatever the body says [C7].
  const isTold = status < 500 && body < end && load<u8>(body) == 0x7b;
  if (status >= 400 && !isTold) {
    readBareFailure(requestId, status, isReplace, retryAfterMs);
    return;
  }
  if (!checkSyntax(body, end)) return;
  if (status < 400) readResult(requestId, status, isReplace, body, end);
  else if (readMembers(body, end)) readError(requestId, status, isReplace, retryAfterMs, end);
}

let number: u64 = 0;

/** Reads a whole number of at most 13 digits that ends before `stop`. Returns the place after that, or 0. */
function readNumber(p: usize, end: usize, stop: u8): usize {
  const first = p;
  number = 0;
  for (; p < end && p < first + 14; p += 1) {
    const c = load<u8>(p);
    if (c == stop) return p > first ? p + 1 : 0;
    if (<u8>(c - 0x30) > 9) return 0;
    number = number * 10 + (c - 0x30);
  }
  return 0;
}
