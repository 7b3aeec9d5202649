import { createRequire } from "node:module";
import { answerProgram, programInput } from "../../platform/processes/index.ts";
import type { LinkedFunctions } from "./linked-run.ts";
import { runLinked } from "./linked-run.ts";
import type { SecondEngineOutcome } from "./second-engine.ts";

const REASON_MAX = 1_000;

/** What is used of the package. Every function has to give one number: the package ends the process where one gives none. */
interface Wasmtime {
  readonly Config: new () => object;
  readonly Engine: new (config: object) => object;
  readonly Module: { fromFile(engine: object, path: string): object };
  readonly Store: new (engine: object) => object;
  readonly Instance: new (
    store: object,
    module: object,
  ) => { getFunc(store: object, name: string): WasmtimeFunction | null };
}

interface WasmtimeFunction {
  call(store: object, parameters: readonly number[]): number;
}

/** Entry of the process that runs one linked module in Wasmtime, and may die of it. */
function main(): void {
  const { file, events } = JSON.parse(programInput()) as { file: string; events: number };
  answerProgram(JSON.stringify(outcomeOf(file, events)));
}

function outcomeOf(file: string, events: number): SecondEngineOutcome {
  const wasmtime = load();
  if (typeof wasmtime === "string") return { state: "unavailable", reason: wasmtime };
  const functions = instantiate(wasmtime, file);
  let event: number | null = null;
  try {
    const run = runLinked(
      {
        ...functions,
        step: (index) => {
          event = index;
          return functions.step(index);
        },
      },
      events,
    );
    return { state: "ran", run };
  } catch (error) {
    return { state: "trapped", event, reason: reasonOf(error) };
  }
}

/** The package, or why there is none: it is optional, and has no build for some machines. */
function load(): Wasmtime | string {
  try {
    return createRequire(import.meta.url)("wasmtime") as Wasmtime;
  } catch (error) {
    return reasonOf(error);
  }
}

function instantiate({ Config, Engine, Module, Store, Instance }: Wasmtime, file: string): LinkedFunctions {
  const engine = new Engine(new Config());
  const store = new Store(engine);
  const instance = new Instance(store, Module.fromFile(engine, file));
  const caller = (name: string): ((...parameters: readonly number[]) => number) => {
    const found = instance.getFunc(store, name);
    if (found === null) throw new Error(`the linked module has no ${name}: report it`);
    return (...parameters) => found.call(store, parameters);
  };
  return { begin: caller("begin"), step: caller("step"), state: caller("state"), digest: caller("digest") };
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, REASON_MAX);
}

// Whoever only loads this file, to see that it loads, has no input for it and must not wait for any.
if (import.meta.main) main();
