import type { KeyLabel, VenueProtocol } from "../signer-key.ts";

/** A request that may be signed. `{id}` in a path stands for one segment of letters, digits and hyphens. */
export interface AllowedRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** Names that its query may have. Coinbase's tokens do not cover the query, so there it has no say. */
  readonly parameters: readonly string[];
}

const allowed = (
  method: AllowedRequest["method"],
  path: string,
  parameters: readonly string[] = [],
): AllowedRequest => ({ method, path, parameters });

const binanceCommon = ["timestamp", "recvWindow"];

/**
 * Everything that is ever signed. Withdrawals, transfers, sub-accounts, margin and the management of keys are not here, and no configuration
 * can add them: a key's `allow` can only take away.
 *
 * At Binance a signature covers the parameters alone, neither method nor path: it is the names of the parameters that keep one from being used
 * elsewhere. A withdrawal needs `coin`, `address` and `amount`, a transfer `asset`, `amount` and `type`: none of them may ever stand here.
 */
export const allowedRequests: Readonly<Record<VenueProtocol, readonly AllowedRequest[]>> = {
  binance: [
    allowed("GET", "/api/v3/account", [...binanceCommon, "omitZeroBalances"]),
    allowed("GET", "/api/v3/account/commission", [...binanceCommon, "symbol"]),
    allowed("GET", "/api/v3/rateLimit/order", binanceCommon),
    allowed("GET", "/api/v3/order", [...binanceCommon, "symbol", "orderId", "origClientOrderId"]),
    allowed("GET", "/api/v3/openOrders", [...binanceCommon, "symbol"]),
    allowed("GET", "/api/v3/allOrders", [
      ...binanceCommon,
      "symbol",
      "orderId",
      "startTime",
      "endTime",
      "limit",
    ]),
    allowed("GET", "/api/v3/myTrades", [
      ...binanceCommon,
      "symbol",
      "orderId",
      "startTime",
      "endTime",
      "fromId",
      "limit",
    ]),
    allowed("DELETE", "/api/v3/order", [...binanceCommon, "symbol", "orderId", "origClientOrderId"]),
    allowed("DELETE", "/api/v3/openOrders", [...binanceCommon, "symbol"]),
  ],
  coinbase: [
    allowed("GET", "/api/v3/brokerage/accounts"),
    allowed("GET", "/api/v3/brokerage/accounts/{id}"),
    allowed("GET", "/api/v3/brokerage/key_permissions"),
    allowed("GET", "/api/v3/brokerage/transaction_summary"),
    allowed("GET", "/api/v3/brokerage/products"),
    allowed("GET", "/api/v3/brokerage/products/{id}"),
    allowed("GET", "/api/v3/brokerage/product_book"),
    allowed("GET", "/api/v3/brokerage/best_bid_ask"),
    allowed("GET", "/api/v3/brokerage/orders/historical/batch"),
    allowed("GET", "/api/v3/brokerage/orders/historical/fills"),
    allowed("GET", "/api/v3/brokerage/orders/historical/{id}"),
    allowed("POST", "/api/v3/brokerage/orders"),
    allowed("POST", "/api/v3/brokerage/orders/batch_cancel"),
  ],
};

/** Hosts that a Coinbase token may name. A simulated venue is on this machine. */
export const coinbaseHosts: Readonly<Record<KeyLabel, RegExp>> = {
  production: /^api\.coinbase\.com$/,
  testnet: /^api-sandbox\.coinbase\.com$/,
  simulation: /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/,
};
