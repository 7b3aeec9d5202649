import { textOf } from "../text/fields";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { Uuid } from "./uuid";

/**
 * The venue names orders by UUIDs, the host by 64 bits: the first half of the UUID. The other half is kept here, to write a cancel
 * with, and the client order id, which reports of fills do not carry.
 *
 * Places for 8,192 orders in buckets of eight. An order that is over gives its place up
 * to the next one in its bucket; only in a bucket of eight open orders the longest known of them is forgotten. What is forgotten, or
 * never was learned, cannot be cancelled (UNKNOWN_ORDER) until the venue names the order
 * again: the snapshot of the user channel does, and the list of open orders.
 */
@unmanaged
export class OrderId {
  high: u64;
  low: u64;
  epoch: u32;
  sequence: u32;
  /** Rises with each order that is learned; 0 for a free place. */
  age: u32;
  isClosed: u32;
}

const BUCKETS: u64 = 1024;
export const BUCKET_PLACES: usize = 8;
export const ENTRY_BYTES: usize = offsetof<OrderId>();
const TABLE_BYTES: usize = <usize>BUCKETS * BUCKET_PLACES * ENTRY_BYTES;
const GOLDEN: u64 = 0x9e3779b97f4a7c15;
const table: usize = heap.alloc(TABLE_BYTES);
memory.fill(table, 0, TABLE_BYTES);
let age: u32 = 0;

/** What a message teaches is noted first and learned when the whole message is accepted. */
const NOTES_MAX: usize = 1024;
const notes: usize = heap.alloc(NOTES_MAX * ENTRY_BYTES);
let noted: usize = 0;

/** Of all places, the first and the one after the last. */
export function firstPlace(): usize {
  return table;
}

export function endOfPlaces(): usize {
  return table + TABLE_BYTES;
}

export function forgetOrders(): void {
  memory.fill(table, 0, TABLE_BYTES);
}

/** Orders that are learned from now on are younger than that. */
export function setNewestAge(newest: u32): void {
  age = newest;
}

/** The first place of the bucket that an order belongs in. */
export function bucketOf(high: u64): usize {
  return table + <usize>((high * GOLDEN) >> 54) * BUCKET_PLACES * ENTRY_BYTES;
}

/** The order of this venue id, or null. */
export function orderOf(high: u64): OrderId | null {
  const bucket = bucketOf(high);
  for (let i: usize = 0; i < BUCKET_PLACES; i += 1) {
    const entry = changetype<OrderId>(bucket + i * ENTRY_BYTES);
    if (entry.age != 0 && entry.high == high) return entry;
  }
  return null;
}

/** The host's id of the order that a key names; 0 after noting a refusal. Both halves are in Uuid. */
export function venueOrderIdOf(key: u32): u64 {
  const text = textOf(key);
  if (text == 0) return 0;
  if (!Uuid.parse(text) || Uuid.high == 0) return refuse(Refusal.WRONG_TYPE);
  return Uuid.high;
}

/** Forgets notes that were not learned. */
export function clearNotes(): void {
  noted = 0;
}

/** Notes an order, the halves of its UUID, whose it is, and whether it is over. */
export function noteOrder(high: u64, low: u64, epoch: u32, sequence: u32, isClosed: bool): void {
  const known = orderOf(high);
  // Two orders whose first halves agree cannot be told apart by the host: 2^-61 for a pair.
  if (noted == NOTES_MAX || (known !== null && known.low != low)) {
    refuse(noted == NOTES_MAX ? Refusal.TOO_LARGE : Refusal.OUT_OF_RANGE);
    return;
  }
  const note = changetype<OrderId>(notes + noted * ENTRY_BYTES);
  note.high = high;
  note.low = low;
  note.epoch = epoch;
  note.sequence = sequence;
  note.age = 0;
  note.isClosed = isClosed ? 1 : 0;
  noted += 1;
}

/** Learns what was noted. */
export function learnNotes(): void {
  for (let i: usize = 0; i < noted; i += 1) learn(changetype<OrderId>(notes + i * ENTRY_BYTES));
  noted = 0;
}

function learn(note: OrderId): void {
  const known = orderOf(note.high);
  const entry = known !== null ? known : leastNeeded(bucketOf(note.high));
  if (known === null) age += 1;
  note.age = known !== null ? known.age : age;
  // An order that is over stays so, whatever a late answer says of it.
  if (known !== null) note.isClosed |= known.isClosed;
  memory.copy(changetype<usize>(entry), changetype<usize>(note), ENTRY_BYTES);
}

/** A free place, else the longest known order that is over, else the longest known one. */
function leastNeeded(bucket: usize): OrderId {
  let least = changetype<OrderId>(bucket);
  for (let i: usize = 1; i < BUCKET_PLACES; i += 1) {
    const entry = changetype<OrderId>(bucket + i * ENTRY_BYTES);
    if (rankOf(entry) < rankOf(least)) least = entry;
  }
  return least;
}

function rankOf(entry: OrderId): u64 {
  const isOpen: u64 = entry.age != 0 && entry.isClosed == 0 ? 1 : 0;
  return (isOpen << 32) | entry.age;
}
