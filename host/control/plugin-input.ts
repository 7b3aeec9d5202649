import type { LoadedPlugin, ParameterValues } from "../engine/index.ts";
import type { BuiltLane, PluginChange, PluginSource } from "../lane/index.ts";

/** A module, and the numbers to tune it with. */
export type CandidateSource = PluginSource;

/** A change as it stands in the journal: the module by the SHA-256 of its bytes, which a PLUGIN record before it holds. */
export interface PluginInput extends PluginChange {
  readonly sha256: string | null;
  readonly parameters: ParameterValues;
}

/** The payload of the input. */
export function writePluginInput(change: PluginChange, source: CandidateSource | null): Uint8Array {
  const input: PluginInput = {
    ...change,
    sha256: source?.module.verifiedSha256 ?? null,
    parameters: source?.parameters ?? {},
  };
  return Buffer.from(JSON.stringify(input), "utf8");
}

export function readPluginInput(payload: Uint8Array): PluginInput {
  return JSON.parse(Buffer.from(payload).toString("utf8")) as PluginInput;
}

/**
 * Gives a change to the lane with a fresh instance of its module: `made`, of that module with those parameters, or one that is made now. Throws PluginChangeError or
 * EngineError where the lane refuses it. An instance that the change did not take is given back.
 */
export function applyPluginInput(
  built: BuiltLane,
  change: PluginChange,
  source: CandidateSource | null,
  record: Uint8Array,
  made: LoadedPlugin | null = null,
): void {
  const candidate = made ?? source?.module.instantiate(built.pool, source.parameters) ?? null;
  try {
    built.lane.onPlugin(change, candidate, record);
  } finally {
    // One that the lane had begun to make ready it has given back itself.
    if (candidate?.state === "ready") candidate.dispose();
  }
}
