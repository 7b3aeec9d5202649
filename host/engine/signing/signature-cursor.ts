import type { EngineErrorCode } from "../engine-error.ts";
import { EngineError } from "../engine-error.ts";
import { SIGNATURE_SECTION } from "./signature-layout.ts";

/** Reads the bytes of a signature section in order. Every refusal tells the byte of the module. */
export class SignatureCursor {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;

  constructor(bytes: Uint8Array, position: number, end: number) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  fail(code: EngineErrorCode, text: string, offsetBytes: number = this.position): never {
    throw new EngineError(code, `the signature is refused: ${text}. Sign the module again`, {
      offsetBytes,
      section: SIGNATURE_SECTION,
    });
  }

  byte(): number {
    if (this.position >= this.end)
      this.fail("SANDPIT_SIGNATURE_MALFORMED", "it ends in the middle of a value");
    return this.bytes[this.position++] ?? 0;
  }

  /** A view of the next bytes. */
  take(lengthBytes: number): Uint8Array {
    if (lengthBytes > this.end - this.position)
      this.fail("SANDPIT_SIGNATURE_MALFORMED", `${lengthBytes} bytes are claimed, it is shorter`);
    this.position += lengthBytes;
    return this.bytes.subarray(this.position - lengthBytes, this.position);
  }

  /** Unsigned 32-bit LEB128 in its shortest form: a number has one encoding, and so has a signature. */
  u32(): number {
    const start = this.position;
    let value = 0;
    for (let index = 0; index < 5; index++) {
      const next = this.byte();
      if (index === 4 && next > 0x0f) break;
      value += (next & 0x7f) * 2 ** (7 * index);
      if (next >= 0x80) continue;
      if (next === 0 && index > 0)
        this.fail("SANDPIT_SIGNATURE_LENGTH_FORM", "a number is longer than it needs to be", start);
      return value;
    }
    return this.fail("SANDPIT_SIGNATURE_MALFORMED", "a number does not fit 32 bits", start);
  }

  /** A count, refused above `most`. */
  count(most: number, what: string): number {
    const start = this.position;
    const value = this.u32();
    if (value > most)
      this.fail("SANDPIT_SIGNATURE_LIMIT_EXCEEDED", `${value} ${what}, the limit is ${most}`, start);
    return value;
  }

  /** A cursor over the next element, whose length stands before it. */
  element(): SignatureCursor {
    const length = this.u32();
    const start = this.position;
    this.take(length);
    return new SignatureCursor(this.bytes, start, this.position);
  }

  /** Nothing may follow. */
  close(what: string): void {
    if (this.position !== this.end)
      this.fail(
        "SANDPIT_SIGNATURE_TRAILING_BYTES",
        `${this.end - this.position} bytes follow the end of ${what}`,
      );
  }
}
