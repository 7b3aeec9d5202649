import type { MemoryMap } from "../../../abi/host/index.ts";
import { EMPTY_BLOCK, Opcode } from "../wasm/opcode.ts";
import { ValueType } from "../wasm/wasm-module.ts";
import { CodeWriter, HarnessOpcode as Op } from "./code-writer.ts";
import type { EventTable } from "./event-table.ts";

/** Where the harness finds what it calls and reads in the module that it becomes a part of. */
export interface HarnessPlaces {
  /** Index of the first function, type, global and data segment that the module does not have yet. */
  readonly functions: number;
  readonly types: number;
  readonly globals: number;
  readonly dataSegment: number;
  readonly init: number;
  readonly handle: number;
  readonly gasGlobal: number;
  readonly state: readonly { readonly index: number; readonly type: number }[];
  readonly map: MemoryMap;
  readonly memoryBytes: number;
  readonly table: EventTable;
}

/** Parameters and results of the harness's types, in their order. */
export const harnessTypes: readonly {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}[] = [
  { parameters: [ValueType.I64], results: [] },
  { parameters: [ValueType.I64], results: [ValueType.I64] },
  { parameters: [ValueType.I32, ValueType.I32], results: [] },
  { parameters: [], results: [ValueType.I32] },
  { parameters: [ValueType.I32], results: [ValueType.I32] },
];

const Type = { TAKES_WORD: 0, WORD: 1, TAKES_RANGE: 2, GIVES: 3, INDEXED: 4 } as const;

/** Type of each function, in their order; the last four are exported. */
export const harnessFunctions: readonly number[] = [
  Type.TAKES_WORD,
  Type.WORD,
  Type.TAKES_RANGE,
  Type.TAKES_RANGE,
  Type.GIVES,
  Type.INDEXED,
  Type.GIVES,
  Type.INDEXED,
];

/** Offsets from the harness's first function. */
export const HarnessFunction = {
  MIX: 0,
  CALM: 1,
  MIX_RANGE: 2,
  MIX_CALM_RANGE: 3,
  BEGIN: 4,
  STEP: 5,
  STATE: 6,
  DIGEST: 7,
} as const;

/** Offsets from the harness's first global: two lanes of the hash, i64, and what `handle` returned last, i32. */
export const HarnessGlobal = { LANE_A: 0, LANE_B: 1, WRITTEN: 2 } as const;

/** FNV's offset basis and prime for 64 bits; the second lane rotates and multiplies by another odd number. */
export const laneStarts = { a: 0xcbf2_9ce4_8422_2325n, b: 0x9e37_79b9_7f4a_7c15n } as const;
export const lanePrimes = { a: 0x0000_0100_0000_01b3n, b: 0xff51_afd7_ed55_8ccdn } as const;
export const LANE_B_ROTATION = 29n;

const WORD_BYTES = 8;
const LOW_WORD = 0xffff_ffffn;

/** Bodies of the harness's functions, in their order. */
export function harnessBodies(places: HarnessPlaces): Uint8Array[] {
  return [
    mixBody(places),
    calmBody(),
    rangeBody(places, false),
    rangeBody(places, true),
    beginBody(places),
    stepBody(places),
    stateBody(places),
    digestBody(places),
  ];
}

/** Each step is a bijection of a lane for a given word, so two runs that differ in one word end differently. */
function mixBody({ globals }: HarnessPlaces): Uint8Array {
  const a = globals + HarnessGlobal.LANE_A;
  const b = globals + HarnessGlobal.LANE_B;
  return new CodeWriter()
    .getGlobal(a)
    .get(0)
    .op(Op.I64_XOR)
    .i64(lanePrimes.a)
    .op(Op.I64_MUL)
    .setGlobal(a)
    .getGlobal(b)
    .get(0)
    .op(Op.I64_ADD)
    .i64(LANE_B_ROTATION)
    .op(Op.I64_ROTL)
    .i64(lanePrimes.b)
    .op(Op.I64_MUL)
    .setGlobal(b)
    .toBody();
}

/**
 * Gives every NaN, of 64 bits or of 32 in either half, one form: which NaN an operation gives is left to the engine by the specification, and
 * a plugin may keep one. What it writes is compared as it is.
 */
function calmBody(): Uint8Array {
  const code = new CodeWriter()
    .get(0)
    .i64(0x7fff_ffff_ffff_ffffn)
    .op(Op.I64_AND)
    .i64(0x7ff0_0000_0000_0000n)
    .op(Op.I64_GT_U, Opcode.IF, EMPTY_BLOCK)
    .i64(0x7ff8_0000_0000_0000n)
    .op(Opcode.RETURN, Opcode.END);
  for (const shift of [0n, 32n]) {
    code
      .get(0)
      .i64(LOW_WORD << (32n - shift))
      .op(Op.I64_AND)
      .i64(0x7fc0_0000n << shift)
      .op(Op.I64_OR)
      .get(0)
      .get(0)
      .i64(0x7fff_ffffn << shift)
      .op(Op.I64_AND)
      .i64(0x7f80_0000n << shift)
      .op(Op.I64_GT_U, Op.SELECT)
      .set(0);
  }
  return code.get(0).toBody();
}

