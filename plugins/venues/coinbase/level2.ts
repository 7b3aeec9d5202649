import { Instrument } from "../definitions/instruments";
import { instrumentOfSymbol } from "../definitions/symbol-field";
import { BEYOND, readBounded } from "../text/decimal";
import { decimalOf, textOf } from "../text/fields";
import { firstElement, listOf, nextElement, readObject } from "../text/json-array";
import { Refusal } from "../text/refusal";
import { refusal, refuse } from "../text/refused";
import { BookContext, Levels, closeBook, openBook } from "./book-writer";
import { Key } from "./keys";
import { Match } from "./literals";

/** The context of whole messages; a message in parts has its own, so that neither disturbs the other. */
const whole: BookContext = changetype<BookContext>(heap.alloc(offsetof<BookContext>()));

/** Fills a context from an event whose members have been read. Returns where its list of levels begins, or 0 after noting a refusal. */
export function openEvent(book: BookContext, sequence: u64, sentNs: i64): usize {
  const type = textOf(Key.TYPE);
  const updates = listOf(Key.UPDATES);
  book.instrument = instrumentOfSymbol(Key.PRODUCT_ID);
  if (type == 0 || updates == 0 || book.instrument === null) return 0;
  book.isImage = Match.snapshot(type) ? 1 : 0;
  if (book.isImage == 0 && !Match.update(type)) return refuse(Refusal.UNKNOWN_VALUE);
  book.sequence = sequence;
  book.sentNs = sentNs;
  book.hasBegun = 0;
  return updates;
}

/** An event of `l2_data`, its members read. */
export function readLevel2(end: usize, sequence: u64, sentNs: i64): void {
  const updates = openEvent(whole, sequence, sentNs);
  const instrument = whole.instrument;
  if (updates == 0 || instrument === null) return;
  openBook();
  for (let p = firstElement(updates, end); p != 0; p = nextElement(p, end))
    if (!readLevel(p, end, whole, instrument)) return;
  closeBook(whole, true);
}

/**
 * One level by the rules of JSON, its syntax checked before. False after noting a refusal. An offer beyond every mantissa stands behind all
 * others, and is left out: BTC-USD has a few above 90,071,992.54, where a mantissa of eight decimals ends. A bid there is refused.
 */
export function readLevel(p: usize, end: usize, book: BookContext, instrument: Instrument): bool {
  if (!readObject(p, end)) return false;
  const side = textOf(Key.SIDE);
  const time = textOf(Key.EVENT_TIME);
  const priceText = textOf(Key.PRICE_LEVEL);
  const price = priceText == 0 ? 0 : readBounded(priceText, instrument.price.decimals);
  const size = decimalOf(Key.NEW_QUANTITY, instrument.size.decimals);
  if (refusal() != 0) return false;
  const isBid = Match.bid(side);
  if (!isBid && !Match.offer(side)) return refuse(Refusal.UNKNOWN_VALUE) != 0;
  if (price == BEYOND) return !isBid || refuse(Refusal.OUT_OF_RANGE) != 0;
  const out = Levels.next(book, isBid);
  if (out == 0) return false;
  store<i64>(out, price);
  store<i64>(out, size, 8);
  Levels.take(isBid, time);
  return true;
}
