import { Balance, SessionState, emit } from "abi/assembly";
import { assetAt } from "../definitions/assets";
import { decimalOf, textOf } from "../text/fields";
import { stampOf } from "./stamp";
import { skipSpaces } from "../text/json-syntax";
import { placeOf, readMembers, skipValue } from "../text/members";
import { Key } from "./keys";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { emitStatus } from "../text/session-status";

/** The manifest's limit of records a call. The venue sends the assets that one event changed, a handful. */
const BALANCES_MAX: u32 = 1024;

/** An outboundAccountPosition, its members read. */
export function readAccountPosition(end: usize): void {
  const tsEvent = stampOf(Key.u);
  const list = placeOf(Key.B);
  if (list == 0 || load<u8>(list) != 0x5b) {
    refuse(list == 0 ? Refusal.MISSING_KEY : Refusal.WRONG_TYPE);
    return;
  }
  let count: u32 = 0;
  let p = skipSpaces(list + 1, end);
  while (load<u8>(p) != 0x5d) {
    if (load<u8>(p) != 0x7b) {
      refuse(Refusal.WRONG_TYPE);
      return;
    }
    if (!readMembers(p, end)) return;
    count += readBalance(tsEvent, count);
    p = skipSpaces(skipValue(p, end), end);
    if (load<u8>(p) == 0x2c) p = skipSpaces(p + 1, end);
  }
  if (count == 0) emitStatus(SessionState.IGNORED, 0, 0);
}

/** Returns how many records it has written: none for an asset that the host did not define, whose numbers have no exponent here. */
function readBalance(tsEvent: i64, count: u32): u32 {
  const code = textOf(Key.a);
  if (code == 0) return 0;
  const asset = assetAt(code);
  const decimals: u32 = asset === null ? 8 : asset.decimals;
  const free = decimalOf(Key.f, decimals);
  const locked = decimalOf(Key.l, decimals);
  if (asset === null) return 0;
  if (count == BALANCES_MAX) return <u32>refuse(Refusal.TOO_LARGE);
  const record = emit<Balance>(Balance.TEMPLATE_ID);
  record.free = free;
  record.locked = locked;
  record.tsEvent = tsEvent;
  record.assetId = asset.assetId;
  return 1;
}
