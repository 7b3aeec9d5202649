import type { ByteWriter } from "../wasm/byte-writer.ts";
import { EMPTY_BLOCK, Opcode } from "../wasm/opcode.ts";

/** Where the counters of a module live. */
export interface CounterIndexes {
  readonly gasGlobal: number;
  readonly depthGlobal: number;
}

/**
 * Writes the code that charges gas inside one function. A function with loops keeps the counter in a local,
 * because a round through the global is a store and a load on the path of every iteration; it writes the
 * global back before it calls, returns or runs out. A function without loops goes through the global.
 */
export class GasCode {
  readonly #out: ByteWriter;
  readonly #gasGlobal: number;
  readonly #gasLocal: number;
  readonly cached: boolean;

  constructor(out: ByteWriter, gasGlobal: number, gasLocal: number, cached: boolean) {
    this.#out = out;
    this.#gasGlobal = gasGlobal;
    this.#gasLocal = gasLocal;
    this.cached = cached;
  }

  /** local = global */
  load(): void {
    this.#op(Opcode.GLOBAL_GET, this.#gasGlobal);
    this.#op(Opcode.LOCAL_SET, this.#gasLocal);
  }

  /** global = local */
  flush(): void {
    this.#op(Opcode.LOCAL_GET, this.#gasLocal);
    this.#op(Opcode.GLOBAL_SET, this.#gasGlobal);
  }

  chargeAtEntry(cost: number): void {
    this.#op(Opcode.GLOBAL_GET, this.#gasGlobal);
    this.#constant(cost);
    this.#subtract();
  }

  chargeAtLoop(cost: number): void {
    this.#op(Opcode.LOCAL_GET, this.#gasLocal);
    this.#constant(cost);
    this.#subtract();
  }

  /** Charges by the unsigned length on top of the operand stack, shifted right; leaves it there. */
  chargeByLength(lengthLocal: number, shift: number): void {
    this.#op(Opcode.LOCAL_TEE, lengthLocal);
    this.#op(Opcode.LOCAL_GET, this.#gasLocal);
    this.#op(Opcode.LOCAL_GET, lengthLocal);
    this.#constant(shift);
    this.#out.byte(Opcode.I32_SHR_U);
    this.#subtract();
  }

  /** With the counter and a cost on the stack: takes the cost off, and traps when the counter is negative. */
  #subtract(): void {
    const out = this.#out;
    out.byte(Opcode.I32_SUB);
    this.#op(Opcode.LOCAL_TEE, this.#gasLocal);
    if (!this.cached) {
      this.#op(Opcode.GLOBAL_SET, this.#gasGlobal);
      this.#op(Opcode.LOCAL_GET, this.#gasLocal);
    }
    this.#constant(0);
    out.byte(Opcode.I32_LT_S);
    out.byte(Opcode.IF);
    out.byte(EMPTY_BLOCK);
    if (this.cached) this.flush();
    out.byte(Opcode.UNREACHABLE);
    out.byte(Opcode.END);
  }

  #op(opcode: number, index: number): void {
    this.#out.byte(opcode);
    this.#out.u32(index);
  }

  #constant(value: number): void {
    this.#out.byte(Opcode.I32_CONST);
    this.#out.s32(value);
  }
}
