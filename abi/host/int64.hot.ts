// 64-bit integers in JavaScript numbers. A BigInt would allocate; two 32-bit halves do not. Both functions stay below the size at
// which V8 always inlines, so that no double crosses a call (16 bytes each).

/** The value at a 4-byte word index: exact up to 2^53 either way, beyond that only its magnitude is right, which a range check sees. */
export function readInt64(i32: Int32Array, word: number): number {
  return i32[word + 1]! * 4_294_967_296 + (i32[word]! >>> 0);
}

/** Writes a safe integer. */
export function writeInt64(i32: Int32Array, word: number, value: number): void {
  i32[word] = value | 0;
  i32[word + 1] = Math.floor(value / 4_294_967_296);
}
