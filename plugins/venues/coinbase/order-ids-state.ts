import { SnapshotReader, SnapshotWriter } from "abi/assembly";
import {
  BUCKET_PLACES,
  ENTRY_BYTES,
  OrderId,
  bucketOf,
  endOfPlaces,
  firstPlace,
  forgetOrders,
  setNewestAge,
} from "./order-ids";

// The orders' UUIDs, handed over to the next version of this codec: without them every open order would wait for the venue to name it again
// before it could be cancelled. 8,192 orders are 262,176 bytes, half of what the outbox takes. How many, then of each, bucket by bucket:
//
//   │ high │ low │ epoch in the upper half, sequence │ 1 where it is over in the upper half, age │
//
// What a message in parts has left unfinished is not handed over: its next part is refused, and the line begins anew.

const AGE_MAX: u64 = 0x7fff_ffff;
const PLACES: u32 = 8_192;

/** Writes all orders that are known. */
export function writeOrderIds(writer: SnapshotWriter): void {
  let count: u32 = 0;
  for (let p = firstPlace(); p < endOfPlaces(); p += ENTRY_BYTES)
    if (changetype<OrderId>(p).age != 0) count += 1;
  writer.u32(count);
  for (let p = firstPlace(); p < endOfPlaces(); p += ENTRY_BYTES) {
    const entry = changetype<OrderId>(p);
    if (entry.age == 0) continue;
    writer.i64(<i64>entry.high);
    writer.i64(<i64>entry.low);
    writer.i64(((<i64>entry.epoch) << 32) | entry.sequence);
    writer.i64(((<i64>entry.isClosed) << 32) | entry.age);
  }
}

/**
 * Reads them again, in the place of those that are known. `isKept` is false in the rehearsal, which only looks whether each order belongs
 * where it stands: then nothing changes.
 */
export function readOrderIds(reader: SnapshotReader, isKept: bool): void {
  const count = reader.count(PLACES);
  if (isKept) forgetOrders();
  let newest: u32 = 0;
  let bucket: usize = 0;
  let placed: usize = 0;
  for (let i: u32 = 0; i < count && reader.isSound; i += 1) {
    const high = <u64>reader.i64();
    const low = <u64>reader.i64();
    const owner = <u64>reader.i64();
    const life = <u64>reader.i64();
    const own = bucketOf(high);
    if (own != bucket) {
      reader.require(own > bucket);
      bucket = own;
      placed = 0;
    }
    const age = life & 0xffff_ffff;
    const isNamed = high != 0 && !isSeen(high, placed);
    reader.require(isNamed && placed < BUCKET_PLACES && life >> 32 <= 1 && age != 0 && age <= AGE_MAX);
    if (!reader.isSound) return;
    store<u64>(seen + placed * sizeof<u64>(), high);
    if (isKept) put(bucket + placed * ENTRY_BYTES, high, low, owner, life);
    placed += 1;
    newest = max<u32>(newest, <u32>age);
  }
  if (isKept) setNewestAge(newest);
}

/** The orders of the bucket that is read. */
const seen: usize = heap.alloc(BUCKET_PLACES * sizeof<u64>());

function isSeen(high: u64, placed: usize): bool {
  for (let i: usize = 0; i < placed; i += 1) if (load<u64>(seen + i * sizeof<u64>()) == high) return true;
  return false;
}

function put(place: usize, high: u64, low: u64, owner: u64, life: u64): void {
  const entry = changetype<OrderId>(place);
  entry.high = high;
  entry.low = low;
  entry.epoch = <u32>(owner >> 32);
  entry.sequence = <u32>owner;
  entry.age = <u32>life;
  entry.isClosed = <u32>(life >> 32);
}
