import { ByteWriter } from "../wasm/byte-writer.ts";
import { MiscOpcode, Opcode } from "../wasm/opcode.ts";

/** Opcodes that only the harness writes. */
export const HarnessOpcode = {
  BR_IF: 0x0d,
  SELECT: 0x1b,
  I32_LOAD: 0x28,
  I64_LOAD: 0x29,
  I64_CONST: 0x42,
  I32_GE_U: 0x4f,
  I32_LE_U: 0x4d,
  I64_GT_U: 0x56,
  I32_AND: 0x71,
  I32_XOR: 0x73,
  I32_SHL: 0x74,
  I64_ADD: 0x7c,
  I64_MUL: 0x7e,
  I64_AND: 0x83,
  I64_OR: 0x84,
  I64_XOR: 0x85,
  I64_SHR_U: 0x88,
  I64_ROTL: 0x89,
  I32_WRAP_I64: 0xa7,
  I64_EXTEND_I32_S: 0xac,
  I64_EXTEND_I32_U: 0xad,
  I32_REINTERPRET_F32: 0xbc,
  I64_REINTERPRET_F64: 0xbd,
} as const;

/** Writes the instructions of one function body, each by a call, so that a body reads as a listing. */
export class CodeWriter {
  readonly #out: ByteWriter = new ByteWriter(256);

  op(...opcodes: readonly number[]): this {
    for (const opcode of opcodes) this.#out.byte(opcode);
    return this;
  }

  get(local: number): this {
    return this.#indexed(Opcode.LOCAL_GET, local);
  }

  set(local: number): this {
    return this.#indexed(Opcode.LOCAL_SET, local);
  }

  getGlobal(index: number): this {
    return this.#indexed(Opcode.GLOBAL_GET, index);
  }

  setGlobal(index: number): this {
    return this.#indexed(Opcode.GLOBAL_SET, index);
  }

  call(index: number): this {
    return this.#indexed(Opcode.CALL, index);
  }

  i32(value: number): this {
    this.#out.byte(Opcode.I32_CONST);
    this.#out.s32(value);
    return this;
  }

  i64(value: bigint): this {
    this.#out.byte(HarnessOpcode.I64_CONST);
    let rest = BigInt.asIntN(64, value);
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const isLast = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
      this.#out.byte(isLast ? low : low | 0x80);
      if (isLast) return this;
    }
  }

  /** `opcode` is I32_LOAD or I64_LOAD; the address on the stack plus `offset`, which need not be aligned. */
  load(opcode: number, offset = 0): this {
    this.#out.byte(opcode);
    this.#out.u32(0);
    this.#out.u32(offset);
    return this;
  }

  branchIf(depth: number): this {
    return this.#indexed(HarnessOpcode.BR_IF, depth);
  }

  branch(depth: number): this {
    return this.#indexed(Opcode.BR, depth);
  }

  /** Takes target, source within the segment, and length off the stack. */
  memoryInit(segment: number): this {
    this.op(Opcode.PREFIX_MISC, MiscOpcode.MEMORY_INIT);
    this.#out.u32(segment);
    return this.op(0);
  }

  /** Takes target, byte and length off the stack. */
  memoryFill(): this {
    return this.op(Opcode.PREFIX_MISC, MiscOpcode.MEMORY_FILL, 0);
  }

  /** The body with its size, as the code section holds it. `i32Locals` come on top of the parameters. */
  toBody(i32Locals = 0): Uint8Array {
    const head = new ByteWriter(8);
    head.u32(i32Locals === 0 ? 0 : 1);
    if (i32Locals > 0) {
      head.u32(i32Locals);
      head.byte(0x7f);
    }
    const body = new ByteWriter(this.#out.length + 16);
    body.u32(head.length + this.#out.length + 1);
    body.raw(head.view());
    body.raw(this.#out.view());
    body.byte(Opcode.END);
    return body.toBytes();
  }

  /** An initial value. */
  toConstant(): Uint8Array {
    return Uint8Array.of(...this.#out.view(), Opcode.END);
  }

  #indexed(opcode: number, index: number): this {
    this.#out.byte(opcode);
    this.#out.u32(index);
    return this;
  }
}
