import { BookDelta, nextBlock, outboxRoom, reserve } from "abi/assembly";
import { Instrument } from "../definitions/instruments";
import { instrumentOfSymbol } from "../definitions/symbol-field";
import { readDecimal } from "../text/decimal";
import { integerOf, plainText } from "../text/fields";
import { Spaces } from "../text/json-syntax";
import { placeOf } from "../text/members";
import { Refusal } from "../text/refusal";
import { refusal, refuse } from "../text/refused";
import { Text } from "../text/text-scan";
import { Key } from "./keys";
import { stampOf } from "./stamp";

const HEADER_BYTES: usize = 8;
const GROUP_HEADER_BYTES: usize = 8;
const LEVEL_BYTES: usize = 16;
const BOOK_BYTES: usize = 32;

/** A depthUpdate, its members read. */
export function readBook(end: usize): void {
  const instrument = instrumentOfSymbol(Key.s);
  if (instrument === null) return;
  const first = integerOf(Key.U);
  const last = integerOf(Key.u);
  const tsEvent = stampOf(Key.E);
  if (first > last) refuse(Refusal.INVERTED_IDS);
  writeBook(end, instrument, Key.b, Key.a, first, last, tsEvent, 0);
}

/** A depth snapshot, its members read. The venue stamps none. */
export function readSnapshot(end: usize, instrument: Instrument): void {
  const last = integerOf(Key.LAST_UPDATE_ID);
  writeBook(end, instrument, Key.BIDS, Key.ASKS, last, last, 0, 1);
}

function writeBook(
  end: usize,
  instrument: Instrument,
  bidsKey: u32,
  asksKey: u32,
  first: u64,
  last: u64,
  tsEvent: i64,
  snapshot: u32,
): void {
  const block = nextBlock();
  const record = changetype<BookDelta>(block);
  const limit = block + outboxRoom() - HEADER_BYTES;
  const asks = levels(placeOf(bidsKey), end, block + BOOK_BYTES, limit, instrument);
  if (asks == 0) return;
  const after = levels(placeOf(asksKey), end, asks, limit, instrument);
  if (after == 0 || refusal() != 0) return;
  record.firstUpdateId = first;
  record.lastUpdateId = last;
  record.tsEvent = tsEvent;
  record.instrumentId = instrument.instrumentId;
  record.snapshot = snapshot;
  reserve(<u32>(after - block), BookDelta.TEMPLATE_ID, <u32>BOOK_BYTES);
}

/** Lays one side of a book at `group` and returns the place after it, or 0 after noting a refusal. */
function levels(list: usize, end: usize, group: usize, limit: usize, instrument: Instrument): usize {
  if (list == 0) return refuse(Refusal.MISSING_KEY);
  if (load<u8>(list) != 0x5b) return refuse(Refusal.WRONG_TYPE);
  let out = group + GROUP_HEADER_BYTES;
  let p = Spaces.skip(list + 1, end);
  while (load<u8>(p) != 0x5d) {
    if (out + LEVEL_BYTES > limit) return refuse(Refusal.TOO_LARGE);
    p = level(p, end, out, instrument);
    if (p == 0) return 0;
    out += LEVEL_BYTES;
    p = Spaces.skip(p, end);
    if (load<u8>(p) == 0x2c) p = Spaces.skip(p + 1, end);
  }
  if (out > limit) return refuse(Refusal.TOO_LARGE);
  store<u64>(group, LEVEL_BYTES);
  store<u32>(group, <u32>((out - group) >> 4), 4);
  return out;
}

/** One level: an array of exactly two texts. Returns the place after it. */
function level(p: usize, end: usize, out: usize, instrument: Instrument): usize {
  if (load<u8>(p) != 0x5b) return refuse(Refusal.WRONG_TYPE);
  p = Spaces.skip(p + 1, end);
  const price = plainText(p);
  if (price == 0) return 0;
  p = Spaces.skip(Text.skip(p), end);
  if (load<u8>(p) != 0x2c) return refuse(Refusal.WRONG_TYPE);
  p = Spaces.skip(p + 1, end);
  const size = plainText(p);
  if (size == 0) return 0;
  p = Spaces.skip(Text.skip(p), end);
  if (load<u8>(p) != 0x5d) return refuse(Refusal.WRONG_TYPE);
  store<i64>(out, readDecimal(price, instrument.price.decimals));
  store<i64>(out, readDecimal(size, instrument.size.decimals), 8);
  return refusal() == 0 ? p + 1 : 0;
}
