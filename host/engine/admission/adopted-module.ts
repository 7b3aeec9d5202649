import type { ParameterValues } from "../parameters.ts";
import type { MemoryPool } from "../memory-pool.ts";
import { METER_VERSION } from "../meter/meter-rules.ts";
import { instantiatePlugin } from "../plugin-instance.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import type { PluginModule } from "../plugin-module.ts";
import { sha256 } from "../sha256.ts";
import { VerifiedModule } from "../signing/index.ts";
import type { SourcePositions } from "../source-positions.ts";
import { sourcePositionsOf } from "../source-maps.ts";
import type { WasmCompiled } from "../web-assembly.ts";
import { readModule } from "../wasm/module-reader.ts";
import type { PassedAnswer } from "./admission-answer.ts";
import { meteredOf } from "./admission-answer.ts";
import { AdmissionError } from "./admission-error.ts";
import { checkCompiled } from "./compiled-module.ts";

/** A larger module's traps are told by offset: reading it again for its source positions would hold up its host. */
const POSITIONS_BYTES_MAX = 262_144;

/**
 * The module of a worker's answer, ready to be instantiated here, without metering or compiling it again. The host has verified its own copy of the bytes; the
 * answer has to be about those. What is compiled are the answer's metered bytes, whose hash is taken here: V8 hands out the code that the
 * worker's compilation of equal bytes has made, as long as `compiled` is alive. Throws AdmissionError, EngineError.
 */
export function adoptModule(verified: VerifiedModule, answer: PassedAnswer): PluginModule {
  if (answer.verifiedSha256 !== verified.sha256 || answer.meterVersion !== METER_VERSION)
    throw new AdmissionError(
      "SANDPIT_ADMISSION_ANSWER_REFUSED",
      `the worker answered about ${answer.verifiedSha256}, metered by version ${answer.meterVersion}: report it`,
    );
  const { manifest, trust } = verified;
  const metered = meteredOf(answer);
  const parts = {
    manifest,
    trust,
    verifiedSha256: verified.sha256,
    bytes: VerifiedModule.bytesOf(verified),
    meteredSha256: sha256(metered.bytes),
    meterVersion: METER_VERSION,
    metered,
    compiled: checkCompiled(compile(metered.bytes)),
    hasPlainState: answer.trial.hasPlainState,
  };
  const positions = positionsOf(VerifiedModule.bytesOf(verified));
  return {
    ...parts,
    instantiate: (pool: MemoryPool, parameters: ParameterValues = {}): LoadedPlugin =>
      instantiatePlugin({ ...parts, positions }, pool, parameters),
  };
}

function compile(bytes: Uint8Array): WasmCompiled {
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    throw new AdmissionError(
      "SANDPIT_ADMISSION_ANSWER_REFUSED",
      "the worker's metered module does not compile here: report it",
    );
  }
}

function positionsOf(bytes: Uint8Array): SourcePositions | null {
  return bytes.length > POSITIONS_BYTES_MAX ? null : sourcePositionsOf(readModule(bytes));
}
