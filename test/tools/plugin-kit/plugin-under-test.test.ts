import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { EngineError, FaultCode, keepSourceMap } from "../../../host/engine/index.ts";
import { compilePlugin } from "../../../tools/plugin-build/compile.ts";
import { projectRoot, readPluginSource } from "../../../tools/plugin-build/plugin-source.ts";
import {
  assertSameOutputs,
  encodeRecord,
  only,
  openPlugin,
  PluginStoppedError,
  PluginUnderTest,
} from "../../../tools/plugin-kit/index.ts";
import type { Output } from "../../../tools/plugin-kit/index.ts";

/** Does what the time of a Timer tells it. */
const source = `import { Agent, emit, FeatureUpdate, FeatureVector, registerAgent, Timer } from "abi/assembly";
import { features, parameters } from "./manifest";

class Obedient extends Agent {
  onTimer(timer: Timer): void {
    const deed = timer.timeNs;
    if (deed == 1) this.signal(parameters.scale, 1, 1, 1);
    if (deed == 2) for (let index = 0; index < 3; index++) this.signal(0, 0, 1, 1);
    if (deed == 3) emit<FeatureUpdate>(FeatureUpdate.TEMPLATE_ID);
    if (deed == 4) throw new Error("a long story: " + "word ".repeat(100));
    if (deed == 5) unreachable();
    if (deed == 6) store<i32>(64, 1);
    if (deed == 7) this.signal(<f64>memory.grow(0), 1, 1, 1);
    if (deed == 9) TRACE;
  }

  onFeatures(vector: FeatureVector): void {
    this.signal(features(vector).second, <f64>vector.freshMask, 1, 1);
  }
}

registerAgent(new Obedient());
`;

const manifest = {
  name: "obedient",
  kind: "agent",
  version: "1.0.0",
  abi: 1,
  description: "does what it is told",
  reads: ["FeatureVector", "Timer"],
  writes: ["Signal"],
  features: ["first", "second"],
  parameters: [{ name: "scale", type: "f64", default: 0.25, min: 0, max: 1, description: "of the score" }],
  limits: { gasBase: 20_000, gasPerByte: 8, initGas: 1_000_000, callDepth: 32, pages: 4, outputs: 2 },
};

const root = join(projectRoot, "build", "test-plugins", `kit-${process.pid}`);
let bytes: Uint8Array;
let tracing: Uint8Array;

async function build(folder: string, trace: string): Promise<Uint8Array> {
  const path = join(root, folder, "obedient");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "index.ts"), source.replace("TRACE", trace));
  writeFileSync(join(path, "manifest.json"), JSON.stringify(manifest));
  const { wasm, sourceMap } = await compilePlugin(readPluginSource(path));
  keepSourceMap(sourceMap);
  return wasm;
}

before(async () => {
  bytes = await build("plain", "return");
  tracing = await build("tracing", 'trace("seen", 2, 1.5, 2)');
});

after(() => {
  rmSync(root, { recursive: true, force: true });
});

const deed = (plugin: PluginUnderTest, timeNs: number): readonly Output[] => plugin.feed("Timer", { timeNs });

