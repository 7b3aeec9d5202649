import { Quote, SessionState, Side, Trade, emit } from "abi/assembly";
import { Instrument } from "../definitions/instruments";
import { instrumentOfSymbol } from "../definitions/symbol-field";
import { booleanOf, decimalOf, integerOf, textOf } from "../text/fields";
import { openObject } from "../text/json-object";
import { placeOf, readMembers } from "../text/members";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { emitStatus } from "../text/session-status";
import { readBook, readSnapshot } from "./book";
import { Key } from "./keys";
import { Match } from "./literals";
import { readControlReply } from "./session-status";
import { areNear, stampOf } from "./stamp";

// Market messages by the rules of JSON: any order of keys, white space, keys that are not known. Slower than market-fast.ts, and the
// one that decides what a frame means and why it is refused.

/** Reads a frame of a market stream. */
export function decodeMarket(start: usize, end: usize): void {
  if (!openObject(start, end)) return;
  const stream = placeOf(Key.STREAM);
  const data = placeOf(Key.DATA);
  if (stream != 0 || data != 0) {
    if (stream == 0 || data == 0) refuse(Refusal.MISSING_KEY);
    else if (load<u8>(stream) != 0x22 || load<u8>(data) != 0x7b) refuse(Refusal.WRONG_TYPE);
    else if (readMembers(data, end)) readEvent(end);
    return;
  }
  if (placeOf(Key.e) == 0 && isControlReply()) readControlReply(end);
  else readEvent(end);
}

function isControlReply(): bool {
  return placeOf(Key.RESULT) != 0 || placeOf(Key.ERROR) != 0 || placeOf(Key.CODE) != 0;
}

function readEvent(end: usize): void {
  if (placeOf(Key.e) == 0) {
    // A quote is the one event without a type. A partial depth message has neither type nor symbol and cannot be told apart.
    if (placeOf(Key.u) == 0) refuse(Refusal.UNKNOWN_MESSAGE);
    else readQuote();
    return;
  }
  const type = textOf(Key.e);
  if (type == 0) return;
  if (Match.depthUpdate(type)) readBook(end);
  else if (Match.trade(type)) readTrade();
  else if (Match.serverShutdown(type)) emitStatus(SessionState.SERVER_SHUTDOWN, 0, 0);
  else emitStatus(SessionState.IGNORED, 0, 0);
}

function readQuote(): void {
  const instrument = instrumentOfSymbol(Key.s);
  if (instrument === null) return;
  const priceDecimals = instrument.price.decimals;
  const sizeDecimals = instrument.size.decimals;
  const record = emit<Quote>(Quote.TEMPLATE_ID);
  record.updateId = integerOf(Key.u);
  record.bidPrice = decimalOf(Key.b, priceDecimals);
  record.bidSize = decimalOf(Key.B, sizeDecimals);
  record.askPrice = decimalOf(Key.a, priceDecimals);
  record.askSize = decimalOf(Key.A, sizeDecimals);
  record.instrumentId = instrument.instrumentId;
}

function readTrade(): void {
  const instrument = instrumentOfSymbol(Key.s);
  if (instrument === null) return;
  const record = emit<Trade>(Trade.TEMPLATE_ID);
  record.tradeId = integerOf(Key.t);
  record.tsEvent = stampOf(Key.T);
  record.price = decimalOf(Key.p, instrument.price.decimals);
  record.size = decimalOf(Key.q, instrument.size.decimals);
  record.instrumentId = instrument.instrumentId;
  record.aggressorSide = booleanOf(Key.m) ? Side.SELL : Side.BUY;
  if (!areNear(stampOf(Key.E), record.tsEvent)) refuse(Refusal.BAD_STAMP);
}

/** Reads the answer to a REST request for the depth of an instrument. */
export function decodeRest(start: usize, end: usize, instrument: Instrument): void {
  if (!openObject(start, end)) return;
  if (placeOf(Key.LAST_UPDATE_ID) != 0) readSnapshot(end, instrument);
  else if (placeOf(Key.CODE) != 0) readControlReply(end);
  else refuse(Refusal.UNKNOWN_MESSAGE);
}
