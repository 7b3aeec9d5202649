import { HEADER_BYTES, SCHEMA_ID, SCHEMA_VERSION } from "../../../../abi/host/index.ts";

interface Layout {
  readonly templateId: number;
  readonly blockLength: number;
}

/** A record in the making: header, block, and what follows the block. Offsets are those of the block. */
export class RecordDraft {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor({ templateId, blockLength }: Layout, restBytes = 0) {
    this.bytes = new Uint8Array(HEADER_BYTES + blockLength + restBytes);
    this.#view = new DataView(this.bytes.buffer, HEADER_BYTES);
    const header = new DataView(this.bytes.buffer, 0, HEADER_BYTES);
    header.setUint16(0, blockLength, true);
    header.setUint16(2, templateId, true);
    header.setUint16(4, SCHEMA_ID, true);
    header.setUint16(6, SCHEMA_VERSION, true);
  }

  /** A 64-bit integer, given as a whole number within 2^53. */
  int64(offset: number, value: number): this {
    this.#view.setBigInt64(offset, BigInt(value), true);
    return this;
  }

  uint32(offset: number, value: number): this {
    this.#view.setUint32(offset, value, true);
    return this;
  }

  uint16(offset: number, value: number): this {
    this.#view.setUint16(offset, value, true);
    return this;
  }

  /** A byte, of two's complement for a negative value. */
  byte(offset: number, value: number): this {
    this.#view.setInt8(offset, value);
    return this;
  }

  double(offset: number, value: number): this {
    this.#view.setFloat64(offset, value, true);
    return this;
  }

  raw(offset: number, bytes: Uint8Array): this {
    this.bytes.set(bytes, HEADER_BYTES + offset);
    return this;
  }

  text(offset: number, text: string): this {
    return this.raw(offset, new TextEncoder().encode(text));
  }
}
