import { HEADER_BYTES } from "../../../abi/host/index.ts";

/**
 * Records that wait for a snapshot, in arrival order, in one piece of memory that is never given back:
 *
 * ```
 * 0               4       8                                usedBytes
 * ├─ lengthBytes ─┼─ pad ─┼─ header, block, groups ─┼─ lengthBytes ─┼─ pad ─┼─ …
 * ```
 *
 * `lengthBytes` counts the record from its header on. The buffer is emptied whole, never from the front.
 */
export class DeltaBuffer {
  readonly words: Int32Array;
  usedBytes: number;
  count: number;

  /** @throws RangeError when `capacityBytes` is not a multiple of 8 from 64 to 2^30. */
  constructor(capacityBytes: number) {
    if (!(capacityBytes >= 64 && capacityBytes <= 1_073_741_824) || capacityBytes % 8 !== 0) {
      throw new RangeError(
        `delta buffer: capacity ${capacityBytes} must be a multiple of 8 bytes from 64 to 1073741824`,
      );
    }
    this.words = new Int32Array(capacityBytes >> 2);
    this.usedBytes = 0;
    this.count = 0;
  }

  /** Appends the record whose block begins at `blockByte` and whose last entry ends at `endByte`. Returns 0 when it is full. */
  append(i32: Int32Array, blockByte: number, endByte: number): number {
    const from = (blockByte - HEADER_BYTES) >> 2;
    const lengthWords = (endByte >> 2) - from;
    const lengthBytes = lengthWords * 4;
    const words = this.words;
    if (this.usedBytes + 8 + lengthBytes > words.length * 4) return 0;
    const to = (this.usedBytes >> 2) + 2;
    words[to - 2] = lengthBytes;
    for (let index = 0; index < lengthWords; index++) words[to + index] = i32[from + index]!;
    this.usedBytes += 8 + lengthBytes;
    this.count++;
    return 1;
  }

  /** Where the block of the record at `entryByte` (0, or what `nextEntry` gave) begins in `words`. */
  blockOf(entryByte: number): number {
    return entryByte + 8 + HEADER_BYTES;
  }

  /** Where the record after the one at `entryByte` begins; `usedBytes` after the last. */
  nextEntry(entryByte: number): number {
    return entryByte + 8 + this.words[entryByte >> 2]!;
  }

  clear(): void {
    this.usedBytes = 0;
    this.count = 0;
  }
}
