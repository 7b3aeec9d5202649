import { BookDelta, BookImage, nextBlock, outboxRoom, reserve } from "abi/assembly";
import { Instrument } from "../definitions/instruments";
import { Refusal } from "../text/refusal";
import { refusal, refuse } from "../text/refused";
import { isoNs } from "./iso-time";
import { takeRecord } from "./record-list";

// The levels of one event as BookDelta records. The venue mixes the sides, a record has them apart: bids are laid where the record
// will be, asks beside, and are moved behind the bids when the record is closed. Nothing else may be emitted in between.
//
//     outbox   │ header │ BookDelta │ group │ bids … │ group │ asks … │
//                                   └─ laid at once ─┘       └─ from `asks`
//
// A record is closed when it has LEVELS_MAX levels of one side, when a part of a message ends, and when the event ends.

const LEVELS_MAX: u32 = 2048;
const GROUP_HEADER_BYTES: usize = 8;
const LEVEL_BYTES: usize = 16;
const BOOK_BYTES: usize = 32;
/** A record beside its levels: its own header, the block, two group headers. */
const FIXED_BYTES: usize = 8 + BOOK_BYTES + 2 * GROUP_HEADER_BYTES;

const asks: usize = heap.alloc(<usize>LEVELS_MAX * LEVEL_BYTES);
let bidCount: u32 = 0;
let askCount: u32 = 0;
/** How many levels the outbox still takes in this record. */
let levelsLeft: u32 = 0;
/** Where the text of the last level's own time stands, 0 while there is none. */
let lastTime: usize = 0;

/** What the records of one event have in common. A message in parts keeps one of these from part to part. */
@unmanaged
export class BookContext {
  sequence: u64;
  /** The message's own time: the venue's, as it sent. */
  sentNs: i64;
  instrument: Instrument | null;
  /** 1 for a snapshot, which replaces the book. */
  isImage: u32;
  /** 1 once a record of the image has been closed. */
  hasBegun: u32;
}

/** Begins a record. */
export function openBook(): void {
  bidCount = 0;
  askCount = 0;
  lastTime = 0;
  const room = outboxRoom();
  levelsLeft = room < FIXED_BYTES ? 0 : <u32>((room - FIXED_BYTES) / LEVEL_BYTES);
}

/** The levels of the record that is open. Inlined: a snapshot has 46,000. */
export class Levels {
  /** Where the next level of a side is to be laid: price, then size; or 0 after noting a refusal. Closes a full record first. */
  @inline static next(book: BookContext, isBid: bool): usize {
    if ((isBid ? bidCount : askCount) == LEVELS_MAX) closeFull(book);
    if (bidCount + askCount >= levelsLeft) return refuse(Refusal.TOO_LARGE);
    if (!isBid) return asks + <usize>askCount * LEVEL_BYTES;
    return nextBlock() + BOOK_BYTES + GROUP_HEADER_BYTES + <usize>bidCount * LEVEL_BYTES;
  }

  /** Counts the level that was laid. `time` is the place of its own time's text. */
  @inline static take(isBid: bool, time: usize): void {
    if (isBid) bidCount += 1;
    else askCount += 1;
    lastTime = time;
  }
}

function closeFull(book: BookContext): void {
  closeBook(book, false);
  openBook();
}

/** Closes the record. An event that changes nothing leaves none; an image always has a last one. */
export function closeBook(book: BookContext, isLast: bool): void {
  const instrument = book.instrument;
  const isEmpty = bidCount + askCount == 0;
  if (instrument === null || refusal() != 0 || (isEmpty && !(isLast && book.isImage != 0))) return;
  if (outboxRoom() < FIXED_BYTES) refuse(Refusal.TOO_LARGE);
  if (!takeRecord() || refusal() != 0) return;
  const block = nextBlock();
  const record = changetype<BookDelta>(block);
  record.firstUpdateId = book.sequence;
  record.lastUpdateId = book.sequence;
  record.tsEvent = eventNs(book);
  record.instrumentId = instrument.instrumentId;
  record.snapshot = imageOf(book, isLast);
  const bidGroup = block + BOOK_BYTES;
  store<u64>(bidGroup, LEVEL_BYTES | ((<u64>bidCount) << 32));
  const askGroup = bidGroup + GROUP_HEADER_BYTES + <usize>bidCount * LEVEL_BYTES;
  store<u64>(askGroup, LEVEL_BYTES | ((<u64>askCount) << 32));
  const askBytes = <usize>askCount * LEVEL_BYTES;
  memory.copy(askGroup + GROUP_HEADER_BYTES, asks, askBytes);
  const after = askGroup + GROUP_HEADER_BYTES + askBytes;
  reserve(<u32>(after - block), BookDelta.TEMPLATE_ID, <u32>BOOK_BYTES);
}

function imageOf(book: BookContext, isLast: bool): u32 {
  if (book.isImage == 0) return BookImage.DELTA;
  const isFirst = book.hasBegun == 0;
  book.hasBegun = 1;
  if (isLast) return isFirst ? BookImage.WHOLE : BookImage.LAST;
  return isFirst ? BookImage.FIRST : BookImage.MIDDLE;
}

/** A change has the time of its last level, which is the matching engine's; an image that of the message. */
function eventNs(book: BookContext): i64 {
  if (book.isImage != 0 || lastTime == 0) return book.sentNs;
  const ns = isoNs(lastTime);
  if (ns == 0) refuse(Refusal.BAD_STAMP);
  return ns;
}
