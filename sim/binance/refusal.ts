/** What the venue answers instead of a result: an HTTP-like status, its error code and its text, and when to come back. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly msg: string;
  /** Epoch ms from which a request may be made again; on 429 and 418 only. */
  readonly retryAfterMs?: number;
  /** JSON text of what goes with the error: the halves of a replace. */
  readonly data?: string;
}

function refusal(status: number, code: number, msg: string): Refusal {
  return { status, code, msg };
}

/** Texts of the venue's matching engine, sent with -2010 (new order) and -2011 (cancel). */
export type EngineText =
  | "Account has insufficient balance for requested action."
  | "Duplicate order sent."
  | "Order would immediately match and take."
  | "Unknown order sent."
  | "Order was not canceled due to cancel restrictions."
  | "Order book liquidity is less than symbol minimum quantity."
  | "This action is disabled on this account.";

export const INVALID_SYMBOL: Refusal = refusal(400, -1121, "Invalid symbol.");
export const INVALID_SIGNATURE: Refusal = refusal(400, -1022, "Signature for this request is not valid.");
export const TIMESTAMP_LATE: Refusal = refusal(
  400,
  -1021,
  "Timestamp for this request is outside of the recvWindow.",
);
export const TIMESTAMP_EARLY: Refusal = refusal(
  400,
  -1021,
  "Timestamp for this request was 1000ms ahead of the server's time.",
);
export const RECV_WINDOW_TOO_LARGE: Refusal = refusal(
  400,
  -1102,
  "'recvWindow' contains unexpected value. Cannot be greater than 60000.",
);
export const API_KEY_FORMAT: Refusal = refusal(401, -2014, "API-key format invalid.");
export const API_KEY_REJECTED: Refusal = refusal(
  401,
  -2015,
  "Invalid API-key, IP, or permissions for action.",
);
export const NO_SUCH_ORDER: Refusal = refusal(400, -2013, "Order does not exist.");
export const INVALID_ORDER_TYPE: Refusal = refusal(400, -1116, "Invalid orderType.");
export const INVALID_SIDE: Refusal = refusal(400, -1117, "Invalid side.");
export const INVALID_TIME_IN_FORCE: Refusal = refusal(400, -1115, "Invalid timeInForce.");
export const INVALID_CANCEL_RESTRICTIONS: Refusal = refusal(400, -1145, "Invalid cancelRestrictions");
export const SUBSCRIPTION_ACTIVE: Refusal = refusal(
  400,
  -2035,
  "User Data Stream subscription already active.",
);
export const SUBSCRIPTION_INACTIVE: Refusal = refusal(
  400,
  -2036,
  "User Data Stream subscription not active.",
);
export const INVALID_JSON: Refusal = refusal(400, -1135, "Invalid JSON Request");
export const UNSUPPORTED_OPERATION: Refusal = refusal(400, -1020, "This operation is not supported.");
export const BACKEND_TIMEOUT: Refusal = refusal(
  504,
  -1007,
  "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
);

export const UNEXPECTED_RESPONSE: Refusal = refusal(
  500,
  -1006,
  "An unexpected response was received from the message bus. Execution status unknown.",
);

/** -2010: the engine refused a new order. */
export function newOrderRejected(text: EngineText): Refusal {
  return refusal(400, -2010, text);
}

/** -2011: the engine refused a cancel. */
export function cancelRejected(text: EngineText): Refusal {
  return refusal(400, -2011, text);
}

/** -1013: the order breaks a rule of the symbol, for instance `LOT_SIZE`. */
export function filterFailure(filter: string): Refusal {
  return refusal(400, -1013, `Filter failure: ${filter}`);
}

/** -1102: a parameter that the call cannot do without is missing, empty or not of its type. */
export function mandatoryParameter(name: string): Refusal {
  return refusal(400, -1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
}

/** -1102: one of two parameters must be sent. */
export function eitherParameter(first: string, second: string): Refusal {
  return refusal(400, -1102, `Param '${first}' or '${second}' must be sent, but both were empty/null!`);
}

/** -1106: a parameter that this kind of order does not take. */
export function parameterNotRequired(name: string): Refusal {
  return refusal(400, -1106, `Parameter '${name}' sent when not required.`);
}

/** -1100: a parameter with characters outside its alphabet. */
export function illegalCharacters(name: string, range: string): Refusal {
  return refusal(400, -1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);
}

/** -1111: more than eight significant decimal digits. */
export function tooMuchPrecision(name: string): Refusal {
  return refusal(400, -1111, `Parameter '${name}' has too much precision.`);
}

/** -1108: a number that the venue cannot hold. */
export function parameterOverflow(name: string): Refusal {
  return refusal(400, -1108, `Parameter '${name}' overflowed.`);
}

/** -1130: a parameter of the right type with a value that the venue does not take. */
export function invalidParameter(name: string): Refusal {
  return refusal(400, -1130, `Data sent for parameter '${name}' is not valid.`);
}

/** -1003 with status 429: the weight of this minute is spent. */
export function tooMuchWeight(limit: number, retryAfterMs: number): Refusal {
  return {
    status: 429,
    code: -1003,
    msg: `Too much request weight used; current limit is ${limit} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
    retryAfterMs,
  };
}

/** -1003 with status 418: requests went on after 429, so the address is banned. */
export function addressBanned(untilMs: number): Refusal {
  return {
    status: 418,
    code: -1003,
    msg: `Way too much request weight used; IP banned until ${untilMs}. Please use WebSocket Streams for live updates to avoid bans.`,
    retryAfterMs: untilMs,
  };
}

/** -1015 with status 429: too many unfilled orders in a window, for instance `50 orders per 10 SECOND`. */
export function tooManyOrders(limit: number, window: string, retryAfterMs: number): Refusal {
  return {
    status: 429,
    code: -1015,
    msg: `Too many new orders; current limit is ${limit} orders per ${window}.`,
    retryAfterMs,
  };
}

/** -2021 with status 409: one half of a replace was done. -2022 with status 400: neither was. */
export function replaceFailed(wholly: boolean, data: string): Refusal {
  return wholly
    ? { status: 400, code: -2022, msg: "Order cancel-replace failed.", data }
    : { status: 409, code: -2021, msg: "Order cancel-replace partially failed.", data };
}

/** The body that REST sends: `{"code":-1121,"msg":"Invalid symbol."}`. */
export function refusalBody(refused: Refusal): string {
  const data = refused.data === undefined ? "" : `,"data":${refused.data}`;
  return `{"code":${refused.code},"msg":${JSON.stringify(refused.msg)}${data}}`;
}
