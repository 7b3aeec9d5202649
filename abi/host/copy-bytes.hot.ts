/** Carries Node's native copy, which takes any Uint8Array in the place of `this`. */
const buffers: Buffer = Object.getPrototypeOf(Buffer.alloc(0)) as Buffer;

/**
 * Copies bytes between arrays of any kind, WebAssembly memory among them. `set` would need a view of the part that is copied, 104 bytes
 * of garbage a call; this makes none.
 */
export function copyBytes(
  source: Uint8Array,
  target: Uint8Array,
  targetStart: number,
  sourceStart: number,
  sourceEnd: number,
): void {
  buffers.copy.call(source, target, targetStart, sourceStart, sourceEnd);
}
