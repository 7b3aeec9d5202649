/**
 * The few ASN.1 types in DER (X.690) that a certificate is made of. Each value is
 *
 *   ┌─────┬────────────────────────────────────────┬─────────┐
 *   │ tag │ length: one byte below 128, otherwise   │ content │
 *   │     │ 128 + count, then so many bytes of it   │         │
 *   └─────┴────────────────────────────────────────┴─────────┘
 */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  utf8: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** A value of that tag around its content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const digits = body.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, body]);
}

/** A context-specific tag: constructed for an explicit wrapper, primitive for an implicit string. */
export function contextTag(number: number, isConstructed: boolean): number {
  return 0x80 | (isConstructed ? 0x20 : 0) | number;
}

export function sequence(...members: readonly Uint8Array[]): Buffer {
  return der(TAG.sequence, ...members);
}

/**
 * A non-negative integer, given by its bytes. DER wants the fewest that keep the sign (X.690, 8.3.2): OpenSSL refuses others as "illegal
 * padding", which of certificates with 16 random bytes met one in 512.
 */
export function integer(bytes: Uint8Array): Buffer {
  let first = 0;
  while (first < bytes.length - 1 && bytes[first] === 0) first += 1;
  const shortest = bytes.subarray(first);
  const isNegative = ((shortest[0] ?? 0) & 0x80) !== 0;
  return der(TAG.integer, ...(isNegative || shortest.length === 0 ? [Buffer.of(0)] : []), shortest);
}

/** An object identifier from its dotted form: the first two arcs in one byte, the others in base 128. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of others) {
    const group = [arc & 0x7f];
    for (let rest = arc >>> 7; rest > 0; rest >>>= 7) group.unshift((rest & 0x7f) | 0x80);
    bytes.push(...group);
  }
  return der(0x06, Buffer.from(bytes));
}

/** Whole bytes; the first says that no bit of the last is unused. */
export function bitString(bytes: Uint8Array): Buffer {
  return der(TAG.bitString, Buffer.of(0), bytes);
}

/** `20260809210548Z`. */
export function generalizedTime(epochMs: number): Buffer {
  const digits = new Date(epochMs).toISOString().replace(/[-:T]|\.\d+/g, "");
  return der(TAG.generalizedTime, Buffer.from(digits));
}
