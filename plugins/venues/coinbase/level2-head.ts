import { firstElement, listOf, readObject } from "../text/json-array";
import { openObject } from "../text/json-object";
import { Refusal } from "../text/refusal";
import { refusal, refuse } from "../text/refused";
import { BookContext } from "./book-writer";
import { Channel, Envelope } from "./envelope";
import { Key } from "./keys";
import { openEvent } from "./level2";
import { Match } from "./literals";
import { PIECE_BYTES_MAX } from "./piece";

// The head of a message ends with an open list. A copy of it with the brackets closed is a whole message with an empty list, and is
// read by the rules of JSON like any other:
//
//   {"channel":"l2_data",…,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[  ]}]}
//   {"channel":"candles",…,"events":[  ]}

const copy: usize = heap.alloc(PIECE_BYTES_MAX + 64);
/** `]}]}` */
const CLOSING: u32 = 0x7d5d7d5d;

/**
 * Reads the head that begins at `p`, fills the context and says the message's number. Returns the place after the bracket that opens
 * the list; 0 while the head is not complete, or after noting a refusal. Leaves the context without an instrument for a message of
 * another channel.
 */
export function readHead(p: usize, end: usize, book: BookContext): usize {
  const limit = min(end, p + PIECE_BYTES_MAX);
  book.instrument = null;
  const events = afterEventsKey(p, limit);
  if (events == 0) return incomplete(p, end);
  if (!Match.level2Head(p)) {
    if (!openCopy(p, events, 2)) return 0;
    Envelope.read();
    if (refusal() != 0) return 0;
    if (Envelope.channel != Channel.LEVEL2) {
      Envelope.announce();
      return events;
    }
  }
  const updates = afterUpdatesKey(events, limit);
  if (updates == 0) return incomplete(p, end);
  if (!openCopy(p, updates, 4)) return 0;
  Envelope.read();
  const closed = copy + (updates - p) + 4;
  if (!readObject(firstElement(listOf(Key.EVENTS), closed), closed)) return 0;
  if (openEvent(book, Envelope.sequence, Envelope.sentNs) == 0) return 0;
  Envelope.announce();
  return refusal() == 0 ? updates : 0;
}

/** The place after `"events":[`, or 0. A text cannot hold it: its quotation marks would be escaped. */
function afterEventsKey(p: usize, limit: usize): usize {
  for (; p + 10 <= limit; p += 1) if (Match.eventsKey(p)) return p + 10;
  return 0;
}

/** The place after `"updates":[`, or 0. */
function afterUpdatesKey(p: usize, limit: usize): usize {
  for (; p + 11 <= limit; p += 1) if (Match.updatesKey(p)) return p + 11;
  return 0;
}

function incomplete(p: usize, end: usize): usize {
  return end - p < PIECE_BYTES_MAX ? 0 : refuse(Refusal.TOO_LONG_PIECE);
}

/** Reads the members of the head up to `headEnd`, closed by `brackets` of them. */
function openCopy(p: usize, headEnd: usize, brackets: usize): bool {
  const length = headEnd - p;
  memory.copy(copy, p, length);
  store<u32>(copy + length, CLOSING);
  return openObject(copy, copy + length + brackets);
}
