import type { ByteReader } from "./byte-reader.ts";
import { ValueType } from "./wasm-module.ts";

/** Reads a value type: numbers and v128 only, references would let a plugin hold host objects. */
export function readValueType(reader: ByteReader): number {
  const start = reader.position;
  const type = reader.byte();
  if (type < ValueType.V128 || type > ValueType.I32) {
    reader.fail(
      "SANDPIT_ENGINE_FEATURE_REFUSED",
      `value type 0x${type.toString(16)} is not a number: plugins use no references`,
      start,
    );
  }
  return type;
}

/**
 * Reads a constant expression: one constant, then `end`. Returns the value of an i32 constant, null for the
 * others, whose value the engine never needs.
 */
export function readConstant(reader: ByteReader): number | null {
  const start = reader.position;
  const value = readConstantInstruction(reader);
  if (reader.byte() !== 0x0b) {
    reader.fail(
      "SANDPIT_ENGINE_FEATURE_REFUSED",
      "an initial value is more than one constant: switch extended constants off",
      start,
    );
  }
  return value;
}

function readConstantInstruction(reader: ByteReader): number | null {
  const start = reader.position;
  const opcode = reader.byte();
  if (opcode === 0x41) return reader.s32();
  if (opcode === 0x42) reader.skipS64();
  else if (opcode === 0x43) reader.skip(4);
  else if (opcode === 0x44) reader.skip(8);
  else if (opcode === 0x23) reader.u32();
  else if (opcode === 0xfd && reader.u32() === 12) reader.skip(16);
  else {
    reader.fail(
      "SANDPIT_ENGINE_FEATURE_REFUSED",
      `opcode 0x${opcode.toString(16)} cannot give an initial value here`,
      start,
    );
  }
  return null;
}
