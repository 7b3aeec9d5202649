import type { VenueFaults } from "./faults.ts";
import type { OrderEntry } from "./order-entry.ts";
import { isOpen } from "./order-record.ts";
import type { OrderRecord } from "./order-record.ts";

/** One order's part in the answer to `batch_cancel`. */
export interface CancelResult {
  readonly success: boolean;
  readonly failure_reason: string;
  readonly order_id: string;
}

/** What cancelling needs of the venue. */
export interface CancelContext {
  readonly entry: OrderEntry;
  readonly faults: VenueFaults;
  readonly changed: (record: OrderRecord, timeNs: number) => void;
  readonly schedule: (dueNs: number, run: (nowNs: number) => void) => void;
}

/**
 * Cancels orders. A success means that the cancel was accepted, no more: the order is CANCEL_QUEUED until the market has let
 * it go, and a fill may come first.
 */
export class CancelDesk {
  readonly #context: CancelContext;

  constructor(context: CancelContext) {
    this.#context = context;
  }

  cancelAll(account: number, orderIds: readonly string[], nowNs: number): CancelResult[] {
    const { partialCancel } = this.#context.faults;
    return orderIds.map((orderId, index) => {
      const failure =
        partialCancel && index % 2 === 1
          ? "COMMANDER_REJECTED_CANCEL_ORDER"
          : this.#cancel(account, orderId, nowNs);
      const success = failure === null;
      return { success, failure_reason: failure ?? "UNKNOWN_CANCEL_FAILURE_REASON", order_id: orderId };
    });
  }

  #cancel(account: number, orderId: string, nowNs: number): string | null {
    const { entry, faults, changed, schedule } = this.#context;
    const record = entry.orders.find(account, orderId);
    if (record === null || !isOpen(record)) return "UNKNOWN_CANCEL_ORDER";
    if (record.pendingCancel) return "DUPLICATE_CANCEL_REQUEST";
    record.pendingCancel = true;
    record.status = "CANCEL_QUEUED";
    changed(record, nowNs);
    const carryOut = (atNs: number): void => entry.cancel(record, "User requested cancel", atNs);
    if (faults.cancelDelayNs === 0) carryOut(nowNs);
    else schedule(nowNs + faults.cancelDelayNs, carryOut);
    return null;
  }
}
