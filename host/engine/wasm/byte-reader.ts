import type { EngineErrorCode } from "../engine-error.ts";
import { EngineError } from "../engine-error.ts";
import { wasmLimits } from "./wasm-limits.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a module's bytes in order, strictly: a number must fit its width and may not use more LEB128 bytes
 * than the width needs, every count is capped before it is believed, and every refusal tells the section and
 * the byte.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  section: string;
  position: number;
  end: number;

  constructor(bytes: Uint8Array, position = 0, end: number = bytes.length, section = "header") {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
    this.section = section;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  fail(code: EngineErrorCode, text: string, offsetBytes: number = this.position): never {
    throw new EngineError(code, text, { offsetBytes, section: this.section });
  }

  malformed(text: string, offsetBytes: number = this.position): never {
    return this.fail(
      "SANDPIT_ENGINE_MODULE_MALFORMED",
      `${text}: build the module again, its bytes are damaged`,
      offsetBytes,
    );
  }

  byte(): number {
    if (this.position >= this.end) this.malformed("the section ends in the middle of a value");
    return this.bytes[this.position++] ?? 0;
  }

  /** Unsigned 32-bit LEB128: at most five bytes, the last of them at most 0x0f. */
  u32(): number {
    const start = this.position;
    let value = 0;
    for (let index = 0; index < 5; index++) {
      const next = this.byte();
      if (index === 4 && next > 0x0f) break;
      value += (next & 0x7f) * 2 ** (7 * index);
      if (next < 0x80) return value;
    }
    return this.malformed("an unsigned number does not fit 32 bits", start);
  }

  /** Signed 32-bit LEB128. */
  s32(): number {
    return this.#signed(5, 0x78, "32") | 0;
  }

  /** Signed 33-bit LEB128, the type of a block: negative values are value types, the others type indexes. */
  s33(): number {
    return this.#signed(5, 0x70, "33");
  }

  /** Signed 64-bit LEB128; the value is not needed, its well-formedness is. */
  skipS64(): void {
    this.#signed(10, 0x7f, "64");
  }

  /**
   * `lastMask` names the bits of the last possible byte that must all equal the sign. The sum is exact for 33 bits; for 64 bits its
   * low digits are rounded away, which is why `skipS64` returns nothing.
   */
  #signed(bytesMax: number, lastMask: number, width: string): number {
    const start = this.position;
    let value = 0;
    for (let index = 0; index < bytesMax; index++) {
      const next = this.byte();
      const last = index === bytesMax - 1;
      if (last && (next >= 0x80 || ((next & lastMask) !== 0 && (next & lastMask) !== lastMask))) break;
      value += (next & 0x7f) * 2 ** (7 * index);
      if (next < 0x80) return (next & 0x40) === 0 ? value : value - 2 ** (7 * (index + 1));
    }
    return this.malformed(`a signed number does not fit ${width} bits`, start);
  }

  skip(bytes: number): void {
    if (bytes > this.end - this.position) this.malformed("a value reaches beyond its section");
    this.position += bytes;
  }

  /** A vector's length, refused above `max` before anybody allocates by it. */
  count(max: number, what: string): number {
    const start = this.position;
    const value = this.u32();
    if (value > max) {
      this.fail(
        "SANDPIT_ENGINE_LIMIT_EXCEEDED",
        `${value} ${what}, the limit is ${max}: make the module smaller`,
        start,
      );
    }
    if (value > this.end - this.position) {
      this.malformed(`${value} ${what} are claimed, the section is shorter`, start);
    }
    return value;
  }

  /** A name: valid UTF-8 of at most 256 bytes. */
  name(): string {
    const start = this.position;
    const length = this.u32();
    if (length > wasmLimits.nameBytes) {
      this.fail(
        "SANDPIT_ENGINE_LIMIT_EXCEEDED",
        `a name of ${length} bytes, the limit is ${wasmLimits.nameBytes}: shorten it`,
        start,
      );
    }
    this.skip(length);
    try {
      return utf8.decode(this.bytes.subarray(this.position - length, this.position));
    } catch (cause) {
      throw new EngineError(
        "SANDPIT_ENGINE_NAME_INVALID",
        "a name is not valid UTF-8: build the module with a standard tool",
        {
          offsetBytes: start,
          section: this.section,
          cause,
        },
      );
    }
  }
}
