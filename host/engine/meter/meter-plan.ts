import { EngineError } from "../engine-error.ts";
import { EMPTY_BLOCK } from "../wasm/opcode.ts";
import type { WasmModule } from "../wasm/wasm-module.ts";
import type { BodyPlan } from "./body-rewriter.ts";
import { analyseCalls, tableFunctions } from "./call-graph.ts";
import type { CallGraph } from "./call-graph.ts";
import type { EntryPoint } from "./entry-wrapper.ts";
import { profileFunction } from "./function-profile.ts";
import type { FunctionProfile } from "./function-profile.ts";
import type { CounterIndexes } from "./gas-code.ts";
import { FOLDED_INSTRUCTIONS_MAX } from "./meter-rules.ts";

/** What is done to a module, decided before a byte is written. */
export interface MeterPlan {
  readonly counters: CounterIndexes;
  readonly bodies: readonly BodyPlan[];
  /** Result types of the block types to append, each without parameters. */
  readonly addedTypes: readonly (readonly number[])[];
  /** Depth that a wrapper grants, by position in the entry points. */
  readonly entryDepths: ReadonlyMap<EntryPoint, number>;
  readonly recursiveFunctions: number;
}

/**
 * Throws EngineError when the code uses a refused feature, or needs a deeper stack than `callDepth` even
 * without recursion.
 */
export function planModule(
  module: WasmModule,
  entryPoints: readonly EntryPoint[],
  callDepth: number,
): MeterPlan {
  const profiles = module.bodies.map((_body, index) => profileFunction(module, index));
  const graph = analyseCalls(module, profiles);
  const folded = foldedFunctions(module, profiles, entryPoints);
  const blockTypes = new BlockTypes(module);
  const bodies = profiles.map((profile, index): BodyPlan => {
    const type = module.types[module.functions[index] ?? -1];
    const depthUnits = graph.recursive[index] === 1 ? (graph.heights[index] ?? 0) : 0;
    return {
      charged: folded[index] !== 1,
      regionCosts: chargedCosts(profile, profiles, folded),
      hasBulk: profile.bulkOperations > 0,
      depthUnits,
      blockType: blockTypes.indexOf(type?.results ?? []),
      parameters: type?.parameters.length ?? 0,
      folded,
    };
  });
  return {
    counters: { gasGlobal: module.globals.length, depthGlobal: module.globals.length + 1 },
    bodies,
    addedTypes: blockTypes.added,
    entryDepths: new Map(entryPoints.map((entry) => [entry, entryDepth(entry, graph, callDepth)])),
    recursiveFunctions: graph.recursive.reduce((sum, flag) => sum + flag, 0),
  };
}

/** Small leaves without loops that only direct calls reach: the caller pays. */
function foldedFunctions(
  module: WasmModule,
  profiles: readonly FunctionProfile[],
  entryPoints: readonly EntryPoint[],
): Uint8Array {
  const indirect = tableFunctions(module);
  for (const entry of entryPoints) indirect.add(entry.functionIndex);
  return Uint8Array.from(profiles, (profile, index) => {
    const leaf =
      profile.calls.length === 0 && profile.indirectTypes.length === 0 && profile.bulkOperations === 0;
    const small =
      profile.regionCosts.length === 1 && (profile.regionCosts[0] ?? 0) <= FOLDED_INSTRUCTIONS_MAX;
    return leaf && small && !indirect.has(index) ? 1 : 0;
  });
}

function chargedCosts(
  profile: FunctionProfile,
  profiles: readonly FunctionProfile[],
  folded: Uint8Array,
): number[] {
  const costs = [...profile.regionCosts];
  for (const { region, callee } of profile.calls) {
    if (folded[callee] === 1) costs[region] = (costs[region] ?? 0) + (profiles[callee]?.regionCosts[0] ?? 0);
  }
  return costs;
}

function entryDepth(entry: EntryPoint, graph: CallGraph, callDepth: number): number {
  if (graph.recursive[entry.functionIndex] === 1) return callDepth;
  const height = graph.heights[entry.functionIndex] ?? 0;
  if (height > callDepth) {
    const text = `${entry.name} can call ${height} deep, limits.callDepth is ${callDepth}: raise it in the manifest or flatten the calls`;
    throw new EngineError("SANDPIT_ENGINE_CALL_CHAIN", text);
  }
  return callDepth - height;
}

/** Types for the block around a body: none or one result need no type section entry, several do. */
class BlockTypes {
  readonly added: (readonly number[])[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #ownTypes: number;

  constructor(module: WasmModule) {
    this.#ownTypes = module.types.length;
    module.types.forEach((type, index) => {
      if (type.parameters.length === 0 && !this.#indexes.has(type.key)) this.#indexes.set(type.key, index);
    });
  }

  /** Type index, or the one-byte form as a negative number. */
  indexOf(results: readonly number[]): number {
    if (results.length === 0) return EMPTY_BLOCK - 0x80;
    if (results.length === 1) return (results[0] ?? 0) - 0x80;
    const key = `:${results.join(",")}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index = this.#ownTypes + this.added.length;
    this.added.push(results);
    this.#indexes.set(key, index);
    return index;
  }
}
