import { CRC_TABLES } from "./crc32c-tables.ts";

/**
 * CRC-32C of `lengthBytes` bytes from `offsetBytes`, a byte at a time: for headers and odd lengths (about 2.5 ns a byte). Records are
 * sealed by RecordSealer, which takes eight bytes at a time. Returns a signed 32-bit integer.
 */
export function crc32c(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): number {
  const tables = CRC_TABLES;
  const end = offsetBytes + lengthBytes;
  let crc = -1;
  for (let index = offsetBytes; index < end; index++)
    crc = tables[(crc ^ bytes[index]!) & 255]! ^ (crc >>> 8);
  return ~crc;
}
