import { ExecType, ExecutionReport, LiquiditySide, OrdStatus, Side, emit } from "abi/assembly";
import { Instrument, instrumentBySymbol } from "../definitions/instruments";
import { booleanOf, decimalOf, integerOf, textOf } from "../text/fields";
import { placeOf } from "../text/members";
import { parseClientOrderId, parsedEpoch, parsedSequence } from "./client-order-id";
import { readFee } from "./execution-report";
import { Key } from "./keys";
import { ordStatusOf, orderTypeOf, sideOf, timeInForceOf } from "./order-words";
import { stampOf } from "./stamp";

/** Whether the members that were read last are an order as a query shows it; the answer to a new order or a cancel has no updateTime. */
export function isOrder(): bool {
  return placeOf(Key.ORDER_ID) != 0 && placeOf(Key.UPDATE_TIME) != 0;
}

/** Whether they are a trade of the account. */
export function isTrade(): bool {
  return placeOf(Key.ORDER_ID) != 0 && placeOf(Key.IS_BUYER) != 0;
}

/** The instrument of an entry, or null where the host did not define it: a list may hold orders of all symbols. */
function instrumentOfEntry(): Instrument | null {
  const symbol = textOf(Key.SYMBOL);
  return symbol == 0 ? null : instrumentBySymbol(symbol);
}

/** An order of `order.status`, `openOrders.status` or `allOrders`, its members read. */
export function readOrder(requestId: u32): void {
  const instrument = instrumentOfEntry();
  if (instrument === null) return;
  const record = emit<ExecutionReport>(ExecutionReport.TEMPLATE_ID);
  record.requestId = requestId;
  record.instrumentId = instrument.instrumentId;
  record.venueOrderId = integerOf(Key.ORDER_ID);
  record.tsEvent = stampOf(Key.UPDATE_TIME);
  record.price = decimalOf(Key.PRICE, instrument.price.decimals);
  record.orderQty = decimalOf(Key.ORIG_QTY, instrument.size.decimals);
  record.cumQty = decimalOf(Key.EXECUTED_QTY, instrument.size.decimals);
  record.cumQuote = turnover(instrument);
  record.execType = ExecType.ORDER_STATUS;
  record.ordStatus = ordStatusOf(textOf(Key.STATUS));
  record.side = sideOf(textOf(Key.SIDE));
  record.orderType = orderTypeOf(textOf(Key.TYPE));
  record.timeInForce = timeInForceOf(textOf(Key.TIME_IN_FORCE));
  const text = textOf(Key.CLIENT_ORDER_ID);
  if (text == 0) return;
  parseClientOrderId(text);
  record.clientOrderEpoch = parsedEpoch();
  record.clientOrderSequence = parsedSequence();
}

/** Negative on very old orders, where the venue no longer knows it (rest-api.md): then 0. */
function turnover(instrument: Instrument): i64 {
  const text = textOf(Key.CUM_QUOTE_QTY);
  return text != 0 && load<u8>(text) == 0x2d ? 0 : decimalOf(Key.CUM_QUOTE_QTY, instrument.quoteDecimals);
}

/** A trade of `myTrades`, its members read. It names its order by the venue's id alone and says nothing of what became of that. */
export function readTrade(requestId: u32): void {
  const instrument = instrumentOfEntry();
  if (instrument === null) return;
  const record = emit<ExecutionReport>(ExecutionReport.TEMPLATE_ID);
  record.requestId = requestId;
  record.instrumentId = instrument.instrumentId;
  record.venueOrderId = integerOf(Key.ORDER_ID);
  record.tradeId = integerOf(Key.ID);
  record.tsEvent = stampOf(Key.TIME);
  record.lastPrice = decimalOf(Key.PRICE, instrument.price.decimals);
  record.lastQty = decimalOf(Key.QTY, instrument.size.decimals);
  record.execType = ExecType.TRADE;
  record.ordStatus = OrdStatus.UNKNOWN;
  record.side = booleanOf(Key.IS_BUYER) ? Side.BUY : Side.SELL;
  record.liquiditySide = booleanOf(Key.IS_MAKER) ? LiquiditySide.MAKER : LiquiditySide.TAKER;
  readFee(record, Key.COMMISSION, Key.COMMISSION_ASSET);
}
