import { ExecType, ExecutionReport, LiquiditySide, OrdStatus, emit, nextBlock } from "abi/assembly";
import { UNKNOWN_ASSET, assetOfCode } from "../definitions/assets";
import { Instrument } from "../definitions/instruments";
import { instrumentOfSymbol } from "../definitions/symbol-field";
import { booleanOf, decimalOf, textOf } from "../text/fields";
import { hashText } from "../text/hash-text";
import { firstElement, nextElement, readObject } from "../text/json-array";
import { Refusal } from "../text/refusal";
import { refusal, refuse } from "../text/refused";
import { Rounding, readRounded } from "../text/rounded-decimal";
import { timeOf } from "./iso-time";
import { Asked } from "./asked";
import { Key } from "./keys";
import { Match } from "./literals";
import { orderOf, venueOrderIdOf } from "./order-ids";
import { sideOf } from "./order-words";
import { reverseRecords, takeRecord } from "./record-list";

/**
 * The list of `orders/historical/fills`: newest first, given oldest first. A fill names its order by the venue's id alone and knows
 * nothing of the order's other fills: quantity, price and sum of the order are 0, which the host takes as not told.
 */
export function readFills(list: usize, end: usize): void {
  const first = nextBlock();
  for (let p = firstElement(list, end); p != 0 && refusal() == 0; p = nextElement(p, end))
    if (readObject(p, end)) readFill(instrumentOfSymbol(Key.PRODUCT_ID));
  if (refusal() == 0) reverseRecords(first, nextBlock(), offsetof<ExecutionReport>());
}

function readFill(instrument: Instrument | null): void {
  if (instrument === null || !takeRecord()) return;
  const execType = kindOf();
  const record = emit<ExecutionReport>(ExecutionReport.TEMPLATE_ID);
  record.instrumentId = instrument.instrumentId;
  record.requestId = Asked.requestId;
  record.execType = execType;
  if (execType != ExecType.TRADE) record.execId = entryId();
  // Of an answer's trades nobody tells how the order stands, and of a trade that was undone least of all that the order works again.
  const isNews = Asked.requestId == 0 && execType == ExecType.TRADE;
  record.ordStatus = isNews ? OrdStatus.PARTIALLY_FILLED : OrdStatus.UNKNOWN;
  record.venueOrderId = venueOrderIdOf(Key.ORDER_ID);
  record.tradeId = tradeId();
  record.tsEvent = timeOf(Key.TRADE_TIME);
  record.side = sideOf(textOf(Key.SIDE));
  record.liquiditySide = liquiditySide();
  record.lastPrice = decimalOf(Key.PRICE, instrument.price.decimals);
  record.lastQty = decimalOf(Key.SIZE, instrument.size.decimals);
  // Fees have more digits than the currency is kept with: up to 14 for dollars. Rounded up, against the account.
  const commission = textOf(Key.COMMISSION);
  const fee = assetOfCode(instrument.quoteAsset);
  record.commissionAssetId = fee === null ? UNKNOWN_ASSET : fee.assetId;
  const decimals = fee === null ? instrument.quoteDecimals : fee.decimals;
  if (commission != 0) record.commission = readRounded(commission, decimals, Rounding.UP);
  const order = orderOf(record.venueOrderId);
  if (order === null) return;
  record.clientOrderEpoch = order.epoch;
  record.clientOrderSequence = order.sequence;
}

/**
 * [V16] A reversal or a correction carries the trade id of the fill that it is about, and an entry id of its own. A synthetic fill is refused, which
 * halts: nobody says what it stands for.
 */
function kindOf(): u8 {
  if (booleanOf(Key.SIZE_IN_QUOTE)) refuse(Refusal.UNKNOWN_VALUE);
  const type = textOf(Key.TRADE_TYPE);
  if (type == 0 || Match.fill(type)) return ExecType.TRADE;
  if (Match.reversal(type)) return ExecType.TRADE_CANCEL;
  if (Match.correction(type)) return ExecType.TRADE_CORRECT;
  refuse(Refusal.UNKNOWN_VALUE);
  return ExecType.TRADE;
}

/** The venue's number of an entry of its list, which a trade's reversal and correction do not share with it. */
function entryId(): u64 {
  const text = textOf(Key.ENTRY_ID);
  return text == 0 ? 0 : hashText(text);
}

/** The venue's trade ids are texts, unique among fills; the host's are 64 bits: the FNV-1a hash of the text. */
function tradeId(): u64 {
  const text = textOf(Key.TRADE_ID);
  return text == 0 ? 0 : hashText(text);
}

function liquiditySide(): u8 {
  const text = textOf(Key.LIQUIDITY_INDICATOR);
  if (text == 0) return LiquiditySide.NONE;
  if (Match.maker(text)) return LiquiditySide.MAKER;
  return Match.taker(text) ? LiquiditySide.TAKER : LiquiditySide.NONE;
}