for (const metered of [true, false]) {
  const way = metered ? "metered" : "as it was compiled";

  test(`a plugin ${way} shows what it writes, by the parameters it was given`, () => {
    const [signal] = only(deed(new PluginUnderTest(bytes, { metered }), 1), "Signal");
    assert.deepEqual([signal?.record, signal?.score, signal?.timeToLiveNs], ["Signal", 0.25, 1n]);
    const plugin = new PluginUnderTest(bytes, { metered, parameters: { scale: 0.75 } });
    assert.equal(only(deed(plugin, 1), "Signal")[0]?.score, 0.75);
    assert.deepEqual(deed(plugin, 0), []);
    plugin.close();
  });

  test(`a feature is shown by its name to a plugin ${way}; one that is not named is not fresh`, () => {
    const plugin = new PluginUnderTest(bytes, { metered });
    const [signal] = only(plugin.see({ second: 0.5 }, { instrumentId: 7 }), "Signal");
    assert.deepEqual([signal?.score, signal?.confidence, signal?.instrumentId], [0.5, 2, 7]);
    assert.throws(
      () => plugin.see({ third: 1 }),
      /not shown the feature "third"; its manifest names first, second/,
    );
  });

  test(`a trap of a plugin ${way} throws its place, and the whole of what it said`, () => {
    assert.throws(
      () => deed(new PluginUnderTest(bytes, { metered }), 5),
      (error) =>
        error instanceof PluginStoppedError &&
        error.code === FaultCode.TRAP &&
        error.abortMessage === null &&
        error.at?.endsWith("obedient/index.ts:11:20 in Obedient.onTimer") === true &&
        error.message.endsWith(`unreachable at ${error.at}`),
    );
    assert.throws(
      () => deed(new PluginUnderTest(bytes, { metered }), 4),
      (error) =>
        error instanceof PluginStoppedError &&
        error.abortMessage === `a long story: ${"word ".repeat(100)}` &&
        error.at?.endsWith(" in Obedient.onTimer") === true,
    );
  });

  test(`what a host would stop a plugin for after the call stops a plugin ${way}`, () => {
    assert.throws(
      () => deed(new PluginUnderTest(bytes, { metered }), 2),
      /wrote 3 records in one call.*allows 2/,
    );
    assert.throws(
      () => deed(new PluginUnderTest(bytes, { metered }), 3),
      /wrote FeatureUpdate.*"writes" has Signal/,
    );
  });
}

test("a metered plugin tells its gas, one that is not metered has none", () => {
  const plugin = new PluginUnderTest(bytes);
  deed(plugin, 0);
  const idle = plugin.gasUsed ?? 0;
  deed(plugin, 1);
  assert.ok(idle > 0 && (plugin.gasUsed ?? 0) > idle);
  const plain = new PluginUnderTest(bytes, { metered: false });
  deed(plain, 1);
  assert.equal(plain.gasUsed, null);
});

test("overwritten words of the host are found at once", () => {
  assert.throws(() => deed(new PluginUnderTest(bytes), 6), /host-owned words/);
});

test("a module that traces is taken as it was compiled, and refused as a host would refuse it", () => {
  const plugin = new PluginUnderTest(tracing, { metered: false });
  deed(plugin, 9);
  assert.deepEqual(plugin.traces, ["seen 1.5 2"]);
  assert.throws(
    () => new PluginUnderTest(tracing),
    (error) => error instanceof EngineError && error.code === "SANDPIT_ENGINE_IMPORT_NOT_ALLOWED",
  );
});

test("strings are read by the loader, and what is none is refused", () => {
  const plugin = new PluginUnderTest(bytes);
  assert.equal(plugin.text(0), null);
  assert.throws(() => plugin.text(4096), /not a string/);
});

test("the same records are answered alike by every instance, and a difference is told by the record's number", () => {
  const inputs = [1, 0, 1].map((timeNs) => encodeRecord("Timer", { timeNs }));
  assert.equal(assertSameOutputs(bytes, inputs), 2);
  assert.equal(assertSameOutputs(bytes, inputs, { parameters: { scale: 1 } }), 2);
  // A host answers -1 to whoever wants to grow its memory.
  inputs.push(encodeRecord("Timer", { timeNs: 7 }));
  assert.throws(() => assertSameOutputs(bytes, inputs), /input 3 is answered in two ways/);
});

test("a record that does not fit, and a plugin that is not there, are refused with what is", async () => {
  assert.throws(
    () => new PluginUnderTest(bytes).give(new Uint8Array(20_000)),
    /does not fit the inbox of 16384/,
  );
  await assert.rejects(
    openPlugin("nobody"),
    /there is no plugin "nobody" below plugins\/; use one of binance, /,
  );
});

test("a codec's refusal is an answer to a frame, and an error to a record that is fed", async () => {
  const codec = await openPlugin("binance");
  const { code, outputs } = codec.frame("nonsense");
  assert.ok(code < 0 && code >= -999);
  assert.deepEqual(outputs, []);
  assert.throws(() => codec.feed("OrderCommand", {}), /refused OrderCommand with code -\d+/);
});
