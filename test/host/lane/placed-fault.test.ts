import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { PluginModule } from "../../../host/engine/index.ts";
import { FaultCode, keepSourceMap, loadModule } from "../../../host/engine/index.ts";
import { compilePlugin } from "../../../tools/plugin-build/compile.ts";
import { fromRoot, projectRoot, readPluginSource } from "../../../tools/plugin-build/plugin-source.ts";
import { ThreadSwap } from "../engine/placement/beside-under-test.ts";

const source = `import { Agent, FeatureVector, registerAgent } from "abi/assembly";

class Trapper extends Agent {
  onFeatures(vector: FeatureVector): void {
    if (vector.bidPrice == 7) {
      unreachable(); // the trap
    }
    if (vector.bidPrice == 8) {
      throw new Error("must be positive"); // the abort
    }
  }
}

registerAgent(new Trapper());
`;
const manifest = {
  name: "trapper",
  kind: "agent",
  version: "1.0.0",
  abi: 1,
  description: "traps where it is told to",
  reads: ["FeatureVector"],
  writes: ["Signal"],
  features: [],
  limits: { gasBase: 20_000, gasPerByte: 16, initGas: 1_000_000, callDepth: 32, pages: 4, outputs: 4 },
};

const folder = join(projectRoot, "build", "test-plugins", `${process.pid}-placed-fault`, "trapper");
let module: PluginModule;
before(async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.ts"), source);
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  const { wasm, sourceMap } = await compilePlugin(readPluginSource(folder));
  assert.ok(keepSourceMap(sourceMap));
  module = loadModule(wasm);
});
after(() => {
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

for (const [pick, comment, reason] of [
  [7, "the trap", /^unreachable at /],
  [8, "the abort", /^abort: must be positive/],
] as const)
  test(`[P13] on a thread of its own, which has no source map, a trap is told by its line: ${comment}`, () => {
    const thread = new ThreadSwap(module);
    thread.vector(pick);
    const fault = thread.slot.lastFault;
    const line = 1 + source.split("\n").findIndex((text) => text.endsWith(`// ${comment}`));
    const place = `${fromRoot(folder)}/index.ts:${line}:`;
    assert.equal(fault?.code, FaultCode.TRAP);
    assert.ok(fault.at?.includes(place), `${fault.at} is not ${place}`);
    assert.match(fault.reason, reason);
    assert.ok(pick === 8 || fault.reason.includes(place), fault.reason);
    assert.ok((fault.offsetBytes ?? 0) > 0);
  });
