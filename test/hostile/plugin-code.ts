import { ByteWriter } from "../../host/engine/wasm/byte-writer.ts";

/** Instructions, as the hostile modules need them; each list ends where the next one may follow. */
export const END = 0x0b;
export const UNREACHABLE = 0x00;

/** The body of a `handle` that writes nothing. */
export const returnsZero: readonly number[] = [0x41, 0, END];

export function i32(value: number): number[] {
  const out = new ByteWriter(8);
  out.s32(value);
  return [0x41, ...out.view()];
}

export function i64(value: bigint): number[] {
  const bytes: number[] = [0x42];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    const isLast = (rest >> 7n === 0n && low < 0x40) || (rest >> 7n === -1n && low >= 0x40);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

/** i64.store of a constant at a constant address. */
export function store64(address: number, value: bigint): number[] {
  return [...i32(address), ...i64(value), 0x37, 3, 0];
}

export function store32(address: number, value: number): number[] {
  return [...i32(address), ...i32(value), 0x36, 2, 0];
}

/** Puts bytes, a multiple of eight, at an address. */
export function lays(address: number, bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = Array.from({ length: bytes.length / 8 }, (_, index) => view.getBigInt64(8 * index, true));
  return words.flatMap((word, index) => store64(address + 8 * index, word));
}

/** The body of a `handle` that lays records into an outbox and returns their length. */
export function answers(outbox: number, ...records: readonly Uint8Array[]): number[] {
  const bytes = Buffer.concat(records);
  return [...lays(outbox, bytes), ...i32(bytes.length), END];
}

/** The body of a `handle` that returns a number. */
export function returns(value: number): number[] {
  return [...i32(value), END];
}

/** loop br 0 end */
export const spins: readonly number[] = [0x03, 0x40, 0x0c, 0, END];

/** The body of a `handle` that does something first. */
export function after(...code: readonly (readonly number[])[]): number[] {
  return [...code.flat(), ...returnsZero];
}
