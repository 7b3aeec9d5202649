import type { RestCall } from "../../../platform/index.ts";

/** Signs REST requests of the account. The gateway sees signatures, never the key. Rejects with an Error whose text is for the log. */
export interface RestSigner {
  readonly apiKey: string;
  /** `query` with its signature, as it goes behind the question mark. */
  rest(method: string, path: string, query: string): Promise<string>;
}

/** An order request of the WebSocket API in its REST form. */
export interface RestOrder {
  /** As the codec wants it before the answer: digits, with an r before those of a replace. */
  readonly idText: string;
  readonly method: RestCall["method"];
  readonly path: string;
  readonly query: string;
  readonly weight: number;
  readonly isCancel: boolean;
}

type Route = readonly [RestCall["method"], string, number];

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["order.place", ["POST", "/api/v3/order", 1]],
  ["order.cancel", ["DELETE", "/api/v3/order", 1]],
  ["order.cancelReplace", ["POST", "/api/v3/order/cancelReplace", 1]],
  ["order.status", ["GET", "/api/v3/order", 4]],
  ["openOrders.status", ["GET", "/api/v3/openOrders", 6]],
  ["allOrders", ["GET", "/api/v3/allOrders", 20]],
  ["myTrades", ["GET", "/api/v3/myTrades", 20]],
  ["account.status", ["GET", "/api/v3/account", 20]],
]);

/** Turns what the codec wrote for the WebSocket API into a REST request; null for what has no REST form. */
export function restOrderOf(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): RestOrder | null {
  const { id, method, params } = JSON.parse(
    Buffer.from(bytes.buffer, bytes.byteOffset + offsetBytes, lengthBytes).toString("utf8"),
  ) as {
    readonly id: number | string;
    readonly method: string;
    readonly params: Record<string, string | number>;
  };
  const route = ROUTES.get(method);
  if (route === undefined) return null;
  const [verb, path, weight] = route;
  const query = Object.entries(params)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  return { idText: String(id), method: verb, path, query, weight, isCancel: method === "order.cancel" };
}
