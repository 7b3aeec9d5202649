import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compilePlugin } from "../../tools/plugin-build/compile.ts";
import { readPluginSource } from "../../tools/plugin-build/plugin-source.ts";
import type { Misdeed } from "../misdeeds.ts";
import { misdeedSource, mostLimits } from "../misdeeds.ts";

/** Name of the module and of its slot. */
export const MISBEHAVING = "misbehaving-agent";
/** The vector at which it does something wrong. */
export const MISDEED_AT = 50;

const FOLDER = fileURLToPath(new URL("../../build/bench/", import.meta.url));

const MANIFEST = {
  name: MISBEHAVING,
  kind: "agent",
  version: "1.0.0",
  abi: 1,
  description: "An agent that does nothing, and then something wrong.",
  reads: ["FeatureVector"],
  writes: ["Signal", "OrderIntent"],
  features: ["microprice"],
  parameters: [],
  limits: mostLimits,
};

/** Compiles the agent for one misdeed; null: it does nothing at all. */
export async function compileMisbehaving(misdeed: Misdeed | null): Promise<Uint8Array> {
  const folder = join(FOLDER, misdeed ?? "quiet", MISBEHAVING);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(MANIFEST, null, 2));
  writeFileSync(join(folder, "index.ts"), misdeedSource(misdeed, MISDEED_AT));
  return (await compilePlugin(readPluginSource(folder))).wasm;
}
