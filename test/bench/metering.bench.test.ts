import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, test } from "node:test";
import { checkOutputs } from "../../bench/metering-check.ts";
import type { PluginInputs } from "../../bench/metering-inputs.ts";
import { recordInputs } from "../../bench/metering-inputs.ts";
import type { MeteringSide } from "../../bench/metering-sides.ts";
import { IdleSide, MeteredSide, UnmeteredSide } from "../../bench/metering-sides.ts";
import { loadFrames } from "../../bench/frames/index.ts";
import { InstrumentDefinition } from "../../abi/host/index.ts";
import { loadModule, MemoryPool } from "../../host/engine/index.ts";
import { bundledModules } from "../support/bundled-modules.ts";

let recorded: readonly PluginInputs[];
before(async () => {
  recorded = await recordInputs(loadFrames(true, "generated"));
});

function inputsOf(name: string): PluginInputs {
  const inputs = recorded.find((found) => found.name === name);
  assert.ok(inputs !== undefined);
  return inputs;
}

test("each plugin of the lane has its inputs, the instruments first", () => {
  assert.equal(recorded.length, 13);
  for (const { name, count, template } of recorded) {
    assert.equal(template[0], InstrumentDefinition.templateId);
    assert.ok(count > 100, `${name} was called ${count} times`);
  }
});

function runAll({ calls }: MeteringSide): void {
  for (let run = 0; run < calls.runs; run++) calls.run(run);
}

test("a fresh instance gives the same answers again, metered or not", () => {
  const inputs = inputsOf("hedge");
  const pool = new MemoryPool({ memoriesMax: 2 });
  const metered = new MeteredSide(inputs, pool);
  const unmetered = new UnmeteredSide(inputs, pool);
  const digests = [0, 1].map(() => {
    const hash = createHash("sha256");
    checkOutputs(inputs, metered, unmetered, hash);
    return hash.digest("hex");
  });
  assert.equal(digests[0], digests[1]);
  metered.reset();
  runAll(metered);
  const { buffer } = metered.memory;
  metered.end();
  unmetered.reset();
  assert.equal(unmetered.memory.buffer, buffer, "one after the other they have the same memory");
  runAll(unmetered);
  assert.notEqual(metered.calls.written, 0);
  assert.equal(metered.calls.written, unmetered.calls.written);
});

test("the idle side copies each input and runs nothing", () => {
  const inputs = inputsOf("hedge");
  const pool = new MemoryPool();
  const idle = new IdleSide(inputs, pool);
  idle.reset();
  const answer = idle.calls.one(0);
  assert.ok(answer < 0);
  idle.calls.written = 0;
  runAll(idle);
  assert.equal(idle.calls.written, answer * inputs.count);
  assert.ok(idle.memory.some((byte) => byte !== 0));
  idle.end();
  assert.equal(pool.lentCount, 0);
});

test("a module that answers differently without its metering is refused", async () => {
  const inputs = inputsOf("order-flow-imbalance");
  const modules = await bundledModules("microprice");
  const other = loadModule(modules.get("microprice") ?? new Uint8Array(0));
  const pool = new MemoryPool();
  const metered = new MeteredSide(inputs, pool);
  const source = { ...inputs.source, module: { ...inputs.source.module, bytes: other.bytes } };
  const unmetered = new UnmeteredSide({ ...inputs, source }, pool);
  assert.throws(
    () => checkOutputs(inputs, metered, unmetered, createHash("sha256")),
    /order-flow-imbalance answers input \d+ of \d+ differently/,
  );
});

test("a module that ends in another state without its metering is refused", () => {
  const inputs = inputsOf("order-flow-imbalance");
  const pool = new MemoryPool();
  const metered = new MeteredSide(inputs, pool);
  const unmetered = new UnmeteredSide(inputs, pool);
  const changed = Object.create(unmetered, {
    reset: {
      value: () => {
        unmetered.reset();
        unmetered.memory[unmetered.memory.length - 1] = 1;
      },
    },
  }) as UnmeteredSide;
  assert.throws(
    () => checkOutputs(inputs, metered, changed, createHash("sha256")),
    /order-flow-imbalance has another state/,
  );
});
