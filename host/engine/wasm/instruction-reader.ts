import { ByteReader } from "./byte-reader.ts";
import { Immediate, immediateOf, MiscOpcode, refusedFeature } from "./opcode.ts";
import { wasmLimits } from "./wasm-limits.ts";
import type { WasmBody, WasmModule } from "./wasm-module.ts";
import { readValueType } from "./value-type.ts";

/**
 * Walks the instructions of one function body. `next` moves on and fills the fields; it returns false after
 * the last one, which is the
 * `end` of the function. Opcodes outside the admitted features are refused by name.
 */
export class InstructionReader {
  readonly #reader: ByteReader;
  /** Opcode of the current instruction. */
  opcode = 0;
  /** Second opcode after 0xfc and 0xfd. */
  subOpcode = 0;
  /** First immediate: an index, a branch depth, the type of an indirect call. */
  immediate = 0;
  startOffset = 0;
  endOffset = 0;

  constructor(module: WasmModule, body: WasmBody) {
    this.#reader = new ByteReader(module.bytes, body.codeOffset, body.endOffset, "code");
  }

  next(): boolean {
    const reader = this.#reader;
    if (reader.done) return false;
    this.startOffset = reader.position;
    this.opcode = reader.byte();
    this.subOpcode = 0;
    this.immediate = 0;
    this.#readImmediate(immediateOf[this.opcode] ?? Immediate.REFUSED);
    this.endOffset = reader.position;
    return true;
  }

  #readImmediate(form: number): void {
    const reader = this.#reader;
    switch (form) {
      case Immediate.NONE:
        return;
      case Immediate.BLOCK_TYPE:
        return this.#readBlockType();
      case Immediate.INDEX:
        this.immediate = reader.u32();
        return;
      case Immediate.BRANCH_TABLE:
        for (let left = reader.count(wasmLimits.branchTableEntries, "branch targets"); left >= 0; left--) {
          reader.u32();
        }
        return;
      case Immediate.CALL_INDIRECT:
        this.immediate = reader.u32();
        return this.#zeroIndex("table");
      case Immediate.MEMORY_ARGUMENT:
        return this.#readMemoryArgument();
      case Immediate.MEMORY_INDEX:
        return this.#zeroIndex("memory");
      case Immediate.S32:
        reader.s32();
        return;
      case Immediate.S64:
        return reader.skipS64();
      case Immediate.BYTES_4:
        return reader.skip(4);
      case Immediate.BYTES_8:
        return reader.skip(8);
      case Immediate.MISC:
        return this.#readMisc();
      case Immediate.VECTOR:
        return this.#readVector();
      default:
        return this.#refuse(refusedFeature(this.opcode));
    }
  }

  #readBlockType(): void {
    const reader = this.#reader;
    const form = reader.bytes[reader.position] ?? 0;
    if (form === 0x40) {
      reader.skip(1);
      return;
    }
    if (form >= 0x41 && form <= 0x7f) {
      readValueType(reader);
      return;
    }
    const start = reader.position;
    if (reader.s33() < 0) reader.malformed("a block has an unknown type", start);
  }

  /** Alignment and offset. An alignment of 64 and above would name a second memory. */
  #readMemoryArgument(): void {
    if (this.#reader.u32() >= 64) this.#refuse("several memories");
    this.#reader.u32();
  }

  #zeroIndex(what: string): void {
    if (this.#reader.byte() !== 0) this.#refuse(`a second ${what}`);
  }

  #readMisc(): void {
    const reader = this.#reader;
    const opcode = reader.u32();
    this.subOpcode = opcode;
    switch (opcode) {
      case MiscOpcode.MEMORY_INIT:
      case MiscOpcode.TABLE_INIT:
        reader.u32();
        return this.#zeroIndex("memory or table");
      case MiscOpcode.DATA_DROP:
      case MiscOpcode.ELEM_DROP:
        reader.u32();
        return;
      case MiscOpcode.MEMORY_COPY:
      case MiscOpcode.TABLE_COPY:
        this.#zeroIndex("memory or table");
        return this.#zeroIndex("memory or table");
      case MiscOpcode.MEMORY_FILL:
        return this.#zeroIndex("memory");
      default:
        return this.#refuse(
          opcode < 8
            ? "saturating float to integer conversion (build with --disable nontrapping-f2i)"
            : "reference types",
        );
    }
  }

  /**
   * SIMD: 0 to 11 and 92, 93 access memory, 12 and 13 carry sixteen bytes, 21 to 34 a lane, 84 to 91 both a
   * memory argument and a lane, 256 and above are the relaxed operations, whose results may differ between
   * machines.
   */
  #readVector(): void {
    const reader = this.#reader;
    const opcode = reader.u32();
    this.subOpcode = opcode;
    if (opcode > 255) return this.#refuse("relaxed SIMD, whose results differ between machines");
    if (opcode <= 11 || (opcode >= 84 && opcode <= 93)) this.#readMemoryArgument();
    if (opcode === 12 || opcode === 13) reader.skip(16);
    if ((opcode >= 21 && opcode <= 34) || (opcode >= 84 && opcode <= 91)) reader.skip(1);
  }

  #refuse(feature: string): never {
    const text = `an instruction needs ${feature}, which plugins may not use: switch it off in the compiler`;
    return this.#reader.fail("SANDPIT_ENGINE_FEATURE_REFUSED", text, this.startOffset);
  }
}
