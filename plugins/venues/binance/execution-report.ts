import { ExecType, ExecutionReport, LiquiditySide, OrdStatus, emit } from "abi/assembly";
import { UNKNOWN_ASSET, assetAt } from "../definitions/assets";
import { Instrument } from "../definitions/instruments";
import { instrumentOfSymbol } from "../definitions/symbol-field";
import { booleanOf, decimalOf, integerAt, integerOf, textOf } from "../text/fields";
import { placeOf } from "../text/members";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { parseClientOrderId, parsedEpoch, parsedSequence } from "./client-order-id";
import { Key } from "./keys";
import { Match } from "./literals";
import { ordStatusOf, orderTypeOf, sideOf, timeInForceOf, unknownWord } from "./order-words";
import { areNear, stampOf } from "./stamp";

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
  readFee(record, Key.n, Key.N);
}

/** A fee and the asset in which it was charged. */
export function readFee(record: ExecutionReport, amount: u32, name: u32): void {
  const text = textOf(name);
  if (text == 0) return;
  const asset = assetAt(text);
  record.commissionAssetId = asset === null ? UNKNOWN_ASSET : asset.assetId;
  record.commission = decimalOf(amount, asset === null ? FEE_DECIMALS : asset.decimals);
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
  return unknownWord(text);
}
