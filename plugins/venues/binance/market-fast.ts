import { BookDelta, Quote, Side, Trade, nextBlock, outboxRoom, reserve } from "abi/assembly";
import { Instrument, instrumentBySymbol } from "../definitions/instruments";
import { Scan } from "../text/text-scan";
import { Decimals, Integers, MANTISSA_EXCESS } from "./decimal";
import { Match } from "./literals";
import { areNear, stampNs } from "./stamp";

// The venue writes its messages with the same keys in the same order, without white space. These functions take that form and no
// other; where a byte differs they return 0 and market.ts reads the frame again by the rules of JSON. Two invariants make them safe:
//   - `p` only grows and must equal `end` at last: a text that runs beyond the frame into what an earlier frame left is not accepted;
//   - the shortest level has 27 bytes and 16 in the outbox, so that one check of the frame's length bounds all stores.
// A function returns the place after what it has read, or 0. Records are laid in the outbox as they are read and reserved at the end.

const GROUP_HEADER_BYTES: usize = 8;
const LEVEL_BYTES: usize = 16;
const BOOK_BYTES: usize = 32;

/** Reads a frame of a market stream. False: not of the usual form. */
export function decodeFast(start: usize, end: usize): bool {
  if (!fitsOutbox(start, end)) return false;
  let p = start;
  const isCombined = Match.streamHead(p);
  if (isCombined) {
    p = skipName(p + 11, end);
    if (p == 0 || !Match.dataHead(p)) return false;
    p += 9;
  }
  const tail = isCombined ? end - 1 : end;
  if (Match.quoteHead(p)) return quote(p, tail, isCombined);
  if (Match.tradeHead(p)) return trade(p, tail, isCombined);
  return Match.depthHead(p) && depth(p, tail, isCombined);
}

/** Whether the levels that a frame of this length can hold are sure to fit: 16 bytes for 27, rounded up to 5 for 8. */
function fitsOutbox(start: usize, end: usize): bool {
  return (((end - start) * 5) >> 3) + 128 <= outboxRoom();
}

/** Whether the message ended where it had to, and the wrapper with it. */
function ends(p: usize, tail: usize, isCombined: bool): bool {
  return p == tail && (!isCombined || load<u8>(p) == 0x7d);
}

/** Skips a stream's name: plain characters up to a quotation mark, eight at a time. Returns that mark's place. */
function skipName(p: usize, end: usize): usize {
  while (p < end) {
    const flags = Scan.others(load<u64>(p));
    if (flags != 0) {
      const mark = p + <usize>(ctz(flags) >> 3);
      return load<u8>(mark) == 0x22 ? mark : 0;
    }
    p += 8;
  }
  return 0;
}

function quote(p: usize, tail: usize, isCombined: bool): bool {
  const block = nextBlock();
  p = Integers.read(p + 5, block + offsetof<Quote>("updateId"), Integers.updateId);
  if (p == 0 || !Match.symbolKey(p)) return false;
  const instrument = instrumentBySymbol(p + 6);
  if (instrument === null || instrument.plain == 0) return false;
  const price = instrument.price;
  const size = instrument.size;
  p += 6 + instrument.symbolLength;
  if (!Match.bidPriceKey(p)) return false;
  p = Decimals.scaled(p + 7, block + offsetof<Quote>("bidPrice"), price);
  if (p == 0 || !Match.bidSizeKey(p)) return false;
  p = Decimals.scaled(p + 7, block + offsetof<Quote>("bidSize"), size);
  if (p == 0 || !Match.askPriceKey(p)) return false;
  p = Decimals.scaled(p + 7, block + offsetof<Quote>("askPrice"), price);
  if (p == 0 || !Match.askSizeKey(p)) return false;
  p = Decimals.scaled(p + 7, block + offsetof<Quote>("askSize"), size);
  if (p == 0 || load<u16>(p) != 0x7d22 || !ends(p + 2, tail, isCombined)) return false;
  const record = changetype<Quote>(block);
  if (((record.bidPrice | record.bidSize | record.askPrice | record.askSize) & MANTISSA_EXCESS) != 0)
    return false;
  reserve(offsetof<Quote>(), Quote.TEMPLATE_ID, offsetof<Quote>());
  record.tsEvent = 0;
  record.instrumentId = instrument.instrumentId;
  record.padding = 0;
  record.timeNs = 0;
  return true;
}

function trade(p: usize, tail: usize, isCombined: bool): bool {
  const block = nextBlock();
  const record = changetype<Trade>(block);
  p = Integers.read(p + 17, block + offsetof<Trade>("timeNs"), Integers.stamp);
  if (p == 0 || !Match.symbolKey(p)) return false;
  const instrument = instrumentBySymbol(p + 6);
  if (instrument === null || instrument.plain == 0) return false;
  p += 6 + instrument.symbolLength;
  if (!Match.tradeIdKey(p)) return false;
  p = Integers.read(p + 6, block + offsetof<Trade>("tradeId"), Integers.tradeId);
  if (p == 0 || !Match.tradePriceKey(p)) return false;
  p = Decimals.scaled(p + 6, block + offsetof<Trade>("price"), instrument.price);
  if (p == 0 || !Match.tradeSizeKey(p)) return false;
  p = Decimals.scaled(p + 7, block + offsetof<Trade>("size"), instrument.size);
  if (p == 0 || !Match.tradeTimeKey(p)) return false;
  p = Integers.read(p + 6, block + offsetof<Trade>("tsEvent"), Integers.stamp);
  if (p == 0 || !Match.makerKey(p)) return false;
  const isBuyerMaker = Match.trueWord(p + 5);
  p = skipBoolean(p + 5);
  if (p == 0 || !Match.ignoreKey(p)) return false;
  p = skipBoolean(p + 5);
  if (p == 0 || load<u8>(p) != 0x7d || !ends(p + 1, tail, isCombined)) return false;
  const tsEvent = stampNs(record.tsEvent);
  if (!areNear(stampNs(record.timeNs), tsEvent) || ((record.price | record.size) & MANTISSA_EXCESS) != 0)
    return false;
  reserve(offsetof<Trade>(), Trade.TEMPLATE_ID, offsetof<Trade>());
  record.tsEvent = tsEvent;
  record.instrumentId = instrument.instrumentId;
  record.aggressorSide = isBuyerMaker ? Side.SELL : Side.BUY;
  record.padding = 0;
  record.padding2 = 0;
  record.timeNs = 0;
  return true;
}

