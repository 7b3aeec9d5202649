import { FramePart, SessionState } from "abi/assembly";
import { Spaces, checkSyntax } from "../text/json-syntax";
import { objectEnd } from "../text/object-end";
import { Refusal } from "../text/refusal";
import { refusal, refuse } from "../text/refused";
import { emitStatus } from "../text/session-status";
import { BookContext, closeBook, openBook } from "./book-writer";
import { fastLevel } from "./level-fast";
import { readLevel } from "./level2";
import { readHead } from "./level2-head";
import { Match } from "./literals";
import { PIECE_BYTES_MAX, Piece } from "./piece";

// A message of the market line in parts. The first snapshot of BTC-USD has 5 MB: the host cuts it anywhere, and each part gives the
// levels that it completes. The form is the venue's own, one event with its list of levels last:
//
//   {"channel":"l2_data",…,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[{level},{level},…]}]}
//   └───────────────────────────────── head ─────────────────────────────────────────────┘└── levels ────┘└┬┘
//                                                                                                       closers
//
// | phase   | bytes of a part                                     | end of the last part     | refused |
// |---------|-----------------------------------------------------|--------------------------|---------|
// | NONE    | refused: OUT_OF_PART                                | -                        | NONE    |
// | HEAD    | whole head: LEVELS; that of another channel: PASSING | refused                  | REFUSED |
// | LEVELS  | levels; at the end of the list CLOSERS              | refused                  | REFUSED |
// | CLOSERS | the three closers, white space; all else is refused | NONE, refused without all | REFUSED |
// | PASSING | passed over unread: the head is of no book          | NONE                     | -       |
// | REFUSED | refused: REFUSED_BEFORE                             | NONE                     | REFUSED |
//
// A first part leads from any phase to HEAD, a whole message to NONE: what was under way is abandoned. An image whose LAST record
// never comes is one that the host never takes.

namespace Phase {
  export const NONE: u32 = 0;
  export const HEAD: u32 = 1;
  export const LEVELS: u32 = 2;
  export const CLOSERS: u32 = 3;
  export const PASSING: u32 = 4;
  export const REFUSED: u32 = 5;
}

namespace ListPlace {
  export const START: u32 = 0;
  export const AFTER_LEVEL: u32 = 1;
  export const AFTER_COMMA: u32 = 2;
}

const CLOSERS: u32 = 3;
const book: BookContext = changetype<BookContext>(heap.alloc(offsetof<BookContext>()));
let phase: u32 = Phase.NONE;
let listPlace: u32 = ListPlace.START;
let closers: u32 = 0;

/** Reads a part. After a refusal the rest of the message is refused too. */
export function decodePart(part: u32, start: usize, end: usize): void {
  if (part == FramePart.FIRST) begin();
  if (phase == Phase.NONE) refuse(Refusal.OUT_OF_PART);
  else if (phase == Phase.REFUSED) refuse(Refusal.REFUSED_BEFORE);
  else feed(start, end);
  if (part == FramePart.LAST) finish();
  else if (refusal() != 0 && phase != Phase.NONE) phase = Phase.REFUSED;
}

/** Reads a whole message of the venue's own form as if it were one part. False: it is of another form; records may have been written. */
export function decodeWholeLevel2(start: usize, end: usize): bool {
  phase = Phase.NONE;
  if (!Match.level2Head(start)) return false;
  begin();
  feed(start, end);
  finish();
  return refusal() == 0;
}

function begin(): void {
  phase = Phase.HEAD;
  listPlace = ListPlace.START;
  closers = 0;
  Piece.length = 0;
}

function finish(): void {
  const isWhole =
    phase == Phase.PASSING || (phase == Phase.CLOSERS && closers == CLOSERS && Piece.length == 0);
  if (!isWhole) refuse(Refusal.OUT_OF_PART);
  phase = Phase.NONE;
}

/** Takes what the bytes complete, closes the record, and keeps the piece that they leave unfinished. */
function feed(start: usize, end: usize): void {
  openBook();
  let p = start;
  if (Piece.length > 0) {
    const seam = Piece.start + Piece.length;
    const joined = Piece.join(start, end);
    const after = takePieces(Piece.start, joined);
    if (after < seam) {
      // Not even with these bytes is the piece complete.
      keep(after, joined, joined - seam == end - start);
      return;
    }
    p = start + (after - seam);
  }
  keep(takePieces(p, end), end, true);
}

function keep(p: usize, end: usize, isAll: bool): void {
  if (phase == Phase.LEVELS) closeBook(book, false);
  if (refusal() != 0) return;
  if (!isAll || end - p > PIECE_BYTES_MAX) refuse(Refusal.TOO_LONG_PIECE);
  else Piece.keep(p, end);
}

/** Takes one piece after another. Returns the place where the first stands that is not complete. */
function takePieces(p: usize, end: usize): usize {
  while (p < end && refusal() == 0) {
    if (phase == Phase.PASSING) return end;
    const after =
      phase == Phase.HEAD
        ? takeHead(p, end)
        : phase == Phase.LEVELS
          ? takeLevels(p, end)
          : takeCloser(p, end);
    if (after == 0) break;
    p = after;
  }
  return p;
}

function takeHead(p: usize, end: usize): usize {
  const after = readHead(p, end, book);
  if (after == 0) return 0;
  if (book.instrument === null) {
    emitStatus(SessionState.IGNORED, 0, 0);
    phase = Phase.PASSING;
    return end;
  }
  phase = Phase.LEVELS;
  openBook();
  return after;
}

/** Levels, and what stands between and behind them. */
function takeLevels(p: usize, end: usize): usize {
  p = Spaces.skip(p, end);
  if (p == end) return p;
  const c = load<u8>(p);
  if (c == 0x5d && listPlace != ListPlace.AFTER_COMMA) {
    closeBook(book, true);
    phase = Phase.CLOSERS;
    return p + 1;
  }
  if (listPlace == ListPlace.AFTER_LEVEL) {
    if (c != 0x2c) return refuse(Refusal.NOT_JSON);
    listPlace = ListPlace.AFTER_COMMA;
    return p + 1;
  }
  return takeLevel(p, end);
}

/** One level, and in the venue's own form all those that follow it. */
function takeLevel(p: usize, end: usize): usize {
  const instrument = book.instrument;
  if (instrument === null) return 0;
  let after = fastLevel(p, end, book, instrument);
  if (after != 0) {
    while (load<u8>(after) == 0x2c && after < end) {
      const next = fastLevel(after + 1, end, book, instrument);
      if (next == 0) break;
      after = next;
    }
    listPlace = ListPlace.AFTER_LEVEL;
    return after;
  }
  if (refusal() != 0) return 0;
  if (load<u8>(p) != 0x7b) return refuse(Refusal.WRONG_TYPE);
  after = objectEnd(p, end);
  if (after == 0) return 0;
  if (after - p > PIECE_BYTES_MAX) return refuse(Refusal.TOO_LONG_PIECE);
  if (!checkSyntax(p, after) || !readLevel(p, after, book, instrument)) return 0;
  listPlace = ListPlace.AFTER_LEVEL;
  return after;
}

/** `}`, `]`, `}`, with white space between them. */
function takeCloser(p: usize, end: usize): usize {
  p = Spaces.skip(p, end);
  if (p == end) return p;
  if (closers == CLOSERS || load<u8>(p) != (closers == 1 ? 0x5d : 0x7d)) return refuse(Refusal.NOT_JSON);
  closers += 1;
  return p + 1;
}
