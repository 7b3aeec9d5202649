import { InstructionReader } from "../wasm/instruction-reader.ts";
import { MiscOpcode, Opcode } from "../wasm/opcode.ts";
import { wasmLimits } from "../wasm/wasm-limits.ts";
import type { WasmModule } from "../wasm/wasm-module.ts";
import { EngineError } from "../engine-error.ts";

export interface CallSite {
  /** 0 is the function outside of loops, n the n-th loop in the order of the code. */
  readonly region: number;
  readonly callee: number;
}

/** What metering needs to know of a function. */
export interface FunctionProfile {
  /** Instructions of each region, those of inner loops left out. */
  readonly regionCosts: number[];
  readonly calls: readonly CallSite[];
  /** Type indexes of the indirect calls. */
  readonly indirectTypes: readonly number[];
  readonly bulkOperations: number;
  readonly vector: boolean;
  /** Changes tables or drops segments: state that no one outside can read. */
  readonly hidden: boolean;
  readonly instructions: number;
}

/** Walks a function once. Throws EngineError where it uses a feature that is refused or nests too deep. */
export function profileFunction(module: WasmModule, index: number): FunctionProfile {
  const body = module.bodies[index];
  if (body === undefined) {
    throw new EngineError("SANDPIT_ENGINE_MODULE_MALFORMED", `there is no function ${index}`);
  }
  const reader = new InstructionReader(module, body);
  const regionCosts = [1 + body.locals];
  const calls: CallSite[] = [];
  const indirectTypes = new Set<number>();
  /** Region that holds the instructions of each open block. */
  const regions = [0];
  let bulkOperations = 0;
  let vector = false;
  let hidden = false;
  let instructions = 0;
  while (reader.next()) {
    const region = regions[regions.length - 1] ?? 0;
    regionCosts[region] = (regionCosts[region] ?? 0) + 1;
    const { opcode } = reader;
    instructions += 1;
    hidden ||= isHidden(reader);
    if (opcode === Opcode.LOOP) regions.push(regionCosts.push(1) - 1);
    else if (opcode === Opcode.BLOCK || opcode === Opcode.IF) regions.push(region);
    else if (opcode === Opcode.END) regions.pop();
    else if (opcode === Opcode.CALL) calls.push({ region, callee: reader.immediate });
    else if (opcode === Opcode.CALL_INDIRECT) indirectTypes.add(reader.immediate);
    else if (opcode === Opcode.PREFIX_VECTOR) vector = true;
    else if (isBulk(reader)) bulkOperations += 1;
    if (regions.length > wasmLimits.nestingDepth) refuseNesting(reader);
  }
  return {
    regionCosts,
    calls,
    indirectTypes: [...indirectTypes],
    bulkOperations,
    vector,
    hidden,
    instructions,
  };
}

function isHidden({ opcode, subOpcode }: InstructionReader): boolean {
  return opcode === Opcode.PREFIX_MISC && HIDING.has(subOpcode);
}

const HIDING: ReadonlySet<number> = new Set<number>([
  MiscOpcode.DATA_DROP,
  MiscOpcode.ELEM_DROP,
  MiscOpcode.TABLE_INIT,
  MiscOpcode.TABLE_COPY,
]);

function isBulk(reader: InstructionReader): boolean {
  return (
    reader.opcode === Opcode.PREFIX_MISC &&
    reader.subOpcode !== MiscOpcode.DATA_DROP &&
    reader.subOpcode !== MiscOpcode.ELEM_DROP
  );
}

function refuseNesting(reader: InstructionReader): never {
  const text = `blocks are nested more than ${wasmLimits.nestingDepth} deep: split the function`;
  throw new EngineError("SANDPIT_ENGINE_LIMIT_EXCEEDED", text, {
    offsetBytes: reader.startOffset,
    section: "code",
  });
}
