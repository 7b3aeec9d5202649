/** An order request as the codec writes it, taken apart. */
export interface OrderCall {
  readonly method: "POST";
  readonly path: string;
  readonly requestId: number;
  readonly body: string;
  readonly isCancel: boolean;
}

const FORM = /^(POST) (\/api\/v3\/brokerage\/orders(\/batch_cancel)?) (\d{1,10})\n\n(.+)$/s;

/** Reads `POST <path> <request id>`, an empty line, the body (plugins/venues/coinbase/order-request.ts). Null for anything else. */
export function readOrderCall(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): OrderCall | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + offsetBytes, lengthBytes).toString("utf8");
  const found = FORM.exec(text);
  if (found === null) return null;
  const [, , path = "", cancel, id = "", body = ""] = found;
  return { method: "POST", path, requestId: Number(id), body, isCancel: cancel !== undefined };
}

/** What every answer is preceded by: status, request id, and when to ask again in milliseconds since 1970, 0 for at once. */
export function answerBytes(
  status: number,
  requestId: number,
  retryAtMs: number,
  body: Uint8Array,
): Uint8Array {
  return Buffer.concat([Buffer.from(`${status} ${requestId} ${Math.ceil(retryAtMs)}\n`), body]);
}
