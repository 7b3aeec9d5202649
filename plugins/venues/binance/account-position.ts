import { Balance, SessionState, emit } from "abi/assembly";
import { assetAt } from "../definitions/assets";
import { decimalOf, textOf } from "../text/fields";
import { Spaces } from "../text/json-syntax";
import { placeOf, readMembers } from "../text/members";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { skipValue } from "../text/skip-value";
import { emitStatus } from "../text/session-status";
import { Key } from "./keys";
import { stampOf } from "./stamp";

/** One less than the manifest's limit of records a call: an answer ends with its reply. An event tells of a handful of assets. */
const BALANCES_MAX: u32 = 1023;

/** An outboundAccountPosition, its members read. */
export function readAccountPosition(end: usize): void {
  const tsEvent = stampOf(Key.u);
  if (readBalances(placeOf(Key.B), end, tsEvent, Key.a, Key.f, Key.l) == 0)
    emitStatus(SessionState.IGNORED, 0, 0);
}

/** The answer to a question for the account, its members read. An account that never traded has no time of its last change. */
export function readAccountStatus(end: usize): void {
  const place = placeOf(Key.UPDATE_TIME);
  const tsEvent = place != 0 && load<u8>(place) == 0x30 ? 0 : stampOf(Key.UPDATE_TIME);
  readBalances(placeOf(Key.BALANCES), end, tsEvent, Key.ASSET, Key.FREE, Key.LOCKED);
}

/** Balances in a list, whose members have these keys. Returns how many records it has written. */
function readBalances(list: usize, end: usize, tsEvent: i64, name: u32, free: u32, locked: u32): u32 {
  if (list == 0 || load<u8>(list) != 0x5b)
    return <u32>refuse(list == 0 ? Refusal.MISSING_KEY : Refusal.WRONG_TYPE);
  let count: u32 = 0;
  let p = Spaces.skip(list + 1, end);
  while (load<u8>(p) != 0x5d) {
    if (load<u8>(p) != 0x7b) return <u32>refuse(Refusal.WRONG_TYPE);
    if (!readMembers(p, end)) return 0;
    count += readBalance(tsEvent, count, name, free, locked);
    p = Spaces.skip(skipValue(p, end), end);
    if (load<u8>(p) == 0x2c) p = Spaces.skip(p + 1, end);
  }
  return count;
}

/** Returns how many records it has written: none for an asset that the host did not define, whose numbers have no exponent here. */
function readBalance(tsEvent: i64, count: u32, name: u32, freeKey: u32, lockedKey: u32): u32 {
  const code = textOf(name);
  if (code == 0) return 0;
  const asset = assetAt(code);
  const decimals: u32 = asset === null ? 8 : asset.decimals;
  const free = decimalOf(freeKey, decimals);
  const locked = decimalOf(lockedKey, decimals);
  if (asset === null) return 0;
  if (count == BALANCES_MAX) return <u32>refuse(Refusal.TOO_LARGE);
  const record = emit<Balance>(Balance.TEMPLATE_ID);
  record.free = free;
  record.locked = locked;
  record.tsEvent = tsEvent;
  record.assetId = asset.assetId;
  return 1;
}
