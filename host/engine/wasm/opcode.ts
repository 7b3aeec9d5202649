/** Opcodes that the engine names; the others are only measured. */
export const Opcode = {
  UNREACHABLE: 0x00,
  BLOCK: 0x02,
  LOOP: 0x03,
  IF: 0x04,
  ELSE: 0x05,
  END: 0x0b,
  BR: 0x0c,
  RETURN: 0x0f,
  CALL: 0x10,
  CALL_INDIRECT: 0x11,
  DROP: 0x1a,
  LOCAL_GET: 0x20,
  LOCAL_SET: 0x21,
  LOCAL_TEE: 0x22,
  GLOBAL_GET: 0x23,
  GLOBAL_SET: 0x24,
  MEMORY_GROW: 0x40,
  I32_CONST: 0x41,
  I32_LT_S: 0x48,
  I32_ADD: 0x6a,
  I32_SUB: 0x6b,
  I32_MUL: 0x6c,
  I32_SHR_U: 0x76,
  PREFIX_MISC: 0xfc,
  PREFIX_VECTOR: 0xfd,
} as const;

/** Second opcodes after PREFIX_MISC. */
export const MiscOpcode = {
  MEMORY_INIT: 8,
  DATA_DROP: 9,
  MEMORY_COPY: 10,
  MEMORY_FILL: 11,
  TABLE_INIT: 12,
  ELEM_DROP: 13,
  TABLE_COPY: 14,
} as const;

export const EMPTY_BLOCK = 0x40;

/** What follows an opcode. */
export const Immediate = {
  REFUSED: 0,
  NONE: 1,
  BLOCK_TYPE: 2,
  INDEX: 3,
  BRANCH_TABLE: 4,
  CALL_INDIRECT: 5,
  MEMORY_ARGUMENT: 6,
  MEMORY_INDEX: 7,
  S32: 8,
  S64: 9,
  BYTES_4: 10,
  BYTES_8: 11,
  MISC: 12,
  VECTOR: 13,
} as const;

/**
 * The form of each one-byte opcode of the admitted features: first version, sign extension, multi-value, bulk
 * memory, SIMD.
 */
export const immediateOf: Uint8Array = buildImmediates();

function buildImmediates(): Uint8Array {
  const table = new Uint8Array(256);
  const set = (from: number, to: number, form: number): void => {
    table.fill(form, from, to + 1);
  };
  set(0x00, 0x01, Immediate.NONE);
  set(0x02, 0x04, Immediate.BLOCK_TYPE);
  set(0x05, 0x05, Immediate.NONE);
  set(0x0b, 0x0b, Immediate.NONE);
  set(0x0c, 0x0d, Immediate.INDEX);
  set(0x0e, 0x0e, Immediate.BRANCH_TABLE);
  set(0x0f, 0x0f, Immediate.NONE);
  set(0x10, 0x10, Immediate.INDEX);
  set(0x11, 0x11, Immediate.CALL_INDIRECT);
  set(0x1a, 0x1b, Immediate.NONE);
  set(0x20, 0x24, Immediate.INDEX);
  set(0x28, 0x3e, Immediate.MEMORY_ARGUMENT);
  set(0x3f, 0x40, Immediate.MEMORY_INDEX);
  set(0x41, 0x41, Immediate.S32);
  set(0x42, 0x42, Immediate.S64);
  set(0x43, 0x43, Immediate.BYTES_4);
  set(0x44, 0x44, Immediate.BYTES_8);
  set(0x45, 0xc4, Immediate.NONE);
  set(0xfc, 0xfc, Immediate.MISC);
  set(0xfd, 0xfd, Immediate.VECTOR);
  return table;
}

/** First opcode, last opcode, proposal. */
const refusedRanges: readonly (readonly [number, number, string])[] = [
  [0x06, 0x0a, "exception handling"],
  [0x12, 0x13, "tail calls"],
  [0x14, 0x15, "typed function references"],
  [0x18, 0x19, "exception handling"],
  [0x1c, 0x1c, "reference types"],
  [0x1f, 0x1f, "exception handling"],
  [0x25, 0x26, "reference types"],
  [0xd0, 0xd6, "reference types"],
  [0xfb, 0xfb, "garbage collection"],
  [0xfe, 0xfe, "threads"],
];

/** Name of the proposal that an opcode outside the admitted features belongs to. */
export function refusedFeature(opcode: number): string {
  const range = refusedRanges.find(([first, last]) => opcode >= first && opcode <= last);
  return range?.[2] ?? "an unknown proposal";
}
