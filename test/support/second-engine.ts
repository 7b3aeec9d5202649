import type { SecondEngine } from "../../host/engine/cross-check/index.ts";
import { WasmtimeEngine } from "../../host/engine/cross-check/index.ts";
import { NodePrograms } from "../../host/platform/processes/index.ts";

/** Far above what a process takes to start on a busy machine. */
const PATIENT_MS = 60_000;

export const wasmtime: SecondEngine = new WasmtimeEngine(new NodePrograms(), { deadlineMs: PATIENT_MS });

/** Whether the optional package has a build for this machine. A module of nothing tells: where there is one, the process dies of it. */
export const isWasmtimeHere: boolean = wasmtime.run(new Uint8Array(0), 0).state !== "unavailable";
