import { skipSpaces } from "./json-syntax";
import { keyNumber, nameKey } from "./long-keys";
import { Refusal } from "./refusal";
import { refuse } from "./refused";
import { skipText, wasEscaped } from "./text-scan";

/**
 * The members of one object, by key. Keys of one letter have the letter's own code as their number, the longer ones that the protocol
 * has follow. What other keys hold has been checked for its syntax and is not looked at again.
 */
export namespace Key {
  export const A: u32 = 0x41;
  export const B: u32 = 0x42;
  export const C: u32 = 0x43;
  export const E: u32 = 0x45;
  export const L: u32 = 0x4c;
  export const N: u32 = 0x4e;
  export const S: u32 = 0x53;
  export const T: u32 = 0x54;
  export const U: u32 = 0x55;
  export const X: u32 = 0x58;
  export const Z: u32 = 0x5a;
  export const a: u32 = 0x61;
  export const b: u32 = 0x62;
  export const c: u32 = 0x63;
  export const e: u32 = 0x65;
  export const f: u32 = 0x66;
  export const i: u32 = 0x69;
  export const l: u32 = 0x6c;
  export const m: u32 = 0x6d;
  export const n: u32 = 0x6e;
  export const o: u32 = 0x6f;
  export const p: u32 = 0x70;
  export const q: u32 = 0x71;
  export const r: u32 = 0x72;
  export const s: u32 = 0x73;
  export const t: u32 = 0x74;
  export const u: u32 = 0x75;
  export const x: u32 = 0x78;
  export const z: u32 = 0x7a;
  export const ID: u32 = 128;
  export const DATA: u32 = 129;
  export const CODE: u32 = 130;
  export const BIDS: u32 = 131;
  export const ASKS: u32 = 132;
  export const ERROR: u32 = 133;
  export const EVENT: u32 = 134;
  export const STREAM: u32 = 135;
  export const STATUS: u32 = 136;
  export const RESULT: u32 = 137;
  export const ORDER_ID: u32 = 138;
  export const SERVER_TIME: u32 = 139;
  export const RETRY_AFTER: u32 = 140;
  export const LAST_UPDATE_ID: u32 = 141;
  export const TRANSACT_TIME: u32 = 142;
  export const CLIENT_ORDER_ID: u32 = 143;
  export const ORIG_CLIENT_ORDER_ID: u32 = 144;
  export const MSG: u32 = 145;
  export const SYMBOL: u32 = 146;
  export const PRICE: u32 = 147;
  export const ORIG_QTY: u32 = 148;
  export const EXECUTED_QTY: u32 = 149;
  export const CUM_QUOTE_QTY: u32 = 150;
  export const TIME_IN_FORCE: u32 = 151;
  export const TYPE: u32 = 152;
  export const SIDE: u32 = 153;
  export const TIME: u32 = 154;
  export const UPDATE_TIME: u32 = 155;
  export const BALANCES: u32 = 156;
  export const ASSET: u32 = 157;
  export const FREE: u32 = 158;
  export const LOCKED: u32 = 159;
  export const QTY: u32 = 160;
  export const COMMISSION: u32 = 161;
  export const COMMISSION_ASSET: u32 = 162;
  export const IS_BUYER: u32 = 163;
  export const IS_MAKER: u32 = 164;
  export const CANCEL_RESULT: u32 = 165;
  export const NEW_ORDER_RESULT: u32 = 166;
  export const CANCEL_RESPONSE: u32 = 167;
  export const NEW_ORDER_RESPONSE: u32 = 168;
  export const COUNT: u32 = 169;
}

