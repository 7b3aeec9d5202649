import { OrdStatus } from "../../abi/host/index.ts";
import type { BuiltLane } from "../../host/lane/index.ts";
import { LaneCounter } from "../../host/lane/index.ts";

/** What became of a session's orders. By status: of those that the order table still remembers, its capacity at most. */
export interface OrderCounts {
  readonly sent: number;
  /** Shown by the venue to have existed there. */
  readonly accepted: number;
  readonly filled: number;
  readonly partlyFilled: number;
  readonly cancelled: number;
  readonly expired: number;
  readonly rejected: number;
  /** By the venue's code. */
  readonly rejections: Readonly<Record<string, number>>;
  readonly denied: number;
  readonly cancelsSent: number;
  readonly open: number;
}

/** Counts a session's orders. Denied ones never had a number, so the lane's own counter has them. */
export function countOrders({ orders, lane }: BuiltLane): OrderCounts {
  const { columns } = orders;
  const byStatus = new Float64Array(16);
  let accepted = 0;
  let partlyFilled = 0;
  const rejections: Record<string, number> = {};
  // Numbers begin at 1 and leave none out, so the slots in use are the first ones; slot 0 comes last, with the first wrap.
  for (let place = 1; place <= columns.capacity; place++) {
    const slot = place % columns.capacity;
    if (columns.sequence[slot] === 0) break;
    const status = columns.status[slot] ?? 0;
    byStatus[status] = (byStatus[status] ?? 0) + 1;
    accepted += columns.proven[slot] ?? 0;
    if (status === OrdStatus.REJECTED) {
      const code = String(columns.reason[slot] ?? 0);
      rejections[code] = (rejections[code] ?? 0) + 1;
    }
    if ((columns.cumQty[slot] ?? 0) > 0 && status !== OrdStatus.FILLED) partlyFilled += 1;
  }
  const count = (cell: number): number => lane.counters[cell] ?? 0;
  return {
    sent: count(LaneCounter.ORDERS_SENT),
    accepted,
    filled: byStatus[OrdStatus.FILLED] ?? 0,
    partlyFilled,
    cancelled: byStatus[OrdStatus.CANCELED] ?? 0,
    expired: byStatus[OrdStatus.EXPIRED] ?? 0,
    rejected: count(LaneCounter.REJECTS),
    rejections,
    denied: count(LaneCounter.DENIALS),
    cancelsSent: count(LaneCounter.CANCELS_SENT),
    open: orders.open.count,
  };
}