function skipBoolean(p: usize): usize {
  return Match.trueWord(p) ? p + 4 : Match.falseWord(p) ? p + 5 : 0;
}

function depth(p: usize, tail: usize, isCombined: bool): bool {
  const block = nextBlock();
  const record = changetype<BookDelta>(block);
  p = Integers.read(p + 23, block + offsetof<BookDelta>("tsEvent"), Integers.stamp);
  if (p == 0 || !Match.symbolKey(p)) return false;
  const instrument = instrumentBySymbol(p + 6);
  if (instrument === null || instrument.plain == 0) return false;
  p += 6 + instrument.symbolLength;
  if (!Match.firstIdKey(p)) return false;
  p = Integers.read(p + 6, block + offsetof<BookDelta>("firstUpdateId"), Integers.updateId);
  if (p == 0 || !Match.lastIdKey(p)) return false;
  p = Integers.read(p + 5, block + offsetof<BookDelta>("lastUpdateId"), Integers.updateId);
  if (p == 0 || !Match.bidsKey(p)) return false;
  const bids = block + BOOK_BYTES;
  p = levels(p + 6, tail, bids, instrument);
  if (p == 0 || !Match.asksKey(p)) return false;
  const asks = bids + GROUP_HEADER_BYTES + <usize>load<u32>(bids, 4) * LEVEL_BYTES;
  p = levels(p + 6, tail, asks, instrument);
  if (p == 0 || load<u8>(p) != 0x7d || !ends(p + 1, tail, isCombined)) return false;
  const tsEvent = stampNs(record.tsEvent);
  if (tsEvent == 0 || record.firstUpdateId > record.lastUpdateId) return false;
  record.tsEvent = tsEvent;
  closeBook(record, asks, instrument, 0);
  return true;
}

function closeBook(record: BookDelta, asks: usize, instrument: Instrument, snapshot: u32): void {
  const after = asks + GROUP_HEADER_BYTES + <usize>load<u32>(asks, 4) * LEVEL_BYTES;
  record.instrumentId = instrument.instrumentId;
  record.snapshot = snapshot;
  reserve(<u32>(after - changetype<usize>(record)), BookDelta.TEMPLATE_ID, <u32>BOOK_BYTES);
}

/** Reads a REST depth snapshot. False: not of the usual form. */
export function decodeSnapshotFast(start: usize, end: usize, instrument: Instrument): bool {
  if (!fitsOutbox(start, end) || instrument.plain == 0 || !Match.snapshotHead(start)) return false;
  const block = nextBlock();
  const record = changetype<BookDelta>(block);
  let p = Integers.read(start + 16, block + offsetof<BookDelta>("lastUpdateId"), Integers.updateId);
  if (p == 0 || !Match.snapshotBids(p)) return false;
  const bids = block + BOOK_BYTES;
  p = levels(p + 9, end, bids, instrument);
  if (p == 0 || !Match.snapshotAsks(p)) return false;
  const asks = bids + GROUP_HEADER_BYTES + <usize>load<u32>(bids, 4) * LEVEL_BYTES;
  p = levels(p + 9, end, asks, instrument);
  if (p == 0 || load<u8>(p) != 0x7d || p + 1 != end) return false;
  record.firstUpdateId = record.lastUpdateId;
  record.tsEvent = 0;
  closeBook(record, asks, instrument, 1);
  return true;
}

/** Reads `["61737.63000000","0.00000000"],…]` from behind the outer bracket, and lays the group with its header at `group`. */
function levels(p: usize, end: usize, group: usize, instrument: Instrument): usize {
  let out = group + GROUP_HEADER_BYTES;
  store<u64>(group, LEVEL_BYTES);
  if (load<u8>(p) == 0x5d) return p + 1;
  if (!Match.levelOpen(p)) return 0;
  p += 2;
  const price = instrument.price;
  const size = instrument.size;
  let mantissas: u64 = 0;
  while (p < end) {
    p = Decimals.scaled(p, out, price);
    if (p == 0 || !Match.sizeBreak(p)) return 0;
    p = Decimals.scaled(p + 3, out + 8, size);
    if (p == 0) return 0;
    mantissas |= load<u64>(out) | load<u64>(out, 8);
    out += LEVEL_BYTES;
    if (Match.levelBreak(p)) {
      p += 5;
      continue;
    }
    if ((load<u32>(p) & 0xff_ffff) != 0x5d5d22 || (mantissas & MANTISSA_EXCESS) != 0) return 0;
    store<u32>(group, <u32>((out - group) >> 4), 4);
    return p + 3;
  }
  return 0;
}
