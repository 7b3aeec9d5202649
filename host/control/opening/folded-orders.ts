import { OrdStatus } from "../../../abi/host/index.ts";
import type { FillOutcome, OrderOutcome } from "../../lane/index.ts";
import { OrderTrigger } from "../../execution/orders/index.ts";
import { FillKind, OrderRecordFlag } from "../../lane/index.ts";
import type { OpeningOrder, OrderName } from "./opening.ts";

/** Executions of each instrument that are remembered past the end of their orders: as many as a question after a crash may bring again. */
const RECENT_TRADES = 64;
const ENDED: ReadonlySet<number> = new Set([
  OrdStatus.DENIED,
  OrdStatus.FILLED,
  OrdStatus.CANCELED,
  OrdStatus.REJECTED,
  OrdStatus.EXPIRED,
]);

/** What a record says of its order by number, in names. */
export type OrderPlace = Pick<OpeningOrder, "holder" | "venue" | "symbol" | "priceExponent" | "sizeExponent">;

interface FoldedOrder {
  order: Omit<OpeningOrder, "cumQty" | "tradeIds" | "replaces">;
  replaces: OrderName | null;
  cumQty: number;
  readonly tradeIds: string[];
  /** How many of the recent executions are its own. */
  recentCount: number;
}

/** Orders as their records tell, without those that are over and forgotten: memory is bounded by what is open and what is recent. */
export class FoldedOrders {
  private readonly byId = new Map<string, FoldedOrder>();
  /** By instrument, the oldest first. */
  private readonly recent = new Map<string, FoldedOrder[]>();
  /** The order of the record before. */
  private last: FoldedOrder | null = null;

  takeOpening(order: OpeningOrder): void {
    const { cumQty, tradeIds, replaces = null, ...rest } = order;
    const folded: FoldedOrder = { order: rest, replaces, cumQty, tradeIds: [...tradeIds], recentCount: 0 };
    this.byId.set(idOf(order), folded);
    for (let count = 0; count < Math.min(tradeIds.length, RECENT_TRADES); count++) this.remember(folded);
  }

  takeOrder(record: OrderOutcome, place: OrderPlace): void {
    const known = this.byId.get(idOf(record));
    const { epoch, sequence, status, tag, side, orderType, timeInForce } = record;
    const { price, quantity, venueOrderId } = record;
    const order = {
      ...place,
      ...{ epoch, sequence, status, tag, side, orderType, timeInForce, price, quantity, venueOrderId },
      venueCumQty: Math.max(record.venueCumQty, known?.order.venueCumQty ?? 0),
      isProven: (record.flags & OrderRecordFlag.PROVEN) !== 0 || known?.order.isProven === true,
    };
    // Of a replace the new order is journalled directly before the old one, whose trigger says so.
    if (record.trigger === OrderTrigger.REPLACE_REQUESTED && this.last !== null)
      this.last.replaces = { epoch, sequence };
    if (known !== undefined) known.order = order;
    // Of an adopted order the fills of old are in no record: what it came with is taken as known.
    else {
      const isAdopted = (record.flags & OrderRecordFlag.ADOPTED) !== 0;
      const cumQty = isAdopted ? record.cumQty : 0;
      this.byId.set(idOf(record), { order, replaces: null, cumQty, tradeIds: [], recentCount: 0 });
    }
    this.last = this.byId.get(idOf(record)) ?? null;
    this.forgetIfOver(idOf(record));
  }

  takeFill(record: FillOutcome): void {
    const folded = this.byId.get(idOf(record));
    if (folded === undefined) return;
    if (record.kind !== FillKind.APPLIED) {
      // What the venue counts falls, or rises, with what it has undone or corrected.
      const change =
        record.kind === FillKind.REVERSED ? -record.quantity : record.quantity - record.last.quantity;
      folded.cumQty += change;
      folded.order = {
        ...folded.order,
        venueCumQty: Math.max(folded.order.venueCumQty + change, folded.cumQty),
      };
      return;
    }
    folded.cumQty += record.quantity;
    folded.tradeIds.push(record.tradeId);
    if (folded.order.venueOrderId === "0")
      folded.order = { ...folded.order, venueOrderId: record.venueOrderId };
    this.remember(folded);
    this.forgetIfOver(idOf(record));
  }

  /** The oldest first. */
  orders(): OpeningOrder[] {
    return [...this.byId.values()]
      .map(({ order, replaces, cumQty, tradeIds }) => ({
        ...order,
        ...(replaces !== null && this.byId.has(idOf(replaces)) ? { replaces } : {}),
        cumQty,
        tradeIds: [...tradeIds],
      }))
      .sort((one, other) => one.epoch - other.epoch || one.sequence - other.sequence);
  }

  private remember(folded: FoldedOrder): void {
    const { venue, symbol } = folded.order;
    const key = `${venue} ${symbol}`;
    const ring = this.recent.get(key) ?? [];
    this.recent.set(key, ring);
    ring.push(folded);
    folded.recentCount += 1;
    if (ring.length <= RECENT_TRADES) return;
    const oldest = ring.shift();
    if (oldest === undefined) return;
    oldest.recentCount -= 1;
    this.forgetIfOver(idOf(oldest.order));
  }

  private forgetIfOver(id: string): void {
    const folded = this.byId.get(id);
    if (folded !== undefined && folded.recentCount === 0 && isOver(folded.order, folded.cumQty))
      this.byId.delete(id);
  }
}

/** Whether an order has ended by proof, with every fill that the venue counts. */
export function isOver(
  order: { readonly status: number; readonly venueCumQty: number },
  cumQty: number,
): boolean {
  return ENDED.has(order.status) && cumQty >= order.venueCumQty;
}

function idOf({ epoch, sequence }: OrderName): string {
  return `${epoch}.${sequence}`;
}
