/** A request that changes an order, as the codec writes it, taken apart. */
export interface OrderCall {
  readonly kind: "order";
  readonly method: "POST";
  readonly path: string;
  readonly requestId: number;
  readonly body: string;
  readonly isCancel: boolean;
}

/** A cancel, and a new order that is for after it. */
export interface ReplaceCall {
  readonly kind: "replace";
  readonly cancel: OrderCall;
  readonly place: OrderCall;
}

/** A question about orders or the account. */
export interface QuestionCall {
  readonly kind: "question";
  readonly path: string;
  /** Without a question mark. */
  readonly query: string;
  readonly requestId: number;
  /** How many pages of an answer may be asked for. */
  readonly pagesMax: number;
  /** What the question is about, in the codec's words: said again before each page. */
  readonly about: string;
}

export type GatewayCall = OrderCall | ReplaceCall | QuestionCall;

export const ORDERS_PATH = "/api/v3/brokerage/orders";
export const CANCEL_PATH: string = `${ORDERS_PATH}/batch_cancel`;
const ORDER_FORM = /^POST (\/api\/v3\/brokerage\/orders(\/batch_cancel)?) (\d{1,10})\n\n(.+)$/s;
const REPLACE_FORM = /^REPLACE (\d{1,10})\n\n([^\n]+)\n\n([^\n]+)$/;
const QUESTION_FORM =
  /^GET (\/api\/v3\/brokerage\/(?:orders\/historical\/(?:batch|fills)|accounts))\?(\S+) (\d{1,10}) (\d{1,3}) (\d+ \d+ \d+)\n\n$/;

/** Reads what the codec writes (plugins/venues/coinbase/order-request.ts, query-request.ts). Null for anything else. */
export function readCall(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): GatewayCall | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + offsetBytes, lengthBytes).toString("utf8");
  return readOrder(text) ?? readReplace(text) ?? readQuestion(text);
}

function readOrder(text: string): OrderCall | null {
  const [, path = "", cancel, id = "", body = ""] = ORDER_FORM.exec(text) ?? [];
  return path === "" ? null : orderCall(path, Number(id), body, cancel !== undefined);
}

/** The new order has the request id, its cancel the next one. */
function readReplace(text: string): ReplaceCall | null {
  const [, id = "", cancel = "", place = ""] = REPLACE_FORM.exec(text) ?? [];
  if (id === "") return null;
  return {
    kind: "replace",
    cancel: orderCall(CANCEL_PATH, Number(id) + 1, cancel, true),
    place: orderCall(ORDERS_PATH, Number(id), place, false),
  };
}

function readQuestion(text: string): QuestionCall | null {
  const [, path = "", query = "", id = "", pages = "", about = ""] = QUESTION_FORM.exec(text) ?? [];
  if (path === "") return null;
  return { kind: "question", path, query, requestId: Number(id), pagesMax: Number(pages), about };
}

function orderCall(path: string, requestId: number, body: string, isCancel: boolean): OrderCall {
  return { kind: "order", method: "POST", path, requestId, body, isCancel };
}

/**
 * What every answer is preceded by: status, request id, and when to ask again in milliseconds since 1970, 0 for at once. An answer to a
 * question has more words: what is left of the answer, and what the question was about.
 */
export function answerBytes(
  status: number,
  requestId: number,
  retryAtMs: number,
  body: Uint8Array,
  words = "",
): Uint8Array {
  return Buffer.concat([Buffer.from(`${status} ${requestId} ${Math.ceil(retryAtMs)}${words}\n`), body]);
}
