import type { VenueClock } from "./clock.ts";
import { formatDecimal, formatQuote } from "./decimal.ts";
import { SELF_TRADE_PREVENTION, isOpen, shownStatus, shownTimeInForce, sideName } from "./order-record.ts";
import type { OrderRecord } from "./order-record.ts";

/** What happened to the order: the `x` of an `executionReport`. */
export type ExecutionType = "NEW" | "TRADE" | "CANCELED" | "EXPIRED" | "TRADE_PREVENTION";

/** The match that a TRADE report is about. */
export interface ReportedTrade {
  readonly tradeId: number;
  readonly price: number;
  readonly quantity: number;
  readonly commission: number;
  readonly commissionAsset: string;
  readonly maker: boolean;
}

const NO_TRADE = `"l":"0.00000000"`;

/**
 * An `executionReport`, field by field in the venue's order. `c` is the order's own id, but on CANCELED the id of the
 * cancel, and then `C` is the order's.
 */
export function executionReport(
  record: OrderRecord,
  type: ExecutionType,
  trade: ReportedTrade | null,
  executionId: number,
  timeNs: number,
  clock: VenueClock,
  micros: boolean,
): string {
  const state = record.state;
  const time = clock.stamp(timeNs, micros);
  const created = clock.stamp(state.createdNs, micros);
  const canceled = type === "CANCELED";
  const clientOrderId = canceled ? (record.cancelClientOrderId ?? "") : state.clientOrderId;
  const rests = state.type !== "MARKET" && state.timeInForce === "GTC";
  // A new order is reported as working whatever its type; after a match only one that can rest still is.
  const onBook = type === "NEW" || (isOpen(state) && rests);
  return (
    `{"e":"executionReport","E":${time},"s":"${record.symbol}","c":"${clientOrderId}","S":"${sideName(state.side)}",` +
    `"o":"${state.type}","f":"${shownTimeInForce(state)}","q":"${formatDecimal(state.quantity)}",` +
    `"p":"${formatDecimal(state.price)}","P":"0.00000000","F":"0.00000000","g":-1,` +
    `"C":"${canceled ? state.clientOrderId : ""}","x":"${type}","X":"${shownStatus(record)}","r":"NONE",` +
    `"i":${state.orderId},${tradeHead(trade)},"z":"${formatDecimal(state.filled)}",${tradeMiddle(trade)},"T":${time},` +
    `"t":${trade === null ? -1 : trade.tradeId},"I":${executionId},"w":${onBook},` +
    `"m":${trade !== null && trade.maker},"M":${trade !== null},"O":${created},` +
    `"Z":"${formatQuote(state.filledQuote)}","Y":"${tradeQuote(trade)}","Q":"0.00000000","W":${created},"V":"${SELF_TRADE_PREVENTION}"` +
    `${record.expiryReason === null ? "" : `,"eR":"${record.expiryReason}"`}}`
  );
}

function tradeHead(trade: ReportedTrade | null): string {
  return trade === null ? NO_TRADE : `"l":"${formatDecimal(trade.quantity)}"`;
}

function tradeMiddle(trade: ReportedTrade | null): string {
  if (trade === null) return `"L":"0.00000000","n":"0","N":null`;
  return `"L":"${formatDecimal(trade.price)}","n":"${formatDecimal(trade.commission)}","N":"${trade.commissionAsset}"`;
}

function tradeQuote(trade: ReportedTrade | null): string {
  return trade === null ? "0.00000000" : formatQuote(BigInt(trade.price) * BigInt(trade.quantity));
}

/** One asset of an account: amounts with exponent -16. */
export interface ShownBalance {
  readonly asset: string;
  readonly free: bigint;
  readonly locked: bigint;
}

/** An `outboundAccountPosition`: the assets that an event may have changed. */
export function accountPosition(
  balances: readonly ShownBalance[],
  timeNs: number,
  clock: VenueClock,
  micros: boolean,
): string {
  const time = clock.stamp(timeNs, micros);
  let list = "";
  for (const balance of balances) {
    list +=
      `${list === "" ? "" : ","}{"a":"${balance.asset}","f":"${formatQuote(balance.free)}",` +
      `"l":"${formatQuote(balance.locked)}"}`;
  }
  return `{"e":"outboundAccountPosition","E":${time},"u":${time},"B":[${list}]}`;
}

/** The last event of a subscription that was ended. */
export function streamTerminated(timeNs: number, clock: VenueClock, micros: boolean): string {
  return `{"e":"eventStreamTerminated","E":${clock.stamp(timeNs, micros)}}`;
}
