import type { OrderSlots } from "./order-slots.hot.ts";
import { RequestFlag } from "./order-columns.ts";
import { IS_OPEN } from "./order-states.ts";
import type { TradeIdSet } from "./trade-id-set.hot.ts";

/** An order of an earlier start, as the journal left it. */
export interface RestoredOrder {
  readonly epoch: number;
  readonly sequence: number;
  /** UNKNOWN where nothing proves its end. */
  readonly status: number;
  /** Place of its agent; the agents' count gives it to the host. */
  readonly agent: number;
  readonly tag: number;
  /** Row of the instrument table. */
  readonly instrument: number;
  readonly side: number;
  readonly orderType: number;
  readonly timeInForce: number;
  readonly price: number;
  readonly quantity: number;
  /** Sum of the fills that were applied. */
  readonly cumQty: number;
  readonly venueCumQty: number;
  /** 0 while it is unknown. */
  readonly venueOrderId: bigint;
  /** The venue has shown it: then its absence is an end, and not proof that it was never there. */
  readonly isProven: boolean;
  /** Executions that were applied. */
  readonly tradeIds: readonly bigint[];
}

const HALF = 32n;

/** Takes an order of an earlier start into the table, under its old id. Its slot, or −IntentRefusal. Cold: once for each, before the first input. */
export function restoreOrder(
  slots: OrderSlots,
  tradeIds: readonly TradeIdSet[],
  order: RestoredOrder,
  nowNs: number,
): number {
  const slot = slots.claim();
  if (slot < 0) return slot;
  slots.useSequence();
  const { columns } = slots;
  columns.epoch[slot] = order.epoch;
  columns.sequence[slot] = order.sequence;
  columns.side[slot] = order.side;
  columns.orderType[slot] = order.orderType;
  columns.timeInForce[slot] = order.timeInForce;
  columns.agent[slot] = order.agent;
  columns.instrument[slot] = order.instrument;
  columns.tag[slot] = order.tag;
  columns.price[slot] = order.price;
  columns.quantity[slot] = order.quantity;
  columns.cumQty[slot] = order.cumQty;
  columns.venueCumQty[slot] = Math.max(order.venueCumQty, order.cumQty);
  columns.proven[slot] = order.isProven ? 1 : 0;
  columns.submittedNs[slot] = nowNs;
  // What reports say of it may be older than the doubt: only proof, or a report of its end, ends UNKNOWN.
  if (IS_OPEN[order.status] === 1) columns.requestFlags[slot] = RequestFlag.NEEDS_PROOF;
  slots.byPriorId.insert(order.epoch, order.sequence, 0, slot);
  slots.learnVenueOrderId(slot, lowHalf(order.venueOrderId), highHalf(order.venueOrderId));
  for (const id of order.tradeIds) tradeIds[order.instrument]?.add(slot, lowHalf(id), highHalf(id));
  slots.move(slot, order.status);
  return slot;
}

function lowHalf(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

function highHalf(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> HALF));
}
