import { committed } from "../../../abi/host/index.ts";

/*
 What the trading thread and the thread of one plugin share, one SharedArrayBuffer for each plugin:

   control, 1,024 bytes, words 64 bytes apart so that the two sides do not share a cache line
     word   0  INPUT_HEAD       published end         written by the host,   in units of 8 bytes, wraps at 2^32
     word  16  INPUT_RELEASED   released end          written by the worker
     word  32  OUTPUT_HEAD      published end         written by the worker
     word  48  OUTPUT_TAIL      released end          written by the host
     word  64  WAKE             1: a message is on its way to the host. Exchanged by the worker, cleared by the host before it looks
     word  80  BEAT             rises with each look of the worker
     word  96  IN_CALL          low half of the number of the record that the plugin is being called with; 0 between calls
     word 128  READY            1 once the worker has its plugin
     word 144  SHADOW_COUNTS    five words by ShadowCount, of what runs beside the plugin there; each wraps at 2^32
   input ring, a power of two of bytes
     released ≤ image ≤ consumed ≤ INPUT_HEAD: a record stays until an image holds what the plugin made of it
   output ring, as large

 An entry of either ring does not wrap: where it would, a filler (length word -1, 8 bytes or more) takes the rest of the lap.

   byte 0        4           8            16           24           28      32
        ├────────┼───────────┼────────────┼────────────┼────────────┼───────┼──────────────────────────────
        │ length │ template, │ sequence   │ timeNs     │ generation │ code  │ payload, length bytes, padded to 8
        │ i32    │ or kind   │ f64        │ f64        │ u32        │ i32   │
*/
export const ChannelWord = {
  INPUT_HEAD: 0,
  INPUT_RELEASED: 16,
  OUTPUT_HEAD: 32,
  OUTPUT_TAIL: 48,
  WAKE: 64,
  BEAT: 80,
  IN_CALL: 96,
  READY: 128,
  SHADOW_COUNTS: 144,
} as const;
const CONTROL_BYTES = 1024;
export const CONTROL_WORDS: number = CONTROL_BYTES >> 2;

export const ENTRY_HEADER_BYTES = 32;
export const ENTRY_HEADER_WORDS: number = ENTRY_HEADER_BYTES >> 2;
/** Words of an entry's header; sequence and time are cells 1 and 2 of the same bytes as doubles. */
export const EntryWord = { LENGTH: 0, KIND: 1, GENERATION: 6, CODE: 7 } as const;
export const EntryCell = { SEQUENCE: 1, TIME: 2 } as const;
/** Length word of a filler. */
export const FILLER = -1;

export const RING_BYTES_MIN = 65_536;
export const RING_BYTES_MAX: number = 2 ** 26;
/** Where the parts lie in the shared memory, in bytes. */
export interface ChannelMap {
  readonly ringBytes: number;
  readonly inputOffset: number;
  readonly outputOffset: number;
  readonly totalBytes: number;
}

export function channelMap(ringBytes: number): ChannelMap {
  const inputOffset = CONTROL_BYTES;
  const outputOffset = inputOffset + ringBytes;
  return { ringBytes, inputOffset, outputOffset, totalBytes: outputOffset + ringBytes };
}

/** Makes the shared memory. Throws RangeError for rings that are no power of two within the limits. */
export function makeChannel(map: ChannelMap): SharedArrayBuffer {
  const { ringBytes } = map;
  if (ringBytes < RING_BYTES_MIN || ringBytes > RING_BYTES_MAX || (ringBytes & (ringBytes - 1)) !== 0)
    throw new RangeError(
      `placement: rings of ${ringBytes} bytes; pass a power of two from ${RING_BYTES_MIN} to ${RING_BYTES_MAX}`,
    );
  const memory = new SharedArrayBuffer(map.totalBytes);
  committed(new Uint8Array(memory));
  return memory;
}
