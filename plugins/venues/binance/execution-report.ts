import {
  ExecType,
  ExecutionReport,
  LiquiditySide,
  OrdStatus,
  OrderType,
  Side,
  TimeInForce,
  emit,
} from "abi/assembly";
import { UNKNOWN_ASSET, assetAt } from "../definitions/assets";
import { parseClientOrderId, parsedEpoch, parsedSequence } from "./client-order-id";
import { booleanOf, decimalOf, integerAt, integerOf, textOf } from "../text/fields";
import { instrumentOfSymbol } from "../definitions/symbol-field";
import { areNear, stampOf } from "./stamp";
import { Instrument } from "../definitions/instruments";
import { Match } from "./literals";
import { placeOf } from "../text/members";
import { Key } from "./keys";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";

/** NEW_ORDER_REJECTED of the request channel: what user data say in words only, and with the same meaning. */
const REJECTED_CODE: i32 = -2010;
/** Decimals of a fee in an asset that the host did not define: all that the venue writes. */
const FEE_DECIMALS: u32 = 8;

/** An executionReport, its members read. */
export function readExecutionReport(): void {
  const instrument = instrumentOfSymbol(Key.s);
  if (instrument === null) return;
  const record = emit<ExecutionReport>(ExecutionReport.TEMPLATE_ID);
  record.instrumentId = instrument.instrumentId;
  record.venueOrderId = integerOf(Key.i);
  record.tradeId = tradeId();
  record.tsEvent = stampOf(Key.T);
  if (!areNear(stampOf(Key.E), record.tsEvent)) refuse(Refusal.BAD_STAMP);
  record.side = sideOf(textOf(Key.S));
  record.orderType = orderTypeOf(textOf(Key.o));
  record.timeInForce = timeInForceOf(textOf(Key.f));
  record.ordStatus = ordStatusOf(textOf(Key.X));
  record.execType = execTypeOf(textOf(Key.x), record.ordStatus);
  record.liquiditySide = liquiditySide(record.execType);
  record.rejectCode = rejectCode(record.execType);
  readAmounts(record, instrument);
  readCommission(record);
  readClientOrderId(record);
}

function readAmounts(record: ExecutionReport, instrument: Instrument): void {
  const priceDecimals = instrument.price.decimals;
  const sizeDecimals = instrument.size.decimals;
  record.price = decimalOf(Key.p, priceDecimals);
  record.orderQty = decimalOf(Key.q, sizeDecimals);
  record.lastPrice = decimalOf(Key.L, priceDecimals);
  record.lastQty = decimalOf(Key.l, sizeDecimals);
  record.cumQty = decimalOf(Key.z, sizeDecimals);
  record.cumQuote = decimalOf(Key.Z, instrument.quoteDecimals);
}

function readCommission(record: ExecutionReport): void {
  const place = placeOf(Key.N);
  if (place == 0) {
    refuse(Refusal.MISSING_KEY);
    return;
  }
  if (Match.nullWord(place)) {
    record.commission = decimalOf(Key.n, FEE_DECIMALS);
    if (record.commission != 0) refuse(Refusal.WRONG_TYPE);
    return;
  }
  const text = textOf(Key.N);
  if (text == 0) return;
  const asset = assetAt(text);
  record.commissionAssetId = asset === null ? UNKNOWN_ASSET : asset.assetId;
  record.commission = decimalOf(Key.n, asset === null ? FEE_DECIMALS : asset.decimals);
}

/** When an order is cancelled, `c` is the name of the cancelling request and `C` that of the order. */
function readClientOrderId(record: ExecutionReport): void {
  const current = textOf(Key.c);
  const original = textOf(Key.C);
  if (current == 0 || original == 0) return;
  const isOriginal = record.execType == ExecType.CANCELED && load<u8>(original) != 0x22;
  parseClientOrderId(isOriginal ? original : current);
  record.clientOrderEpoch = parsedEpoch();
  record.clientOrderSequence = parsedSequence();
}

/** -1 stands for no trade. */
function tradeId(): u64 {
  const p = placeOf(Key.t);
  if (p == 0 || load<u8>(p) != 0x2d) return integerOf(Key.t);
  if (integerAt(p + 1) != 1) refuse(Refusal.OUT_OF_RANGE);
  return 0;
}

function liquiditySide(execType: u8): u8 {
  const isMaker = booleanOf(Key.m);
  if (execType != ExecType.TRADE) return LiquiditySide.NONE;
  return isMaker ? LiquiditySide.MAKER : LiquiditySide.TAKER;
}

function rejectCode(execType: u8): i32 {
  const reason = textOf(Key.r);
  if (reason == 0 || execType != ExecType.REJECTED || Match.none(reason)) return 0;
  return REJECTED_CODE;
}

function unknown(text: usize): u8 {
  if (text != 0) refuse(Refusal.UNKNOWN_VALUE);
  return 0;
}

function sideOf(text: usize): u8 {
  if (text != 0 && Match.buy(text)) return Side.BUY;
  if (text != 0 && Match.sell(text)) return Side.SELL;
  return unknown(text);
}

/** Conditional orders, which this host does not send but an account may have, are what they become once triggered. */
function orderTypeOf(text: usize): u8 {
  if (text == 0) return 0;
  if (Match.limit(text) || Match.stopLossLimit(text) || Match.takeProfitLimit(text)) return OrderType.LIMIT;
  if (Match.limitMaker(text)) return OrderType.LIMIT_MAKER;
  if (Match.market(text) || Match.stopLoss(text) || Match.takeProfit(text)) return OrderType.MARKET;
  return unknown(text);
}

function timeInForceOf(text: usize): u8 {
  if (text == 0) return 0;
  if (Match.gtc(text)) return TimeInForce.GTC;
  if (Match.ioc(text)) return TimeInForce.IOC;
  if (Match.fok(text)) return TimeInForce.FOK;
  return unknown(text);
}

function ordStatusOf(text: usize): u8 {
  if (text == 0) return 0;
  if (Match.new(text)) return OrdStatus.ACCEPTED;
  if (Match.partiallyFilled(text)) return OrdStatus.PARTIALLY_FILLED;
  if (Match.filled(text)) return OrdStatus.FILLED;
  if (Match.canceled(text)) return OrdStatus.CANCELED;
  if (Match.rejected(text)) return OrdStatus.REJECTED;
  if (Match.expired(text) || Match.expiredInMatch(text)) return OrdStatus.EXPIRED;
  if (Match.pendingNew(text)) return OrdStatus.PENDING_NEW;
  if (Match.pendingCancel(text)) return OrdStatus.PENDING_CANCEL;
  return unknown(text);
}

/** Self-trade prevention either ends an order or makes it smaller and leaves it open: the status tells which. */
function execTypeOf(text: usize, ordStatus: u8): u8 {
  if (text == 0) return 0;
  if (Match.new(text)) return ExecType.NEW;
  if (Match.tradeType(text)) return ExecType.TRADE;
  if (Match.canceled(text)) return ExecType.CANCELED;
  if (Match.rejected(text)) return ExecType.REJECTED;
  if (Match.expired(text)) return ExecType.EXPIRED;
  if (Match.replaced(text)) return ExecType.REPLACED;
  if (Match.tradePrevention(text))
    return ordStatus == OrdStatus.EXPIRED ? ExecType.EXPIRED : ExecType.REPLACED;
  return unknown(text);
}
