import type { RestDesk } from "./rest-desk.ts";
import type { RestOrder, RestSigner } from "./rest-order.ts";
import { restOrderOf } from "./rest-order.ts";
import type { VenueClock } from "./venue-clock.ts";

/** No answer came, or none that the codec could be given: the outcome is unknown [C7]. */
const UNKNOWN_STATUS = 504;
/** This host did not send the request after all. */
const NOT_SENT_STATUS = 499;

export interface RestOrdersParts {
  readonly desk: RestDesk;
  readonly restUrl: string;
  readonly signer: RestSigner;
  readonly clock: VenueClock;
  /** A line `STATUS ID RETRY_AFTER_MS`, then the body. */
  readonly onAnswer: (bytes: Uint8Array) => void;
  readonly onNotice: (level: "info" | "warn" | "error", text: string) => void;
}

/** Order requests over REST, for when the order session is down. */
export class RestOrders {
  private readonly parts: RestOrdersParts;

  constructor(parts: RestOrdersParts) {
    this.parts = parts;
  }

  /** Sends what the codec wrote for the WebSocket API. False: nothing has left, for want of weight or of a REST form. */
  send(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean {
    const { desk, restUrl, signer } = this.parts;
    const order = restOrderOf(bytes, offsetBytes, lengthBytes);
    if (order === null || !desk.take(order.weight, order.isCancel)) return false;
    const { method, path, query } = order;
    signer.rest(method, path, query).then(
      (signed) => {
        const url = `${restUrl}${path}?${signed}`;
        const headers = { "x-mbx-apikey": signer.apiKey };
        desk.send(
          { method, url, headers, body: null },
          {
            onAnswer: ({ status, retryAfterMs, bytes: body }) =>
              this.answer(order, status, retryAfterMs, body),
            onError: (reason) => {
              this.parts.onNotice(
                "warn",
                `binance: no answer to ${method} ${path}: ${reason}; its outcome is unknown`,
              );
              this.answer(order, UNKNOWN_STATUS, 0, new Uint8Array(0));
            },
          },
        );
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.parts.onNotice("error", `binance: ${method} ${path} was not sent, no signature: ${reason}`);
        this.answer(order, NOT_SENT_STATUS, 0, new Uint8Array(0));
      },
    );
    return true;
  }

  private answer({ idText }: RestOrder, status: number, retryAfterMs: number, body: Uint8Array): void {
    const retryAtMs = retryAfterMs > 0 ? Math.ceil(this.parts.clock.venueMs() + retryAfterMs) : 0;
    this.parts.onAnswer(Buffer.concat([Buffer.from(`${status} ${idText} ${retryAtMs}\n`), body]));
  }
}
