export type { CrossCheckPlan, CrossCheckResult } from "./cross-check.ts";
export { crossCheck } from "./cross-check.ts";
export type { SecondEngine, SecondEngineOutcome } from "./second-engine.ts";
export { WasmtimeEngine } from "./wasmtime-engine.ts";
