import { parseCancelOf, parseOrder } from "./order-request.ts";
import type { CancelRequest, OrderRequest } from "./order-request.ts";
import type { Placement } from "./order-entry.ts";
import type { OrderRecord } from "./order-record.ts";
import { isRefusal, readText } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import { invalidParameter, mandatoryParameter } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** Cancel one order and place another, in one request. */
export interface ReplaceRequest {
  readonly cancel: CancelRequest;
  readonly order: OrderRequest;
  /** STOP_ON_FAILURE: no new order where the cancel fails. ALLOW_FAILURE: the new order is tried all the same. */
  readonly mode: "STOP_ON_FAILURE" | "ALLOW_FAILURE";
}

/** What became of both halves; `placed` is null where the new order was not attempted. */
export interface Replacement {
  readonly canceled: OrderRecord | Refusal;
  readonly placed: Placement | Refusal | null;
}

const CANCEL_NAMES = {
  orderId: "cancelOrderId",
  origClientOrderId: "cancelOrigClientOrderId",
  newClientOrderId: "cancelNewClientOrderId",
};

/** Reads the parameters of `order.cancelReplace`. */
export function parseReplace(parameters: Parameters): ReplaceRequest | Refusal {
  const mode = readText(parameters, "cancelReplaceMode");
  if (mode === null) return mandatoryParameter("cancelReplaceMode");
  if (mode !== "STOP_ON_FAILURE" && mode !== "ALLOW_FAILURE") return invalidParameter("cancelReplaceMode");
  const cancel = parseCancelOf(parameters, CANCEL_NAMES);
  if (isRefusal(cancel)) return cancel;
  const order = parseOrder(parameters);
  return isRefusal(order) ? order : { cancel, order, mode };
}
