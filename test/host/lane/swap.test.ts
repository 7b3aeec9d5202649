import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { PluginModule } from "../../../host/engine/index.ts";
import { loadModule, ShadowCount, SlotCounter } from "../../../host/engine/index.ts";
import type { BuiltLane } from "../../../host/lane/index.ts";
import { LaneCounter, PluginAction } from "../../../host/lane/index.ts";
import { SeededRandom } from "../../../host/platform/index.ts";
import { bundledModules } from "../../support/bundled-modules.ts";
import type { Ran } from "../../support/market-session.ts";
import { marketSession, runSession } from "../../support/market-session.ts";
import { randomSeed } from "../../support/random-seed.ts";

const SESSIONS = 4;
const SWAPS_A_SESSION = 250;
const FRAMES = 3_000;

let modules: ReadonlyMap<string, Uint8Array>;
const loaded = new Map<string, PluginModule>();
before(async () => {
  modules = await bundledModules();
  for (const [name, bytes] of modules) loaded.set(name, loadModule(bytes));
});

/** One change of a slot's plugin, by a person. */
function change(built: BuiltLane, slot: string, action: PluginAction, candidate = false): void {
  const place = built.slots.find(({ name }) => name === slot);
  const live = place?.plugin?.manifest;
  const plugin = candidate
    ? (loaded.get(live?.name ?? "")?.instantiate(built.pool, parametersOf(built, slot)) ?? null)
    : null;
  const order = { action, slot, isFresh: false, person: "a tester", reason: "a test" };
  built.lane.onPlugin(order, plugin, Buffer.from(JSON.stringify(order)));
}

function parametersOf({ configuration }: BuiltLane, slot: string): Readonly<Record<string, number>> {
  const { venue, features, agents, ensemble, rules } = configuration;
  const placement = [venue, ...features, ...agents, ensemble, ...rules].find(({ name }) => name === slot);
  return placement?.parameters ?? {};
}

/** The same session with so many swaps at random places: shadow, promotion and the end of probation each before an input of their own. */
function swapped(seed: number, frames: number, swaps: number): Ran & { readonly compared: number[] } {
  const random = new SeededRandom(seed);
  const list = marketSession(seed, frames);
  const compared = [0, 0, 0, 0, 0];
  const every = list.length / swaps;
  const due: { readonly at: number; readonly slot: number; readonly action: PluginAction }[] = [];
  for (let swap = 0; swap < swaps; swap++) {
    const at = Math.floor(swap * every + random.fraction() * (every - 6));
    const slot = Math.floor(random.fraction() * 13);
    due.push({ at, slot, action: PluginAction.SHADOW });
    due.push({ at: at + 1 + Math.floor(random.fraction() * 2), slot, action: PluginAction.PROMOTE });
    due.push({ at: at + 4, slot, action: PluginAction.SETTLE });
  }
  const ran = runSession(modules, list, (index, built) => {
    for (let next = due[0]; next !== undefined && next.at <= index; next = due[0]) {
      due.shift();
      const slot = built.slots[next.slot % built.slots.length];
      if (slot === undefined) continue;
      if (next.action !== PluginAction.SHADOW)
        for (const [kind, count] of (slot.shadow?.counts ?? []).entries())
          compared[kind] = (compared[kind] ?? 0) + count;
      change(built, slot.name, next.action, next.action === PluginAction.SHADOW);
    }
  });
  return { ...ran, compared };
}

test(`[H1] a thousand swaps to equal code at random places change no byte of what leaves and lose no event (seed ${randomSeed})`, () => {
  for (let session = 0; session < SESSIONS; session++) {
    const seed = randomSeed + session;
    const plain = runSession(modules, marketSession(seed, FRAMES));
    const ran = swapped(seed, FRAMES, SWAPS_A_SESSION);
    const note = `seed ${seed}`;
    assert.ok(plain.sent > 20, `${note}: ${plain.sent} orders`);
    assert.equal(ran.effects, plain.effects, note);
    assert.deepEqual(ran.faults, [], note);
    for (const [index, slot] of ran.built.slots.entries()) {
      const before = plain.built.slots[index]?.counters ?? new Float64Array(0);
      assert.equal(
        slot.counters[SlotCounter.CALLS],
        before[SlotCounter.CALLS],
        `${note}: calls of ${slot.name}`,
      );
      assert.equal(
        slot.counters[SlotCounter.OUTPUT_BYTES],
        before[SlotCounter.OUTPUT_BYTES],
        `${note}: ${slot.name}`,
      );
    }
    const generations = ran.built.slots.reduce((sum, { generation }) => sum + generation, 0);
    assert.equal(generations - ran.built.slots.length, SWAPS_A_SESSION, note);
    const [calls = 0, equal = 0] = ran.compared;
    assert.ok(calls > SWAPS_A_SESSION, `${note}: ${calls} calls compared`);
    assert.equal(equal, calls, note);
    assert.equal(ran.built.lane.counters[LaneCounter.AGENT_FAULTS], 0, note);
    assert.ok(
      ran.built.pool.createdCount <= 2 * ran.built.slots.length,
      `${ran.built.pool.createdCount} memories`,
    );
  }
});

void ShadowCount;
