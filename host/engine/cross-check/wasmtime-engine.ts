import { z } from "zod";
import type { Programs } from "../../platform/processes/index.ts";
import { withPrivateFile } from "../../platform/processes/index.ts";
import type { SecondEngine, SecondEngineOutcome } from "./second-engine.ts";

const ENTRY = new URL("./wasmtime-program.ts", import.meta.url);
/** Not the whole project, where an operator's keys and journals may lie. */
const READABLE = ["host/", "node_modules/", "package.json"].map(
  (name) => new URL(`../../../${name}`, import.meta.url),
);
/** Half of what admission has in all. */
const DEADLINE_MS = 5_000;
const HEAP_MIB = 128;
const ANSWER_BYTES = 4_096;
/** A signed 32-bit number and a comma. */
const ANSWER_BYTES_PER_EVENT = 12;

const word = z.number().int().min(-2_147_483_648).max(2_147_483_647);
const digest = z.string().regex(/^[0-9a-f]{32}$/);
const reason = z.string().max(2_000);

const outcomeSchema = z.discriminatedUnion("state", [
  z.strictObject({
    state: z.literal("ran"),
    run: z.strictObject({ trail: z.array(word), answers: digest, state: digest }),
  }),
  z.strictObject({ state: z.literal("trapped"), event: z.number().int().min(0).nullable(), reason }),
  z.strictObject({ state: z.literal("unavailable"), reason }),
]);

/**
 * Wasmtime, by the npm package `wasmtime`: an old release that ends its process on a module that it does not like, and takes one only from a file. So
 * each run has a process of its own and the module goes through a file of that run's. Off the hot path: some 0.2 s a run.
 */
export class WasmtimeEngine implements SecondEngine {
  readonly name = "Wasmtime";
  readonly #programs: Programs;
  readonly #deadlineMs: number;
  readonly #isAllowed: boolean;

  /** `allowsNativeModules`: without, the package cannot be loaded and every outcome is "unavailable". */
  constructor(
    programs: Programs,
    { deadlineMs = DEADLINE_MS, allowsNativeModules = true }: WasmtimeOptions = {},
  ) {
    this.#programs = programs;
    this.#deadlineMs = deadlineMs;
    this.#isAllowed = allowsNativeModules;
  }

  run(linked: Uint8Array, events: number): SecondEngineOutcome {
    const outcome = withPrivateFile("linked.wasm", linked, (file) =>
      this.#programs.run(ENTRY, JSON.stringify({ file, events }), {
        deadlineMs: this.#deadlineMs,
        heapMiB: HEAP_MIB,
        answerBytesMax: ANSWER_BYTES + events * ANSWER_BYTES_PER_EVENT,
        readable: READABLE,
        allowsNativeModules: this.#isAllowed,
      }),
    );
    if (outcome.state === "died") return { state: "crashed", reason: outcome.reason };
    if (outcome.state === "overdue")
      return {
        state: "crashed",
        reason: `it was not done with ${linked.length} bytes of module and events within ${this.#deadlineMs} ms, half of what admission has: make the module smaller, or allow more time`,
      };
    return parseOutcome(outcome.answer) ?? { state: "crashed", reason: "its answer is none" };
  }
}

export interface WasmtimeOptions {
  /** For the whole process: start, compilation and run (5,000). */
  readonly deadlineMs?: number;
  readonly allowsNativeModules?: boolean;
}

function parseOutcome(answer: string): SecondEngineOutcome | null {
  try {
    return outcomeSchema.safeParse(JSON.parse(answer)).data ?? null;
  } catch {
    return null;
  }
}
