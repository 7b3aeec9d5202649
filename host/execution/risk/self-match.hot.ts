import { OrderType, Side } from "../../../abi/host/index.ts";
import type { ExternalReserves, OpenOrders, OrderColumns } from "../orders/index.ts";

/**
 * 1 when the order in `slot` could trade with an open order of our own, of whichever agent: the other side of the same
 * instrument at a crossing price. Orders in flight and UNKNOWN count as resting; a MARKET order crosses everything.
 */
export function wouldSelfMatch(columns: OrderColumns, open: OpenOrders, slot: number): number {
  const isBuy = columns.side[slot] === Side.BUY;
  const price = columns.price[slot]!;
  const isMarket = columns.orderType[slot] === OrderType.MARKET;
  const other = open.first(columns.instrument[slot]!, isBuy ? Side.SELL : Side.BUY);
  if (other < 0) return 0;
  if (isMarket || columns.orderType[other] === OrderType.MARKET) return 1;
  return (isBuy ? columns.price[other]! <= price : columns.price[other]! >= price) ? 1 : 0;
}

/** 1 when the order in `slot` could trade with an order on the account that this host did not make: to the venue both are of one owner. */
export function wouldMatchExternal(columns: OrderColumns, external: ExternalReserves, slot: number): number {
  const instrument = columns.instrument[slot]!;
  const price = columns.price[slot]!;
  const isMarket = columns.orderType[slot] === OrderType.MARKET;
  if (columns.side[slot] === Side.BUY) {
    const ask = external.askPrice[instrument]!;
    return ask <= price || (isMarket && ask !== Number.POSITIVE_INFINITY) ? 1 : 0;
  }
  const bid = external.bidPrice[instrument]!;
  return bid >= price && bid !== Number.NEGATIVE_INFINITY ? 1 : 0;
}
