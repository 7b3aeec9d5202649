import type { SeededRandom } from "../../../host/platform/index.ts";
import { ByteWriter } from "../../../host/engine/wasm/byte-writer.ts";
import { InstructionReader } from "../../../host/engine/wasm/instruction-reader.ts";
import { Immediate, immediateOf } from "../../../host/engine/wasm/opcode.ts";
import type { WasmBody, WasmModule } from "../../../host/engine/wasm/wasm-module.ts";
import { readModule } from "../../../host/engine/index.ts";
import { SectionId } from "../../../host/engine/wasm/section-id.ts";

/** Where one instruction stands. */
interface Instruction {
  readonly opcode: number;
  readonly start: number;
  readonly end: number;
}

/** Opcodes without immediates, from first to last, that take and give the same types: one stands for another and the code stays valid. */
const ALIKE: readonly (readonly [number, number])[] = [
  [0x46, 0x4f], // i32 comparisons
  [0x51, 0x5a], // i64 comparisons
  [0x61, 0x66], // f64 comparisons
  [0x67, 0x69], // i32 counts of bits
  [0x6a, 0x78], // i32 arithmetic
  [0x7c, 0x8a], // i64 arithmetic
  [0x99, 0x9f], // f64 of one
  [0xa0, 0xa6], // f64 arithmetic
];
const PLAIN_FIRST = 0x45;
const PLAIN_LAST = 0xc4;

export function below(random: SeededRandom, limit: number): number {
  return Math.floor(random.fraction() * limit);
}

/** One of a list that is not empty. */
export function pick<Item>(random: SeededRandom, items: readonly Item[]): Item {
  const item = items[below(random, items.length)];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
}

/** Edits one instruction of one function, with all lengths put right again: what is damaged is the code, not its wrapping. */
export function editInstruction(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const module = readModule(bytes);
  const index = below(random, module.bodies.length);
  const body = module.bodies[index];
  if (body === undefined) return bytes;
  const instructions = instructionsOf(module, body);
  const at = pick(random, instructions);
  const other = pick(random, instructions);
  const alike = instructions.filter(({ opcode }) => groupOf(opcode) !== undefined);
  const swapped = alike.length === 0 ? at : pick(random, alike);
  const edits: readonly (() => Uint8Array)[] = [
    () => replaced(bytes, body, swapped, [likeOf(swapped.opcode, random)]),
    () => replaced(bytes, body, swapped, [likeOf(swapped.opcode, random)]),
    () => replaced(bytes, body, swapped, [likeOf(swapped.opcode, random)]),
    () => replaced(bytes, body, at, [PLAIN_FIRST + below(random, PLAIN_LAST - PLAIN_FIRST + 1)]),
    () => replaced(bytes, body, at, []),
    () => replaced(bytes, body, at, [...code(bytes, at), ...code(bytes, at)]),
    () => replaced(bytes, body, at, code(bytes, other)),
    () => replaced(bytes, body, at, [...code(bytes, other), ...code(bytes, at)]),
    () => replaced(bytes, body, at, immediateChanged(bytes, at, random)),
    () => replaced(bytes, body, at, [0x03, 0x40, ...code(bytes, at), 0x0b]),
    () => replaced(bytes, body, at, [0x0f, ...code(bytes, at)]),
    () => replaced(bytes, body, at, [0x10, below(random, module.bodies.length) & 0x7f, ...code(bytes, at)]),
    () => replaced(bytes, body, at, [0x41, 0x7f, 0x40, 0, 0x1a, ...code(bytes, at)]),
  ];
  return withBody(module, index, pick(random, edits)());
}

/** Gives every function the length of its body in five bytes, as some linkers write it: another form of the same module. */
export function stretchBodies(bytes: Uint8Array): Uint8Array {
  const module = readModule(bytes);
  const payload = new ByteWriter(bytes.length * 2);
  payload.raw(stretched(module.bodies.length));
  for (const { startOffset, endOffset } of module.bodies) {
    payload.raw(stretched(endOffset - startOffset));
    payload.raw(bytes.subarray(startOffset, endOffset));
  }
  return withCode(module, payload.view());
}

/** Unsigned LEB128 in five bytes. */
export function stretched(value: number): Uint8Array {
  return Uint8Array.from({ length: 5 }, (_, index) => {
    const low = Math.floor(value / 2 ** (7 * index)) & 0x7f;
    return index === 4 ? low : low | 0x80;
  });
}

function instructionsOf(module: WasmModule, body: WasmBody): Instruction[] {
  const reader = new InstructionReader(module, body);
  const found: Instruction[] = [];
  while (reader.next())
    found.push({ opcode: reader.opcode, start: reader.startOffset, end: reader.endOffset });
  return found;
}

function groupOf(opcode: number): readonly [number, number] | undefined {
  return ALIKE.find(([first, last]) => opcode >= first && opcode <= last);
}

function likeOf(opcode: number, random: SeededRandom): number {
  const [first, last] = groupOf(opcode) ?? [opcode, opcode];
  return first + below(random, last - first + 1);
}

function code(bytes: Uint8Array, { start, end }: Instruction): number[] {
  return [...bytes.subarray(start, end)];
}

/** The bytes of a body in which an instruction is another. */
function replaced(bytes: Uint8Array, body: WasmBody, at: Instruction, by: readonly number[]): Uint8Array {
  return Uint8Array.of(
    ...bytes.subarray(body.startOffset, at.start),
    ...by,
    ...bytes.subarray(at.end, body.endOffset),
  );
}

function immediateChanged(bytes: Uint8Array, at: Instruction, random: SeededRandom): number[] {
  const found = code(bytes, at);
  if ((immediateOf[at.opcode] ?? Immediate.NONE) === Immediate.NONE || found.length < 2) return found;
  // The last byte of a LEB128 number stays one below 0x80.
  return [...found.slice(0, -1), below(random, 0x80)];
}

function withBody(module: WasmModule, index: number, changed: Uint8Array): Uint8Array {
  const payload = new ByteWriter(module.bytes.length + changed.length);
  payload.u32(module.bodies.length);
  module.bodies.forEach(({ startOffset, endOffset }, position) => {
    const body = position === index ? changed : module.bytes.subarray(startOffset, endOffset);
    payload.u32(body.length);
    payload.raw(body);
  });
  return withCode(module, payload.view());
}

function withCode(module: WasmModule, payload: Uint8Array): Uint8Array {
  const out = new ByteWriter(module.bytes.length + payload.length);
  out.raw(module.bytes.subarray(0, 8));
  for (const section of module.sections) {
    if (section.id !== SectionId.CODE) {
      out.raw(module.bytes.subarray(section.startOffset, section.endOffset));
      continue;
    }
    out.byte(SectionId.CODE);
    out.u32(payload.length);
    out.raw(payload);
  }
  return out.toBytes();
}
