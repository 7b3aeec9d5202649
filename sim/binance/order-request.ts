import type { OrderType, Side, TimeInForce } from "../market/index.ts";
import type { ResponseType } from "./order-text.ts";
import { isRefusal, readInteger, readMantissa, readText } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import {
  INVALID_CANCEL_RESTRICTIONS,
  INVALID_ORDER_TYPE,
  INVALID_SIDE,
  INVALID_TIME_IN_FORCE,
  eitherParameter,
  illegalCharacters,
  invalidParameter,
  mandatoryParameter,
  parameterNotRequired,
} from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** A new order as the client wrote it, checked in form but not against the symbol's filters. */
export interface OrderRequest {
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** 0 for MARKET. */
  readonly price: number;
  readonly quantity: number;
  /** Null: the venue makes one up. */
  readonly clientOrderId: string | null;
  readonly responseType: ResponseType;
}

/** Which order a cancel or a query means; at least one of the two is given. */
export interface OrderSelector {
  readonly orderId: number | null;
  readonly clientOrderId: string | null;
}

/** A cancel as the client wrote it. */
export interface CancelRequest {
  readonly selector: OrderSelector;
  readonly newClientOrderId: string | null;
  readonly onlyIf: "NEW" | "PARTIALLY_FILLED" | null;
}

const CLIENT_ORDER_ID = /^[a-zA-Z0-9-_]{1,36}$/;
const CLIENT_ORDER_ID_RANGE = "^[a-zA-Z0-9-_]{1,36}$";

/** Reads the parameters of `order.place`. */
export function parseOrder(parameters: Parameters): OrderRequest | Refusal {
  const sideText = readText(parameters, "side");
  if (sideText === null) return mandatoryParameter("side");
  if (sideText !== "BUY" && sideText !== "SELL") return INVALID_SIDE;
  const type = readText(parameters, "type");
  if (type === null) return mandatoryParameter("type");
  if (type !== "LIMIT" && type !== "LIMIT_MAKER" && type !== "MARKET") return INVALID_ORDER_TYPE;
  const timeInForce = parseTimeInForce(parameters, type);
  if (typeof timeInForce !== "string") return timeInForce;
  const quantity = readMantissa(parameters, "quantity");
  if (typeof quantity !== "number") return quantity;
  const price = parsePrice(parameters, type);
  if (typeof price !== "number") return price;
  const clientOrderId = parseClientOrderId(parameters, "newClientOrderId");
  if (typeof clientOrderId === "object" && clientOrderId !== null) return clientOrderId;
  const responseType = parseResponseType(parameters, type);
  if (typeof responseType !== "string") return responseType;
  return {
    side: sideText === "BUY" ? 1 : 2,
    type,
    timeInForce,
    price,
    quantity,
    clientOrderId,
    responseType,
  };
}

/** What the parameters of a cancel are called, which differs within a replace. */
export interface CancelNames {
  readonly orderId: string;
  readonly origClientOrderId: string;
  readonly newClientOrderId: string;
}

const NAMES: CancelNames = {
  orderId: "orderId",
  origClientOrderId: "origClientOrderId",
  newClientOrderId: "newClientOrderId",
};

/** Reads the two ids that name an order. */
export function parseSelector(parameters: Parameters, names: CancelNames = NAMES): OrderSelector | Refusal {
  const orderId = readInteger(parameters, names.orderId);
  if (typeof orderId === "object" && orderId !== null) return orderId;
  const clientOrderId = parseClientOrderId(parameters, names.origClientOrderId);
  if (typeof clientOrderId === "object" && clientOrderId !== null) return clientOrderId;
  if (orderId === null && clientOrderId === null)
    return eitherParameter(names.origClientOrderId, names.orderId);
  return { orderId, clientOrderId };
}

/** Reads the parameters of `order.cancel`. */
export function parseCancel(parameters: Parameters): CancelRequest | Refusal {
  return parseCancelOf(parameters, NAMES);
}

/** Reads a cancel whose parameters have these names. */
export function parseCancelOf(parameters: Parameters, names: CancelNames): CancelRequest | Refusal {
  const selector = parseSelector(parameters, names);
  if (isRefusal(selector)) return selector;
  const newClientOrderId = parseClientOrderId(parameters, names.newClientOrderId);
  if (typeof newClientOrderId === "object" && newClientOrderId !== null) return newClientOrderId;
  const restriction = readText(parameters, "cancelRestrictions");
  if (restriction === null) return { selector, newClientOrderId, onlyIf: null };
  if (restriction === "ONLY_NEW") return { selector, newClientOrderId, onlyIf: "NEW" };
  if (restriction === "ONLY_PARTIALLY_FILLED")
    return { selector, newClientOrderId, onlyIf: "PARTIALLY_FILLED" };
  return INVALID_CANCEL_RESTRICTIONS;
}

function parseTimeInForce(parameters: Parameters, type: OrderType): TimeInForce | Refusal {
  const text = readText(parameters, "timeInForce");
  if (type !== "LIMIT") return text === null ? "GTC" : parameterNotRequired("timeInForce");
  if (text === null) return mandatoryParameter("timeInForce");
  if (text === "GTC" || text === "IOC" || text === "FOK") return text;
  return INVALID_TIME_IN_FORCE;
}

function parsePrice(parameters: Parameters, type: OrderType): number | Refusal {
  if (type !== "MARKET") return readMantissa(parameters, "price");
  return readText(parameters, "price") === null ? 0 : parameterNotRequired("price");
}

function parseClientOrderId(parameters: Parameters, name: string): string | null | Refusal {
  const text = readText(parameters, name);
  if (text === null) return null;
  return CLIENT_ORDER_ID.test(text) ? text : illegalCharacters(name, CLIENT_ORDER_ID_RANGE);
}

function parseResponseType(parameters: Parameters, type: OrderType): ResponseType | Refusal {
  const text = readText(parameters, "newOrderRespType");
  if (text === null) return type === "LIMIT_MAKER" ? "ACK" : "FULL";
  if (text === "ACK" || text === "RESULT" || text === "FULL") return text;
  return invalidParameter("newOrderRespType");
}
