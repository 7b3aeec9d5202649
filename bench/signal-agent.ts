import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compilePlugin } from "../tools/plugin-build/compile.ts";
import { readPluginSource } from "../tools/plugin-build/plugin-source.ts";

const FOLDER = fileURLToPath(new URL("../build/bench/signal-agent/", import.meta.url));

const MANIFEST = {
  name: "signal-agent",
  kind: "agent",
  version: "1.0.0",
  abi: 1,
  description: "Publishes its feature as a signal: an agent that has no mathematics of its own to be timed.",
  reads: ["InstrumentDefinition", "FeatureVector"],
  writes: ["Signal"],
  features: ["microprice"],
  parameters: [],
  limits: { gasBase: 4000, gasPerByte: 8, initGas: 1_000_000, callDepth: 32, pages: 4, outputs: 1 },
};

const SOURCE = `import { Agent, FeatureVector, registerAgent } from "abi/assembly";

class SignalAgent extends Agent {
  onFeatures(vector: FeatureVector): void {
    if ((vector.freshMask & 1) == 0) return;
    this.signal(Math.max(-1, Math.min(1, vector.values0)), 0.5, 1_000_000_000, 2_000_000_000);
  }
}

registerAgent(new SignalAgent());
`;

/** Compiles the plainest agent that publishes a signal, as every plugin is compiled. */
export async function compileSignalAgent(): Promise<Uint8Array> {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "manifest.json"), JSON.stringify(MANIFEST, null, 2));
  writeFileSync(join(FOLDER, "index.ts"), SOURCE);
  return (await compilePlugin(readPluginSource(FOLDER))).wasm;
}
