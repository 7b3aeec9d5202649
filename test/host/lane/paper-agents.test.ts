import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { ParameterValues } from "../../../host/engine/index.ts";
import { PaperTotal } from "../../../host/execution/paper/index.ts";
import type { BuiltLane } from "../../../host/lane/index.ts";
import { bundledModules } from "../../support/bundled-modules.ts";
import { marketSession, runSession } from "../../support/market-session.ts";
import { changeOf } from "../../support/plugin-swaps.ts";
import { randomSeed } from "../../support/random-seed.ts";

const FRAMES = 3_000;
const SHADOW_AT = 100;

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await bundledModules();
});

/** Lets the same agent with other numbers run beside an agent. */
function shadow(built: BuiltLane, slot: string, changes: ParameterValues): void {
  const { module, parameters } = built.sources.get(slot) ?? assert.fail(`no ${slot}`);
  const change = changeOf("shadow", slot);
  const candidate = module.instantiate(built.pool, { ...parameters, ...changes });
  built.lane.onPlugin(change, candidate, Buffer.from(JSON.stringify(change)));
}

const agents = [
  ["momentum", { entryScore: 0.05 }],
  ["market-maker", { quantity: 1_200_000, halfSpreadTicksMin: 2 }],
] as const;
for (const [slot, changes] of agents)
  test(`[H5] a ${slot} with other numbers trades on beside the live one on paper, and no byte of what leaves is changed by it (seed ${randomSeed})`, () => {
    const plain = runSession(modules, marketSession(randomSeed, FRAMES));
    const ran = runSession(modules, marketSession(randomSeed, FRAMES), (index, built) => {
      if (index === SHADOW_AT) shadow(built, slot, changes);
    });
    assert.ok(plain.sent > 20);
    assert.equal(ran.effects, plain.effects);
    assert.deepEqual(ran.faults, []);
    for (const [index, live] of ran.built.slots.entries())
      assert.deepEqual([...live.counters], [...(plain.built.slots[index]?.counters ?? [])], live.name);
    assert.deepEqual([...ran.built.positions.quantity], [...plain.built.positions.quantity]);
    const place = ran.built.slots.find(({ name }) => name === slot) ?? assert.fail();
    const { parting } = ran.built.lane.parts.agents.paper;
    const agent = ran.built.lane.parts.agents.slots.indexOf(place);
    assert.equal(parting.isParted[agent], 1);
    assert.equal(place.shadow?.slot.state, "running");
    const totals = parting.beside[agent]?.totals ?? assert.fail();
    const [orders = 0, fills = 0] = totals;
    const note = [...totals].join(" ");
    assert.ok(orders > 10, note);
    assert.ok(fills > 0, note);
    const over = [PaperTotal.FILLS, PaperTotal.CANCELS, PaperTotal.REJECTS, PaperTotal.EXPIRIES];
    const ended = over.reduce((sum, cell) => sum + (totals[cell] ?? 0), 0);
    assert.equal(ended + (parting.beside[agent]?.resting ?? 0), orders, note);
    assert.ok((parting.live[agent]?.totals[PaperTotal.ORDERS] ?? 0) > 5);
  });
