import { ExecType } from "abi/assembly";
import { Instrument } from "../definitions/instruments";
import { instrumentOfSymbol } from "../definitions/symbol-field";
import { decimalOf, textOf } from "../text/fields";
import { firstElement, listOf, nextElement, readObject } from "../text/json-array";
import { placeOf } from "../text/members";
import { Refusal } from "../text/refusal";
import { refusal, refuse } from "../text/refused";
import { Key } from "./keys";
import { Match } from "./literals";
import { openReport, setCumQty } from "./order-report";

const MANTISSA_MAX: i64 = 9_007_199_254_740_991;

/** An event of `user`, its members read: orders as they stand, in a snapshot the open ones. Positions beside them are futures'. */
export function readUserOrders(end: usize, sentNs: i64): void {
  const type = textOf(Key.TYPE);
  const orders = listOf(Key.ORDERS);
  if (type == 0 || orders == 0) return;
  if (!Match.snapshot(type) && !Match.update(type)) {
    refuse(Refusal.UNKNOWN_VALUE);
    return;
  }
  for (let p = firstElement(orders, end); p != 0; p = nextElement(p, end)) {
    if (!readObject(p, end)) return;
    readOrder(instrumentOfSymbol(Key.PRODUCT_ID), sentNs);
    if (refusal() != 0) return;
  }
}

function readOrder(instrument: Instrument | null, sentNs: i64): void {
  const record = openReport(instrument, Key.ORDER_SIDE);
  if (record === null || instrument === null) return;
  record.tsEvent = sentNs;
  const decimals = instrument.size.decimals;
  const cumQty = decimalOf(Key.CUMULATIVE_QUANTITY, decimals);
  const leavesQty = decimalOf(Key.LEAVES_QUANTITY, decimals);
  setCumQty(record, cumQty);
  // What is left of an order that is over is 0 or what it had: only of others do the two make its quantity.
  if (record.execType == ExecType.NEW) record.orderQty = cumQty + leavesQty;
  if (record.orderQty > MANTISSA_MAX) refuse(Refusal.OUT_OF_RANGE);
  record.price = limitPrice(instrument);
}

/** 0 where there is none: a market order, and messages that leave the key out. */
function limitPrice(instrument: Instrument): i64 {
  if (placeOf(Key.LIMIT_PRICE) == 0) return 0;
  const text = textOf(Key.LIMIT_PRICE);
  if (text == 0 || load<u8>(text) == 0x22) return 0;
  return decimalOf(Key.LIMIT_PRICE, instrument.price.decimals);
}
