/*
 A journal record, little endian, aligned to 8 bytes:

    0        4        8                16               24       28    30    32               40
   +--------+--------+----------------+----------------+--------+-----+-----+----------------+-----------+-----+
   | crc32c | length | seq            | prevHash       | epoch  | type|chan.| timeNs         | payload … | pad |
   | u32    | u32    | u64            | u64            | u32    | u16 | u16 | f64            | length    | ≤ 7 |
   +--------+--------+----------------+----------------+--------+-----+-----+----------------+-----------+-----+
            |<------------------------ the CRC covers all of this, padding included ------------------------->|

   length    bytes of the payload, without the padding (zeros, up to a multiple of 8)
   seq       1, 2, 3 … through all segments and sessions; below 2^53
   prevHash  hash of the whole previous record (lane A, lane B); of the segment header for the first record of a segment
   epoch     boot epoch of the session that wrote it
   timeNs    nanoseconds since the session's start

 A length is never torn across a sector, because 512 is a multiple of 8.
*/
export const CRC_OFFSET = 0;
export const LENGTH_OFFSET = 4;
export const SEQUENCE_OFFSET = 8;
export const PREVIOUS_HASH_OFFSET = 16;
export const EPOCH_OFFSET = 24;
export const TYPE_OFFSET = 28;
export const CHANNEL_OFFSET = 30;
export const TIME_OFFSET = 32;
export const RECORD_HEADER_BYTES = 40;

/** Payload of a SYNC_MARK: the synced sequence number as u64. */
export const SYNC_MARK_PAYLOAD_BYTES = 8;
/** Bytes of a SYNC_MARK record. */
export const SYNC_MARK_BYTES: number = recordBytes(SYNC_MARK_PAYLOAD_BYTES);
/** No segment may exceed it: offsets within a segment stay small integers for the engine. */
export const SEGMENT_BYTES_LIMIT: number = 2 ** 30;
/** No payload may exceed it (64 MiB), whatever the configuration says: it bounds what a reader allocates for a claimed length. */
export const PAYLOAD_BYTES_LIMIT: number = 2 ** 26;

const TWO_TO_32 = 2 ** 32;

/** Size of a record on disk with a payload of `payloadBytes`. */
export function recordBytes(payloadBytes: number): number {
  return (RECORD_HEADER_BYTES + payloadBytes + 7) & ~7;
}

/** Joins the halves of a u64 that is known to be a sequence number; above 2^53 the result is inexact and no sequence number. */
export function joinHalves(low: number, high: number): number {
  return (high >>> 0) * TWO_TO_32 + (low >>> 0);
}

/** Upper half of a non-negative safe integer. */
export function upperHalf(value: number): number {
  return Math.floor(value / TWO_TO_32);
}
