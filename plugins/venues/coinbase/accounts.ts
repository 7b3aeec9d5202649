import { Balance, SessionState, emit } from "abi/assembly";
import { assetAt } from "../definitions/assets";
import { required, textOf } from "../text/fields";
import { firstElement, nextElement, readObject } from "../text/json-array";
import { refusal } from "../text/refused";
import { Rounding, readRounded } from "../text/rounded-decimal";
import { emitStatus } from "../text/session-status";
import { Asked } from "./asked";
import { Key } from "./keys";
import { takeRecord } from "./record-list";

/** The list of `accounts`: a balance for each asset that the host defined. The venue stamps none. */
export function readAccounts(list: usize, end: usize): void {
  let count: u32 = 0;
  for (let p = firstElement(list, end); p != 0 && refusal() == 0; p = nextElement(p, end))
    if (readObject(p, end)) count += readAccount(end);
  if (count == 0 && Asked.requestId == 0) emitStatus(SessionState.IGNORED, 0, 0);
}

/** Returns how many records it has written. */
function readAccount(end: usize): u32 {
  const code = textOf(Key.CURRENCY);
  const available = required(Key.AVAILABLE_BALANCE);
  const hold = required(Key.HOLD);
  if (code == 0 || available == 0 || hold == 0) return 0;
  const asset = assetAt(code);
  if (asset === null || !takeRecord()) return 0;
  // Amounts have more digits than an order can use. What can be spent is rounded down, what is held is rounded up.
  const free = valueIn(available, end, asset.decimals, Rounding.DOWN);
  const locked = valueIn(hold, end, asset.decimals, Rounding.UP);
  const record = emit<Balance>(Balance.TEMPLATE_ID);
  record.free = free;
  record.locked = locked;
  record.assetId = asset.assetId;
  return 1;
}

/** The amount of `{"value":"1.23","currency":"BTC"}`. */
function valueIn(p: usize, end: usize, decimals: u32, rounding: u32): i64 {
  if (!readObject(p, end)) return 0;
  const text = textOf(Key.VALUE);
  return text == 0 ? 0 : readRounded(text, decimals, rounding);
}
