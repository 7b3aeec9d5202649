import { OrdStatus, OrderType, Side, TimeInForce } from "abi/assembly";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { Match } from "./literals";

// The venue's words for an order, the same in events and in answers. Each takes the place of a text's content, or 0 where that was
// missing and has been noted.

/** Notes a word that the protocol does not have. */
export function unknownWord(text: usize): u8 {
  if (text != 0) refuse(Refusal.UNKNOWN_VALUE);
  return 0;
}

export function sideOf(text: usize): u8 {
  if (text != 0 && Match.buy(text)) return Side.BUY;
  if (text != 0 && Match.sell(text)) return Side.SELL;
  return unknownWord(text);
}

/** Conditional orders, which this host does not send but an account may have, are what they become once triggered. */
export function orderTypeOf(text: usize): u8 {
  if (text == 0) return 0;
  if (Match.limit(text) || Match.stopLossLimit(text) || Match.takeProfitLimit(text)) return OrderType.LIMIT;
  if (Match.limitMaker(text)) return OrderType.LIMIT_MAKER;
  if (Match.market(text) || Match.stopLoss(text) || Match.takeProfit(text)) return OrderType.MARKET;
  return unknownWord(text);
}

export function timeInForceOf(text: usize): u8 {
  if (text == 0) return 0;
  if (Match.gtc(text)) return TimeInForce.GTC;
  if (Match.ioc(text)) return TimeInForce.IOC;
  if (Match.fok(text)) return TimeInForce.FOK;
  return unknownWord(text);
}

export function ordStatusOf(text: usize): u8 {
  if (text == 0) return 0;
  if (Match.new(text)) return OrdStatus.ACCEPTED;
  if (Match.partiallyFilled(text)) return OrdStatus.PARTIALLY_FILLED;
  if (Match.filled(text)) return OrdStatus.FILLED;
  if (Match.canceled(text)) return OrdStatus.CANCELED;
  if (Match.rejected(text)) return OrdStatus.REJECTED;
  if (Match.expired(text) || Match.expiredInMatch(text)) return OrdStatus.EXPIRED;
  if (Match.pendingNew(text)) return OrdStatus.PENDING_NEW;
  if (Match.pendingCancel(text)) return OrdStatus.PENDING_CANCEL;
  return unknownWord(text);
}
