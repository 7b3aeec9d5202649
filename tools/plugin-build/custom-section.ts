/** The module with one more custom section at its end: id 0, LEB128 size, LEB128 name length, name, payload. */
export function withCustomSection(wasm: Uint8Array, name: string, payload: string): Uint8Array {
  const nameBytes = Buffer.from(name, "utf8");
  const payloadBytes = Buffer.from(payload, "utf8");
  const body = Buffer.concat([leb128(nameBytes.length), nameBytes, payloadBytes]);
  return Buffer.concat([wasm, Buffer.from([0]), leb128(body.length), body]);
}

/** Unsigned LEB128 of a non-negative integer below 2^32. */
function leb128(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return Buffer.from(bytes);
}
