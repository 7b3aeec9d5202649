import type { WasmModule } from "../wasm/wasm-module.ts";
import type { FunctionProfile } from "./function-profile.ts";
import { LOCALS_PER_DEPTH_UNIT } from "./meter-rules.ts";
import { componentsOf } from "./strong-components.ts";

/** Bounds of the stack that each function can need. */
export interface CallGraph {
  /** 1 where the function can reach itself again and is therefore counted as it is called. */
  readonly recursive: Uint8Array;
  /** Depth units of a function's own frame and of the deepest chain of not recursive functions below it. */
  readonly heights: Float64Array;
}

/**
 * Nodes are the functions, then one node for each function type, which leads to the table entries of that
 * type: an indirect call of the type can reach them all, and the graph stays small. At any moment the stack
 * is a row of recursive frames, each with a chain of others below it; charging a recursive function with its
 * height therefore bounds the whole stack.
 */
export function analyseCalls(module: WasmModule, profiles: readonly FunctionProfile[]): CallGraph {
  const edges = buildEdges(module, profiles);
  const functions = profiles.length;
  const recursive = new Uint8Array(functions);
  const heights = new Float64Array(edges.length);
  for (const component of componentsOf(edges)) {
    const cyclic = component.length > 1 || (edges[component[0] ?? 0] ?? []).includes(component[0] ?? 0);
    if (cyclic) for (const node of component) if (node < functions) recursive[node] = 1;
    // Type nodes first: a function of the same component takes over what lies below its type node.
    const typesFirst = [...component].sort((left, right) => right - left);
    for (const node of typesFirst) {
      heights[node] = heightOf(node, edges, recursive, heights, frameUnits(module, node));
    }
  }
  return { recursive, heights };
}

function heightOf(
  node: number,
  edges: readonly (readonly number[])[],
  recursive: Uint8Array,
  heights: Float64Array,
  ownUnits: number,
): number {
  let deepest = 0;
  for (const callee of edges[node] ?? []) {
    if (recursive[callee] !== 1) deepest = Math.max(deepest, heights[callee] ?? 0);
  }
  return ownUnits + deepest;
}

/** Depth units of one frame; a type node has none. */
function frameUnits(module: WasmModule, node: number): number {
  const body = module.bodies[node];
  const type = module.types[module.functions[node] ?? -1];
  if (body === undefined || type === undefined) return 0;
  const slots = type.parameters.length + body.locals + body.vectorLocals;
  return 1 + Math.floor(slots / LOCALS_PER_DEPTH_UNIT);
}

function buildEdges(module: WasmModule, profiles: readonly FunctionProfile[]): number[][] {
  const typeNodes = new Map<string, number>();
  for (const type of module.types) {
    if (!typeNodes.has(type.key)) typeNodes.set(type.key, profiles.length + typeNodes.size);
  }
  const nodeOfType = (index: number | undefined): number =>
    typeNodes.get(module.types[index ?? -1]?.key ?? "") ?? 0;
  const edges: number[][] = [];
  for (const profile of profiles) {
    const targets = new Set(profile.calls.map((call) => call.callee));
    for (const type of profile.indirectTypes) targets.add(nodeOfType(type));
    edges.push([...targets]);
  }
  for (let index = 0; index < typeNodes.size; index++) edges.push([]);
  for (const callee of tableFunctions(module)) edges[nodeOfType(module.functions[callee])]?.push(callee);
  return edges;
}

/** Every function that a table can hold. */
export function tableFunctions(module: WasmModule): Set<number> {
  return new Set(module.elements.flatMap((segment) => segment.functions));
}
