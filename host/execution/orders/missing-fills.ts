import type { OrderColumns } from "./order-columns.ts";
import { IS_OPEN } from "./order-states.ts";

/**
 * Orders that are over with a fill that has not been told yet: at Coinbase the user channel says that an order was canceled, and its fills are asked
 * for. Looks at every slot: not for the way of an event.
 */
export function missingFills({ capacity, status, cumQty, venueCumQty }: OrderColumns): number {
  let count = 0;
  for (let slot = 0; slot < capacity; slot++)
    if (IS_OPEN[status[slot] ?? 0] !== 1 && (venueCumQty[slot] ?? 0) > (cumQty[slot] ?? 0)) count += 1;
  return count;
}