/** From address 0 of the parameters to below address 1, in words of 8 bytes. */
function rangeBody({ functions }: HarnessPlaces, isCalm: boolean): Uint8Array {
  const code = new CodeWriter()
    .op(Opcode.BLOCK, EMPTY_BLOCK, Opcode.LOOP, EMPTY_BLOCK)
    .get(0)
    .get(1)
    .op(Op.I32_GE_U)
    .branchIf(1)
    .get(0)
    .load(Op.I64_LOAD);
  if (isCalm) code.call(functions + HarnessFunction.CALM);
  return code
    .call(functions + HarnessFunction.MIX)
    .get(0)
    .i32(WORD_BYTES)
    .op(Opcode.I32_ADD)
    .set(0)
    .branch(0)
    .op(Opcode.END, Opcode.END)
    .toBody();
}

function beginBody({ dataSegment, table, init }: HarnessPlaces): Uint8Array {
  return new CodeWriter()
    .i32(0)
    .i32(0)
    .i32(table.prologueBytes)
    .memoryInit(dataSegment)
    .call(init)
    .i32(0)
    .toBody();
}

/**
 * One event: its row goes to the inbox, from there into locals, then the event over it. Mixes what `handle` returns, the gas that is left,
 * which tells another way through the code, and what was written. Gives 32 bits of the lanes, so that a difference can be placed.
 */
function stepBody(places: HarnessPlaces): Uint8Array {
  const { functions, globals, dataSegment, table, map, handle, gasGlobal } = places;
  const [index, at, length, template, cleared, written] = [0, 1, 2, 3, 4, 5];
  const { inboxOffset, outboxOffset, outboxCapacity } = map;
  return new CodeWriter()
    .i32(inboxOffset)
    .get(index)
    .i32(16)
    .op(Opcode.I32_MUL)
    .i32(table.rowsOffset)
    .op(Opcode.I32_ADD)
    .i32(16)
    .memoryInit(dataSegment)
    .i32(inboxOffset)
    .load(Op.I32_LOAD, 0)
    .set(at)
    .i32(inboxOffset)
    .load(Op.I32_LOAD, 4)
    .set(length)
    .i32(inboxOffset)
    .load(Op.I32_LOAD, 8)
    .set(template)
    .i32(inboxOffset)
    .load(Op.I32_LOAD, 12)
    .set(cleared)
    .i32(inboxOffset)
    .get(length)
    .op(Opcode.I32_ADD)
    .i32(0)
    .get(cleared)
    .memoryFill()
    .i32(inboxOffset)
    .get(at)
    .get(length)
    .memoryInit(dataSegment)
    .get(template)
    .get(length)
    .call(handle)
    .set(written)
    .get(written)
    .setGlobal(globals + HarnessGlobal.WRITTEN)
    .get(written)
    .op(Op.I64_EXTEND_I32_S)
    .call(functions + HarnessFunction.MIX)
    .getGlobal(gasGlobal)
    .op(Op.I64_EXTEND_I32_U)
    .call(functions + HarnessFunction.MIX)
    .get(written)
    .i32(outboxCapacity)
    .op(Op.I32_LE_U, Opcode.IF, EMPTY_BLOCK)
    .i32(outboxOffset)
    .get(written)
    .i32(outboxOffset)
    .op(Opcode.I32_ADD)
    .call(functions + HarnessFunction.MIX_RANGE)
    .op(Opcode.END)
    .i32(0)
    .call(functions + HarnessFunction.DIGEST)
    .i32(3)
    .call(functions + HarnessFunction.DIGEST)
    .op(Op.I32_XOR)
    .toBody(5);
}

/** Mixes the plugin's memory and its mutable globals, as far as they are numbers. */
function stateBody({ functions, map, memoryBytes, state }: HarnessPlaces): Uint8Array {
  const code = new CodeWriter()
    .i32(map.memoryBase)
    .i32(memoryBytes)
    .call(functions + HarnessFunction.MIX_CALM_RANGE);
  for (const { index, type } of state) {
    code.getGlobal(index);
    if (type === ValueType.F64) code.op(Op.I64_REINTERPRET_F64);
    if (type === ValueType.F32) code.op(Op.I32_REINTERPRET_F32);
    if (type === ValueType.F32 || type === ValueType.I32) code.op(Op.I64_EXTEND_I32_U);
    code.call(functions + HarnessFunction.CALM).call(functions + HarnessFunction.MIX);
  }
  return code.i32(0).toBody();
}

/** Parts 0 to 3: lane A low and high, lane B low and high. */
function digestBody({ globals }: HarnessPlaces): Uint8Array {
  return new CodeWriter()
    .getGlobal(globals + HarnessGlobal.LANE_B)
    .getGlobal(globals + HarnessGlobal.LANE_A)
    .get(0)
    .i32(2)
    .op(Op.I32_AND, Op.SELECT)
    .get(0)
    .i32(1)
    .op(Op.I32_AND)
    .i32(5)
    .op(Op.I32_SHL, Op.I64_EXTEND_I32_U, Op.I64_SHR_U, Op.I32_WRAP_I64)
    .toBody();
}
