import type { DescribedRecord } from "../../abi/host/index.ts";
import { OrdStatus, OrderType, Side, TimeInForce } from "../../abi/host/index.ts";
import { integer } from "./binance-reference-fields.ts";
import type { Fields } from "./binance-reference-fields.ts";

// The words of the reference decoder of Binance's frames, and the records that it describes.

export const UNKNOWN_ASSET = 4_294_967_295;

export function record(
  name: string,
  fields: DescribedRecord["fields"],
  groups: DescribedRecord["groups"] = {},
): DescribedRecord {
  return { name, fields, groups };
}

/** Epoch and sequence of a client order id of this host, zeros for any other. */
export function clientOrderId(text: string): { clientOrderEpoch: number; clientOrderSequence: number } {
  const [, first = "", second = ""] = /^s([1-9a-z][0-9a-z]*)-(0|[1-9a-z][0-9a-z]*)$/.exec(text) ?? [];
  const [clientOrderEpoch, clientOrderSequence] = [Number.parseInt(first, 36), Number.parseInt(second, 36)];
  const isOurs = clientOrderEpoch < 2 ** 32 && clientOrderSequence < 2 ** 32;
  return isOurs ? { clientOrderEpoch, clientOrderSequence } : { clientOrderEpoch: 0, clientOrderSequence: 0 };
}

export const sides: Readonly<Record<string, number>> = { BUY: Side.BUY, SELL: Side.SELL };

export const timesInForce: Readonly<Record<string, number>> = {
  GTC: TimeInForce.GTC,
  IOC: TimeInForce.IOC,
  FOK: TimeInForce.FOK,
};

export const orderTypes: Readonly<Record<string, number>> = {
  LIMIT: OrderType.LIMIT,
  STOP_LOSS_LIMIT: OrderType.LIMIT,
  TAKE_PROFIT_LIMIT: OrderType.LIMIT,
  LIMIT_MAKER: OrderType.LIMIT_MAKER,
  MARKET: OrderType.MARKET,
  STOP_LOSS: OrderType.MARKET,
  TAKE_PROFIT: OrderType.MARKET,
};

export const ordStatuses: Readonly<Record<string, number>> = {
  NEW: OrdStatus.ACCEPTED,
  PARTIALLY_FILLED: OrdStatus.PARTIALLY_FILLED,
  FILLED: OrdStatus.FILLED,
  CANCELED: OrdStatus.CANCELED,
  REJECTED: OrdStatus.REJECTED,
  EXPIRED: OrdStatus.EXPIRED,
  EXPIRED_IN_MATCH: OrdStatus.EXPIRED,
  PENDING_NEW: OrdStatus.PENDING_NEW,
  PENDING_CANCEL: OrdStatus.PENDING_CANCEL,
};

export function status(state: number, requestId = 0, errorCode = 0): DescribedRecord {
  return record("SessionStatus", { requestId, errorCode, state });
}

export function requestIdOf(top: Fields): number {
  const id = top.get("id");
  if (id === undefined || id.kind === "text" || (id.kind === "word" && id.word === "null")) return 0;
  if (id.kind === "number" && id.digits.startsWith("-")) return 0;
  const value = integer(id);
  return value < 2n ** 32n ? Number(value) : 0;
}
