import { ExecType, OrdStatus, OrderType, Side, TimeInForce } from "abi/assembly";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { WordTable } from "../text/word-table";

// The words of an order. What is not in a list is refused: it may be news of an order that this codec does not understand [V11].

const UNKNOWN: u32 = 0xffff;

/** OrdStatus in the low byte, ExecType in the next. */
const statuses = new WordTable();
// A fill that the user channel tells of has no trade id: it is news of the order's cumulative quantity, never a trade. Fills come by
// REST. So FILLED is a report that changes no state; the order is filled when its fills are.
statuses.add("PENDING", OrdStatus.PENDING_NEW | ((<u32>ExecType.NEW) << 8));
statuses.add("QUEUED", OrdStatus.PENDING_NEW | ((<u32>ExecType.NEW) << 8));
statuses.add("OPEN", OrdStatus.ACCEPTED | ((<u32>ExecType.NEW) << 8));
statuses.add("EDIT_QUEUED", OrdStatus.ACCEPTED | ((<u32>ExecType.NEW) << 8));
statuses.add("CANCEL_QUEUED", OrdStatus.PENDING_CANCEL | ((<u32>ExecType.NEW) << 8));
statuses.add("FILLED", OrdStatus.FILLED | ((<u32>ExecType.NEW) << 8));
statuses.add("CANCELLED", OrdStatus.CANCELED | ((<u32>ExecType.CANCELED) << 8));
statuses.add("EXPIRED", OrdStatus.EXPIRED | ((<u32>ExecType.EXPIRED) << 8));
statuses.add("FAILED", OrdStatus.REJECTED | ((<u32>ExecType.REJECTED) << 8));

const sides = new WordTable();
sides.add("BUY", Side.BUY);
sides.add("SELL", Side.SELL);

/** The user channel writes types as words, REST in capitals. Conditional orders, which this host does not send, are what they become. */
const orderTypes = new WordTable();
orderTypes.add("Limit", OrderType.LIMIT);
orderTypes.add("LIMIT", OrderType.LIMIT);
orderTypes.add("Market", OrderType.MARKET);
orderTypes.add("MARKET", OrderType.MARKET);
orderTypes.add("Stop", OrderType.MARKET);
orderTypes.add("STOP", OrderType.MARKET);
orderTypes.add("Stop Limit", OrderType.LIMIT);
orderTypes.add("STOP_LIMIT", OrderType.LIMIT);
orderTypes.add("Bracket", OrderType.LIMIT);
orderTypes.add("BRACKET", OrderType.LIMIT);

/** A time limit is the venue's to keep: until then the order is good. */
const timesInForce = new WordTable();
timesInForce.add("GOOD_UNTIL_CANCELLED", TimeInForce.GTC);
timesInForce.add("GOOD_UNTIL_DATE_TIME", TimeInForce.GTC);
timesInForce.add("IMMEDIATE_OR_CANCEL", TimeInForce.IOC);
timesInForce.add("FILL_OR_KILL", TimeInForce.FOK);

function wordOf(table: WordTable, text: usize): u32 {
  if (text == 0) return 0;
  const value = table.at(text, UNKNOWN);
  return value == UNKNOWN ? <u32>refuse(Refusal.UNKNOWN_VALUE) : value;
}

/** OrdStatus in the low byte, ExecType in the next. */
export function statusOf(text: usize): u32 {
  return wordOf(statuses, text);
}

export function sideOf(text: usize): u8 {
  return <u8>wordOf(sides, text);
}

export function orderTypeOf(text: usize): u8 {
  return <u8>wordOf(orderTypes, text);
}

export function timeInForceOf(text: usize): u8 {
  return <u8>wordOf(timesInForce, text);
}
