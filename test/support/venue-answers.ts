import { ExecType, LiquiditySide, OrderType, OrdStatus } from "../../abi/host/index.ts";
import type { SeenEffect } from "./lane-under-test.ts";
import { commandOf } from "./lane-under-test.ts";
import type { FieldValues } from "./record-writer.ts";
import { writeRecord } from "./record-writer.ts";

/** What the venue reports of an order that this host sent. */
export function report(sent: SeenEffect, changes: FieldValues = {}): Buffer {
  const { sequence, epoch, side, price, quantity, instrumentId } = commandOf(sent);
  return writeRecord("ExecutionReport", {
    venueOrderId: 9_000 + sequence,
    price,
    orderQty: quantity,
    instrumentId,
    clientOrderEpoch: epoch,
    clientOrderSequence: sequence,
    execType: ExecType.NEW,
    ordStatus: OrdStatus.ACCEPTED,
    side,
    orderType: OrderType.LIMIT,
    timeInForce: 1,
    ...changes,
  });
}

/** A trade of such an order. */
export function fill(
  sent: SeenEffect,
  tradeId: number,
  lastQty: number,
  cumQty: number,
  changes: FieldValues = {},
): Buffer {
  return report(sent, {
    execType: ExecType.TRADE,
    ordStatus: cumQty === commandOf(sent).quantity ? OrdStatus.FILLED : OrdStatus.PARTIALLY_FILLED,
    tradeId,
    lastQty,
    cumQty,
    lastPrice: commandOf(sent).price,
    liquiditySide: LiquiditySide.MAKER,
    ...changes,
  });
}

/** [V16] The venue takes a trade of such an order back, or gives it other terms; without a word of the order's state or sum. */
export function amendment(
  sent: SeenEffect,
  execType: ExecType,
  tradeId: number,
  execId: number,
  changes: FieldValues = {},
): Buffer {
  return report(sent, { execType, ordStatus: OrdStatus.UNKNOWN, tradeId, execId, ...changes });
}

/** The answer to a request. */
export function reply(requestId: number, status: number, errorCode = 0): Buffer {
  return writeRecord("RequestReply", {
    requestId,
    status,
    errorCode,
    venueOrderId: status === 200 ? 9_001 : 0,
  });
}
