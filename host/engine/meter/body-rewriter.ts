import { EngineError } from "../engine-error.ts";
import { ByteWriter } from "../wasm/byte-writer.ts";
import { InstructionReader } from "../wasm/instruction-reader.ts";
import { EMPTY_BLOCK, MiscOpcode, Opcode } from "../wasm/opcode.ts";
import type { WasmBody, WasmModule } from "../wasm/wasm-module.ts";
import { ValueType } from "../wasm/wasm-module.ts";
import type { CounterIndexes } from "./gas-code.ts";
import { GasCode } from "./gas-code.ts";
import { MEMORY_BULK_SHIFT, TABLE_BULK_SHIFT } from "./meter-rules.ts";

/** What is done to one function. */
export interface BodyPlan {
  /** False for a leaf that its callers pay for. */
  readonly charged: boolean;
  /** Gas of each region, callees that are charged at the call included. */
  readonly regionCosts: readonly number[];
  readonly hasBulk: boolean;
  /** Depth units counted while the function runs; 0 where nothing is counted. */
  readonly depthUnits: number;
  /** Type of a block that yields the function's results. */
  readonly blockType: number;
  readonly parameters: number;
  /** Callees that leave the gas counter alone. */
  readonly folded: Uint8Array;
}

/**
 * Rewrites one function body. Code is only inserted, with two exceptions: `memory.grow` becomes a constant −1
 * (the memory is of fixed size, and growing by nothing would detach the host's views), and `return` becomes a
 * branch out of a block around the body, so that every way out passes the code that gives depth and gas back.
 */
export class BodyRewriter {
  readonly #module: WasmModule;
  readonly #body: WasmBody;
  readonly #plan: BodyPlan;
  readonly #counters: CounterIndexes;
  readonly #out: ByteWriter;
  readonly #gas: GasCode;
  readonly #lengthLocal: number;
  /** Pairs (offset in the output, offset in the module) of the runs copied. */
  readonly #runs: number[] = [];
  #copiedTo: number;
  #nesting = 0;
  #loops = 0;

  constructor(module: WasmModule, body: WasmBody, plan: BodyPlan, counters: CounterIndexes) {
    this.#module = module;
    this.#body = body;
    this.#plan = plan;
    this.#counters = counters;
    this.#out = new ByteWriter((body.endOffset - body.startOffset) * 2 + 64);
    const gasLocal = plan.parameters + body.locals;
    this.#lengthLocal = gasLocal + 1;
    const cached = plan.regionCosts.length > 1 || plan.hasBulk;
    this.#gas = new GasCode(this.#out, counters.gasGlobal, gasLocal, cached);
    this.#copiedTo = body.codeOffset;
  }

