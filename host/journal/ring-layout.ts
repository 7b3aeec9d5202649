import { committed } from "../../abi/host/index.ts";
import { RECORD_HEADER_BYTES } from "./record-layout.ts";

/*
 The ring between the trading thread (producer) and the journal thread (consumer), one SharedArrayBuffer:

   control, 512 bytes, words 64 bytes apart so that the two sides do not share a cache line
     word   0  HEAD           published end        written by the producer, in units of 8 bytes, wraps at 2^32
     word  16  TAIL           released end         written by the consumer
     word  32  STATE          0 or a JournalCode   written by the consumer
     word  48  SYNC_REQUEST   ticket               written by the producer, after HEAD
     word  64  SYNC_DONE      ticket               written by the consumer
   data, a power of two of bytes
     records as on disk, with crc32c and prevHash still blank; the consumer seals them in place. A record does not wrap: where it
     would, a filler (8 bytes or more, length word -1) takes the rest of the lap.
*/
export const RingWord = { HEAD: 0, TAIL: 16, STATE: 32, SYNC_REQUEST: 48, SYNC_DONE: 64 } as const;
export const RING_CONTROL_BYTES = 512;
/** Length word of a filler. */
export const RING_FILLER = -1;
/** A record and the filler before it always fit into an empty ring if the record takes at most half of it; a quarter leaves room to work. */
export const RING_RECORD_FRACTION = 4;

/** Makes the shared memory of a ring with `dataBytes` of data, a power of two of at least 4 KiB. */
export function makeRing(dataBytes: number): SharedArrayBuffer {
  if (dataBytes < 4096 || dataBytes > 2 ** 30 || (dataBytes & (dataBytes - 1)) !== 0) {
    throw new RangeError(`journal: a ring of ${dataBytes} bytes; pass a power of two from 4096 to 2^30`);
  }
  const ring = new SharedArrayBuffer(RING_CONTROL_BYTES + dataBytes);
  committed(new Uint8Array(ring));
  return ring;
}

/** Throws where a record or the part kept for urgent ones would take more than a quarter of the ring. */
export function checkRing(ring: SharedArrayBuffer, payloadBytesMax: number, urgentBytes: number): void {
  const quarterBytes = (ring.byteLength - RING_CONTROL_BYTES) / RING_RECORD_FRACTION;
  if (payloadBytesMax + RECORD_HEADER_BYTES > quarterBytes || urgentBytes > quarterBytes) {
    throw new RangeError(
      `journal: payloads of ${payloadBytesMax} bytes and ${urgentBytes} urgent bytes exceed a quarter of the ring (${quarterBytes}); enlarge the ring`,
    );
  }
}
