import { EngineError } from "../engine-error.ts";
import type { WasmCompiled } from "../web-assembly.ts";

/** What V8 says of its own result: it imports one memory and nothing else. Throws SANDPIT_ENGINE_METERED_INVALID. */
export function checkCompiled(compiled: WasmCompiled): WasmCompiled {
  const [only, second] = WebAssembly.Module.imports(compiled);
  if (only?.kind === "memory" && only.module === "env" && only.name === "memory" && second === undefined)
    return compiled;
  throw new EngineError(
    "SANDPIT_ENGINE_METERED_INVALID",
    "the compiled module imports something else than its memory: report the module, the metering has a fault",
  );
}
