import type { AccountTrade } from "./account-trades.ts";
import type { VenueClock } from "./clock.ts";
import { formatDecimal, formatQuote } from "./decimal.ts";
import type { TapeTrade } from "./trade-tape.ts";

/** An element of `myTrades`. */
export function accountTradeText(
  symbol: string,
  trade: AccountTrade,
  clock: VenueClock,
  micros: boolean,
): string {
  const { tradeId, orderId, price, quantity, commission, commissionAsset, timeNs, side, maker } = trade;
  return (
    `{"symbol":"${symbol}","id":${tradeId},"orderId":${orderId},"orderListId":-1,"price":"${formatDecimal(price)}",` +
    `"qty":"${formatDecimal(quantity)}","quoteQty":"${turnover(price, quantity)}",` +
    `"commission":"${formatDecimal(commission)}","commissionAsset":"${commissionAsset}",` +
    `"time":${clock.stamp(timeNs, micros)},"isBuyer":${side === 1},"isMaker":${maker},"isBestMatch":true}`
  );
}

/** An element of `trades.recent`. */
export function tapeTradeText(trade: TapeTrade, clock: VenueClock, micros: boolean): string {
  const { tradeId, price, quantity, timeNs, buyerIsMaker } = trade;
  return (
    `{"id":${tradeId},"price":"${formatDecimal(price)}","qty":"${formatDecimal(quantity)}",` +
    `"quoteQty":"${turnover(price, quantity)}","time":${clock.stamp(timeNs, micros)},` +
    `"isBuyerMaker":${buyerIsMaker},"isBestMatch":true}`
  );
}

function turnover(price: number, quantity: number): string {
  return formatQuote(BigInt(price) * BigInt(quantity));
}
