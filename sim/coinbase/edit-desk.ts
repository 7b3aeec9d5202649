import { parseDecimal } from "./decimal.ts";
import { checkSize, isPrice } from "./order-checks.ts";
import type { OrderEntry } from "./order-entry.ts";
import type { OrderRecord } from "./order-record.ts";

/** An edit that was checked against its order, or why it was refused. */
export type EditOutcome =
  | { readonly ok: true; readonly record: OrderRecord; readonly price: number; readonly quantity: number }
  | { readonly ok: false; readonly reason: string; readonly preview: string };

const UNKNOWN_PREVIEW = "UNKNOWN_PREVIEW_FAILURE_REASON";

/** Edits of price and size. Only limit orders without an end (GTC) can be edited, and only while they are open. */
export class EditDesk {
  readonly #entry: OrderEntry;

  constructor(entry: OrderEntry) {
    this.#entry = entry;
  }

  /** Judges an edit without carrying it out. A price or size that is left out stays. */
  check(account: number, body: Readonly<Record<string, unknown>>): EditOutcome {
    const { order_id: orderId, price: priceText, size: sizeText } = body;
    const record = typeof orderId === "string" ? this.#entry.orders.find(account, orderId) : null;
    if (record === null) return refused("ORDER_NOT_FOUND");
    if (record.configuration.kind !== "limit_limit_gtc") return refused("ONLY_LIMIT_ORDER_EDITS_SUPPORTED");
    if (record.status !== "OPEN") return refused("ONLY_OPEN_ORDERS_CAN_BE_EDITED");
    const price = priceText === undefined ? record.price : parseDecimal(priceText);
    if (price === null || !isPrice(record.product, price)) return refused("INVALID_EDITED_PRICE");
    const quantity = sizeText === undefined ? record.quantity : parseDecimal(sizeText);
    if (quantity === null || checkSize(record.product, quantity) !== null)
      return refused("INVALID_EDITED_SIZE");
    if (quantity <= record.filled) return refused("CANNOT_EDIT_TO_BELOW_FILLED_SIZE");
    return { ok: true, record, price, quantity };
  }

  edit(account: number, body: Readonly<Record<string, unknown>>, nowNs: number): EditOutcome {
    const outcome = this.check(account, body);
    if (!outcome.ok) return outcome;
    const refusal = this.#entry.replace(outcome.record, outcome.price, outcome.quantity, nowNs);
    if (refusal === null) return outcome;
    return { ok: false, reason: "COMMANDER_REJECTED_EDIT_ORDER", preview: refusal.previewFailureReason };
  }
}

function refused(reason: string): EditOutcome {
  return { ok: false, reason, preview: UNKNOWN_PREVIEW };
}
