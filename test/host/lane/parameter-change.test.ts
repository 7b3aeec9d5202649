import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { LoadedPlugin } from "../../../host/engine/index.ts";
import { HandOver, handOverOf, loadModule, MemoryPool } from "../../../host/engine/index.ts";
import type { BuiltLane } from "../../../host/lane/index.ts";
import { PluginAction } from "../../../host/lane/index.ts";
import { bundledModules } from "../../support/bundled-modules.ts";
import { marketSession, runSession } from "../../support/market-session.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await bundledModules();
});

/** The same module with one parameter changed, in place of what runs. */
function changeParameter(built: BuiltLane, name: string, parameters: Readonly<Record<string, number>>): void {
  const source = built.sources.get(name) ?? assert.fail(`no ${name}`);
  const candidate = source.module.instantiate(built.pool, { ...source.parameters, ...parameters });
  const change = {
    action: PluginAction.REPLACE,
    slot: name,
    isFresh: false,
    person: "a tester",
    reason: "a test",
  };
  built.lane.onPlugin(change, candidate, Buffer.from("{}"));
}

/** What a plugin knows: its memory above the host's part. */
const known = ({ u8 }: LoadedPlugin): Buffer => Buffer.from(u8.subarray(0x1_0000));

test("a plugin that reads its parameters at use keeps all that it knows when they change", () => {
  let compared = 0;
  runSession(modules, marketSession(5, 400), (index, built) => {
    if (index !== 300) return;
    for (const [name, parameters] of [
      ["ewma-volatility", { decaySeconds: 7 }],
      ["hedge", { learningRate: 0.2 }],
      ["momentum", { entryScore: 0.9 }],
      ["order-rate", { ordersMax: 3 }],
    ] as const) {
      const slot = built.slots.find((place) => place.name === name) ?? assert.fail(name);
      const first = slot.plugin ?? assert.fail(name);
      const knew = known(first);
      assert.ok(
        knew.some((byte) => byte !== 0),
        name,
      );
      changeParameter(built, name, parameters);
      assert.notEqual(slot.plugin, first);
      assert.ok(known(slot.plugin ?? assert.fail(name)).equals(knew), name);
      const [key = "", value] = Object.entries(parameters)[0] ?? [];
      const place = first.manifest.parameters.findIndex((parameter) => parameter.name === key);
      assert.equal(slot.plugin?.parameters[place], value, name);
      compared += 1;
    }
  });
  assert.equal(compared, 4);
});

test("one that keeps what it computed from them begins afresh", () => {
  const pool = new MemoryPool();
  const wayOf = (name: string, parameters: Readonly<Record<string, number>>): HandOver => {
    const module = loadModule(modules.get(name) ?? assert.fail(name));
    return handOverOf(module.instantiate(pool), module.instantiate(pool, parameters));
  };
  assert.equal(wayOf("depth-imbalance", { levelDecay: 0.7 }), HandOver.NONE);
  assert.equal(wayOf("depth-imbalance", {}), HandOver.IMAGE);
  assert.equal(wayOf("momentum", { entryScore: 0.9 }), HandOver.IMAGE);
});
