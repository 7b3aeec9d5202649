import { ExecType, ExecutionReport, OrdStatus, emit } from "abi/assembly";
import { Instrument } from "../definitions/instruments";
import { textOf } from "../text/fields";
import { ClientOrderId } from "./client-order-id";
import { Asked } from "./asked";
import { Key } from "./keys";
import { noteOrder, venueOrderIdOf } from "./order-ids";
import { orderTypeOf, sideOf, statusOf, timeInForceOf } from "./order-words";
import { Uuid } from "./uuid";
import { takeRecord } from "./record-list";
import { errorCodeAt } from "./venue-error";

/**
 * What the user channel and the queries say of an order in the same words: whose it is, its status, its kind. `sideKey` differs.
 * Null after noting a refusal. Amounts are the caller's: the two write them differently.
 */
export function openReport(instrument: Instrument | null, sideKey: u32): ExecutionReport | null {
  if (instrument === null || !takeRecord()) return null;
  const record = emit<ExecutionReport>(ExecutionReport.TEMPLATE_ID);
  record.instrumentId = instrument.instrumentId;
  const status = statusOf(textOf(Key.STATUS));
  record.ordStatus = <u8>status;
  const isAnswer = Asked.requestId != 0;
  record.requestId = Asked.requestId;
  record.execType = isAnswer ? ExecType.ORDER_STATUS : <u8>(status >> 8);
  record.side = sideOf(textOf(sideKey));
  record.orderType = orderTypeOf(textOf(Key.ORDER_TYPE));
  record.timeInForce = timeInForceOf(textOf(Key.TIME_IN_FORCE));
  const client = textOf(Key.CLIENT_ORDER_ID);
  if (client != 0) ClientOrderId.parse(client);
  record.clientOrderEpoch = ClientOrderId.epoch;
  record.clientOrderSequence = ClientOrderId.sequence;
  record.venueOrderId = venueOrderIdOf(Key.ORDER_ID);
  const reason = record.ordStatus == OrdStatus.REJECTED ? textOf(Key.REJECT_REASON) : 0;
  if (reason != 0) record.rejectCode = errorCodeAt(reason);
  noteOrder(Uuid.high, Uuid.low, ClientOrderId.epoch, ClientOrderId.sequence, isOver(record));
  return record;
}

/** Whether the order is over: it needs no cancel any more. */
function isOver(record: ExecutionReport): bool {
  return record.ordStatus >= OrdStatus.FILLED;
}

/** An open order with fills is one that is filled in part. */
export function setCumQty(record: ExecutionReport, cumQty: i64): void {
  record.cumQty = cumQty;
  if (record.ordStatus == OrdStatus.ACCEPTED && cumQty > 0) record.ordStatus = OrdStatus.PARTIALLY_FILLED;
}