  /** The new body without its size. */
  rewrite(): { bytes: Uint8Array; runs: readonly number[] } {
    this.#writeLocals();
    const wrapped = this.#plan.depthUnits > 0 || (this.#plan.charged && this.#gas.cached);
    if (this.#plan.depthUnits > 0) this.#enterDepth();
    if (this.#plan.charged) this.#gas.chargeAtEntry(this.#plan.regionCosts[0] ?? 0);
    if (wrapped) {
      this.#out.byte(Opcode.BLOCK);
      this.#writeBlockType();
    }
    this.#writeInstructions(wrapped);
    this.#copyTo(this.#body.endOffset);
    if (wrapped) {
      if (this.#gas.cached) this.#gas.flush();
      if (this.#plan.depthUnits > 0) this.#leaveDepth();
      this.#out.byte(Opcode.END);
    }
    return { bytes: this.#out.view(), runs: this.#runs };
  }

  /**
   * One local for gas, or two where a bulk operation's length must be looked at; appended, so no local is
   * renumbered.
   */
  #writeLocals(): void {
    const { localGroups, localGroupsOffset, codeOffset } = this.#body;
    const out = this.#out;
    out.u32(this.#plan.charged ? localGroups + 1 : localGroups);
    out.raw(this.#module.bytes.subarray(localGroupsOffset, codeOffset));
    if (!this.#plan.charged) return;
    out.u32(this.#plan.hasBulk ? 2 : 1);
    out.byte(ValueType.I32);
  }

  #writeBlockType(): void {
    const { blockType } = this.#plan;
    // Type indexes are signed numbers; the one-byte forms are written as they are.
    if (blockType < 0) this.#out.byte(blockType & 0x7f);
    else this.#out.s32(blockType);
  }

  #writeInstructions(wrapped: boolean): void {
    const reader = new InstructionReader(this.#module, this.#body);
    while (reader.next()) {
      switch (reader.opcode) {
        case Opcode.BLOCK:
        case Opcode.IF:
          this.#nesting += 1;
          break;
        case Opcode.LOOP:
          this.#nesting += 1;
          this.#loops += 1;
          this.#copyTo(reader.endOffset);
          this.#gas.chargeAtLoop(this.#plan.regionCosts[this.#loops] ?? 0);
          break;
        case Opcode.END:
          this.#nesting -= 1;
          break;
        case Opcode.RETURN:
          if (wrapped) this.#replace(reader, this.#writeBranchOut);
          break;
        case Opcode.MEMORY_GROW:
          this.#replace(reader, this.#writeGrowRefused);
          break;
        case Opcode.CALL:
        case Opcode.CALL_INDIRECT:
          this.#writeCall(reader);
          break;
        case Opcode.PREFIX_MISC:
          this.#writeBulkCharge(reader);
          break;
        default:
          break;
      }
    }
    if (this.#nesting !== -1) {
      throw new EngineError("SANDPIT_ENGINE_MODULE_MALFORMED", "blocks and ends do not match", {
        offsetBytes: reader.endOffset,
        section: "code",
      });
    }
  }

  /** A callee that charges changes the global: write the local back before, read it again after. */
  #writeCall(reader: InstructionReader): void {
    const free = reader.opcode === Opcode.CALL && this.#plan.folded[reader.immediate] === 1;
    if (free || !this.#gas.cached) return;
    this.#copyTo(reader.startOffset);
    this.#gas.flush();
    this.#copyTo(reader.endOffset);
    this.#gas.load();
  }

  #writeBulkCharge(reader: InstructionReader): void {
    const shift = bulkShift(reader.subOpcode);
    if (shift === 0) return;
    this.#copyTo(reader.startOffset);
    this.#gas.chargeByLength(this.#lengthLocal, shift);
  }

  readonly #writeBranchOut = (): void => {
    this.#out.byte(Opcode.BR);
    this.#out.u32(this.#nesting);
  };

  readonly #writeGrowRefused = (): void => {
    this.#out.byte(Opcode.DROP);
    this.#out.byte(Opcode.I32_CONST);
    this.#out.s32(-1);
  };

  #replace(reader: InstructionReader, write: () => void): void {
    this.#copyTo(reader.startOffset);
    this.#runs.push(this.#out.length, reader.startOffset);
    write();
    this.#copiedTo = reader.endOffset;
  }

  /** Copies the original code up to `offset`. */
  #copyTo(offset: number): void {
    if (offset <= this.#copiedTo) return;
    this.#runs.push(this.#out.length, this.#copiedTo);
    this.#out.raw(this.#module.bytes.subarray(this.#copiedTo, offset));
    this.#copiedTo = offset;
  }

  /** depth -= units; trap when negative. The gas local is free for it, since gas is charged afterwards. */
  #enterDepth(): void {
    this.#addDepth(-this.#plan.depthUnits);
    const out = this.#out;
    out.byte(Opcode.GLOBAL_GET);
    out.u32(this.#counters.depthGlobal);
    out.byte(Opcode.I32_CONST);
    out.s32(0);
    out.byte(Opcode.I32_LT_S);
    out.byte(Opcode.IF);
    out.byte(EMPTY_BLOCK);
    out.byte(Opcode.UNREACHABLE);
    out.byte(Opcode.END);
  }

  #leaveDepth(): void {
    this.#addDepth(this.#plan.depthUnits);
  }

  #addDepth(units: number): void {
    const out = this.#out;
    out.byte(Opcode.GLOBAL_GET);
    out.u32(this.#counters.depthGlobal);
    out.byte(Opcode.I32_CONST);
    out.s32(units);
    out.byte(Opcode.I32_ADD);
    out.byte(Opcode.GLOBAL_SET);
    out.u32(this.#counters.depthGlobal);
  }
}

/** How far the length of a bulk operation is shifted for its cost; 0 for the operations without a length. */
function bulkShift(subOpcode: number): number {
  switch (subOpcode) {
    case MiscOpcode.MEMORY_INIT:
    case MiscOpcode.MEMORY_COPY:
    case MiscOpcode.MEMORY_FILL:
      return MEMORY_BULK_SHIFT;
    case MiscOpcode.TABLE_INIT:
    case MiscOpcode.TABLE_COPY:
      return TABLE_BULK_SHIFT;
    default:
      return 0;
  }
}