nameKey("id", Key.ID);
nameKey("data", Key.DATA);
nameKey("code", Key.CODE);
nameKey("bids", Key.BIDS);
nameKey("asks", Key.ASKS);
nameKey("error", Key.ERROR);
nameKey("event", Key.EVENT);
nameKey("stream", Key.STREAM);
nameKey("status", Key.STATUS);
nameKey("result", Key.RESULT);
nameKey("orderId", Key.ORDER_ID);
nameKey("serverTime", Key.SERVER_TIME);
nameKey("retryAfter", Key.RETRY_AFTER);
nameKey("lastUpdateId", Key.LAST_UPDATE_ID);
nameKey("transactTime", Key.TRANSACT_TIME);
nameKey("clientOrderId", Key.CLIENT_ORDER_ID);
nameKey("origClientOrderId", Key.ORIG_CLIENT_ORDER_ID);
nameKey("msg", Key.MSG);
nameKey("symbol", Key.SYMBOL);
nameKey("price", Key.PRICE);
nameKey("origQty", Key.ORIG_QTY);
nameKey("executedQty", Key.EXECUTED_QTY);
nameKey("cummulativeQuoteQty", Key.CUM_QUOTE_QTY);
nameKey("timeInForce", Key.TIME_IN_FORCE);
nameKey("type", Key.TYPE);
nameKey("side", Key.SIDE);
nameKey("time", Key.TIME);
nameKey("updateTime", Key.UPDATE_TIME);
nameKey("balances", Key.BALANCES);
nameKey("asset", Key.ASSET);
nameKey("free", Key.FREE);
nameKey("locked", Key.LOCKED);
nameKey("qty", Key.QTY);
nameKey("commission", Key.COMMISSION);
nameKey("commissionAsset", Key.COMMISSION_ASSET);
nameKey("isBuyer", Key.IS_BUYER);
nameKey("isMaker", Key.IS_MAKER);
nameKey("cancelResult", Key.CANCEL_RESULT);
nameKey("newOrderResult", Key.NEW_ORDER_RESULT);
nameKey("cancelResponse", Key.CANCEL_RESPONSE);
nameKey("newOrderResponse", Key.NEW_ORDER_RESPONSE);

/** Place of each key's value, 0 where the object has no such key. */
const places: usize = heap.alloc(<usize>Key.COUNT * 4);

/** Reads the object that begins at `p`, in bytes whose syntax has been checked. Forgets the object that was read before. */
export function readMembers(p: usize, end: usize): bool {
  memory.fill(places, 0, <usize>Key.COUNT * 4);
  p = skipSpaces(p + 1, end);
  if (load<u8>(p) == 0x7d) return true;
  while (true) {
    const key = p + 1;
    p = skipText(p);
    if (wasEscaped()) return refuse(Refusal.ESCAPED_TEXT) != 0;
    const value = skipSpaces(skipSpaces(p, end) + 1, end);
    if (!enter(key, p - 1 - key, value)) return false;
    p = skipSpaces(skipValue(value, end), end);
    if (load<u8>(p) == 0x7d) return true;
    p = skipSpaces(p + 1, end);
  }
}

function enter(key: usize, length: usize, value: usize): bool {
  const number = length == 1 ? <u32>load<u8>(key) : keyNumber(key, length);
  if (number == 0 || (length == 1 && number > 127)) return true;
  const place = places + <usize>number * 4;
  if (load<u32>(place) != 0) return refuse(Refusal.DUPLICATE_KEY) != 0;
  store<u32>(place, <u32>value);
  return true;
}

/** Where the value of a key begins, or 0. */
export function placeOf(key: u32): usize {
  return <usize>load<u32>(places + <usize>key * 4);
}

/** Skips a value of any kind, its syntax checked before. */
export function skipValue(p: usize, end: usize): usize {
  const first = load<u8>(p);
  if (first == 0x22) return skipText(p);
  if (first != 0x7b && first != 0x5b) return skipScalar(p, end);
  let depth: i32 = 0;
  while (true) {
    const c = load<u8>(p);
    if (c == 0x22) {
      p = skipText(p);
      continue;
    }
    if (c == 0x7b || c == 0x5b) depth += 1;
    else if (c == 0x7d || c == 0x5d) depth -= 1;
    p += 1;
    if (depth == 0) return p;
  }
}

function skipScalar(p: usize, end: usize): usize {
  while (p < end) {
    const c = load<u8>(p);
    if (c == 0x2c || c == 0x7d || c == 0x5d || c <= 0x20) break;
    p += 1;
  }
  return p;
}
