import { Side, Trade, emit, nextBlock } from "abi/assembly";
import { instrumentOfSymbol } from "../definitions/symbol-field";
import { decimalOf, integerAt, integerEnd, textOf } from "../text/fields";
import { firstElement, listOf, nextElement, readObject } from "../text/json-array";
import { Refusal } from "../text/refusal";
import { refusal, refuse } from "../text/refused";
import { timeOf } from "./iso-time";
import { Key } from "./keys";
import { Match } from "./literals";
import { reverseRecords, takeRecord } from "./record-list";

/**
 * An event of `market_trades`, its members read. Trades come newest first and are given oldest first. A snapshot repeats trades from
 * before the subscription, which a line that came back has given already: it is no news, and gives none.
 */
export function readTrades(end: usize): void {
  const type = textOf(Key.TYPE);
  const trades = listOf(Key.TRADES);
  if (type == 0 || trades == 0 || Match.snapshot(type)) return;
  if (!Match.update(type)) {
    refuse(Refusal.UNKNOWN_VALUE);
    return;
  }
  const first = nextBlock();
  for (let p = firstElement(trades, end); p != 0; p = nextElement(p, end)) {
    if (!readObject(p, end)) return;
    readTrade();
    if (refusal() != 0) return;
  }
  reverseRecords(first, nextBlock(), offsetof<Trade>());
}

function readTrade(): void {
  const instrument = instrumentOfSymbol(Key.PRODUCT_ID);
  if (instrument === null || !takeRecord()) return;
  const record = emit<Trade>(Trade.TEMPLATE_ID);
  record.tradeId = numberIn(textOf(Key.TRADE_ID));
  record.tsEvent = timeOf(Key.TIME);
  record.price = decimalOf(Key.PRICE, instrument.price.decimals);
  record.size = decimalOf(Key.SIZE, instrument.size.decimals);
  record.instrumentId = instrument.instrumentId;
  // The venue names the maker's side; who took liquidity is the other one.
  const side = textOf(Key.SIDE);
  if (side == 0) return;
  if (Match.sell(side)) record.aggressorSide = Side.BUY;
  else if (Match.buy(side)) record.aggressorSide = Side.SELL;
  else refuse(Refusal.UNKNOWN_VALUE);
}

/** A whole number that is written as a text. */
function numberIn(text: usize): u64 {
  if (text == 0) return 0;
  const value = integerAt(text);
  if (refusal() == 0 && load<u8>(integerEnd()) != 0x22) refuse(Refusal.WRONG_TYPE);
  return value;
}
