import assert from "node:assert/strict";
import { before, test } from "node:test";
import { IntentAction, OrderIntent, readInt64 } from "../../../abi/host/index.ts";
import type { ParameterValues, PluginModule } from "../../../host/engine/index.ts";
import { loadModule, ShadowCount, SlotCounter } from "../../../host/engine/index.ts";
import type { BuiltLane } from "../../../host/lane/index.ts";
import { EffectKind, LaneCounter, PluginAction } from "../../../host/lane/index.ts";
import { SeededRandom } from "../../../host/platform/index.ts";
import { bundledModules } from "../../support/bundled-modules.ts";
import type { Ran } from "../../support/market-session.ts";
import { marketSession, runSession } from "../../support/market-session.ts";
import { changeOf } from "../../support/plugin-swaps.ts";
import { randomSeed } from "../../support/random-seed.ts";

const SESSIONS = 4;
const SWAPS_A_SESSION = 250;
const FRAMES = 3_000;

/** The same modules with other numbers. A module without any is built anew: other bytes, and so another module that begins afresh. */
const variants: Readonly<Record<string, ParameterValues>> = {
  "order-flow-imbalance": { decaySeconds: 0.5 },
  "depth-imbalance": { levels: 3 },
  "ewma-volatility": { decaySeconds: 10 },
  "signed-trade-flow": { decaySeconds: 1 },
  momentum: { quantity: 900_000, entryScore: 0.3 },
  "market-maker": { quantity: 1_100_000, requoteTicks: 15 },
  hedge: { learningRate: 0.2 },
  "order-size": { quantityMax: 1_050_000 },
  "order-rate": { ordersMax: 30, agentOrdersMax: 25 },
  "price-collar": { collarBasisPoints: 90 },
};
const MAKER_QUANTITY = 1_000_000;

let modules: ReadonlyMap<string, Uint8Array>;
const loaded = new Map<string, PluginModule>();
const rebuilt = new Map<string, PluginModule>();
before(async () => {
  modules = await bundledModules();
  for (const [name, bytes] of modules) {
    loaded.set(name, loadModule(bytes));
    const other = Buffer.from(bytes);
    const at = other.indexOf('"version":"1.0.0"');
    assert.ok(at > 0, name);
    other.write('"version":"1.0.1"', at);
    rebuilt.set(name, loadModule(other));
  }
});

/** One change of a slot's plugin, by a person. */
function change(
  built: BuiltLane,
  slot: string,
  action: PluginAction,
  isVariant: boolean | null = null,
): void {
  const name = built.slots.find((place) => place.name === slot)?.plugin?.manifest.name ?? "";
  const parameters = parametersOf(built, slot);
  const varied = isVariant === true ? variants[name] : {};
  const module = (varied === undefined ? rebuilt : loaded).get(name);
  const plugin =
    isVariant === null ? null : (module?.instantiate(built.pool, { ...parameters, ...varied }) ?? null);
  const order = changeOf(action, slot);
  built.lane.onPlugin(order, plugin, Buffer.from(JSON.stringify(order)));
}

function parametersOf({ configuration }: BuiltLane, slot: string): ParameterValues {
  const { venues, features, agents, ensemble, rules } = configuration;
  const placement = [...venues, ...features, ...agents, ensemble, ...rules].find(({ name }) => name === slot);
  return placement?.parameters ?? {};
}

interface Due {
  readonly at: number;
  readonly slot: number;
  readonly action: PluginAction;
  /** Of a SHADOW: other code or numbers than at first; null for what brings no candidate. */
  readonly isVariant: boolean | null;
}

/** Swaps at random places: shadow, promotion and the end of probation each before an input of their own. */
function schedule(random: SeededRandom, inputs: number, swaps: number, variantShare: number): Due[] {
  const due: Due[] = [];
  const every = inputs / swaps;
  for (let swap = 0; swap < swaps; swap++) {
    const at = Math.floor(swap * every + random.fraction() * (every - 6));
    const slot = Math.floor(random.fraction() * 13);
    const isVariant = random.fraction() < variantShare;
    due.push({ at, slot, action: PluginAction.SHADOW, isVariant });
    const promotedAt = at + 1 + Math.floor(random.fraction() * 2);
    due.push({ at: promotedAt, slot, action: PluginAction.PROMOTE, isVariant: null });
    due.push({ at: at + 4, slot, action: PluginAction.SETTLE, isVariant: null });
  }
  return due;
}

interface Swapped extends Ran {
  /** By ShadowCount, over all swaps. */
  readonly compared: readonly number[];
  /** Orders that the market maker asked for, by its parameters at first and by the variant's. */
  readonly makerOrders: readonly number[];
}

function swapped(seed: number, frames: number, swaps: number, variantShare = 0): Swapped {
  const list = marketSession(seed, frames);
  const compared = [0, 0, 0, 0, 0];
  const due = schedule(new SeededRandom(seed), list.length, swaps, variantShare);
  /** What is in the maker's slot, and what is beside it, by the changes alone. */
  const maker = { live: false, beside: false };
  const makerOrders = [0, 0];
  const ran = runSession(modules, list, (index, built) => {
    if (index === 0) watchMaker(built, maker, makerOrders);
    for (let next = due[0]; next !== undefined && next.at <= index; next = due[0]) {
      due.shift();
      const slot = built.slots[next.slot % built.slots.length];
      if (slot === undefined) continue;
      if (next.action !== PluginAction.SHADOW)
        for (const [kind, count] of (slot.shadow?.counts ?? []).entries())
          compared[kind] = (compared[kind] ?? 0) + count;
      change(built, slot.name, next.action, next.isVariant);
      if (slot.name !== "market-maker") continue;
      if (next.action === PluginAction.SHADOW) maker.beside = next.isVariant === true;
      else if (next.action === PluginAction.PROMOTE) maker.live = maker.beside;
    }
  });
  return { ...ran, compared, makerOrders };
}

/** Each order that the market maker asks for is of the size of the generation in place. */
function watchMaker({ lane, slots }: BuiltLane, maker: { readonly live: boolean }, counts: number[]): void {
  const { orders, agents } = lane.parts;
  const number = agents.slots.findIndex(({ name }) => name === "market-maker");
  assert.ok(number >= 0, slots.map(({ name }) => name).join());
  const taken = orders.onIntent.bind(orders);
  orders.onIntent = (agent, block, isLate) => {
    if (agent === number && ((block[OrderIntent.action >> 2] ?? 0) & 0xff) === IntentAction.SUBMIT) {
      const expected = maker.live ? variants["market-maker"]?.["quantity"] : MAKER_QUANTITY;
      assert.equal(readInt64(block, OrderIntent.quantity >> 2), expected);
      counts[maker.live ? 1 : 0] = (counts[maker.live ? 1 : 0] ?? 0) + 1;
    }
    taken(agent, block, isLate);
  };
}

/** Client order ids of the orders that left. */
function orderIds({ effects }: Ran): string[] {
  const lines = effects.split("\n").filter((line) => line.startsWith(`${EffectKind.SEND_ORDER} `));
  return lines.flatMap((line) => /"order\.place".*"newClientOrderId":"([^"]+)"/.exec(line)?.[1] ?? []);
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
      const earlier = plain.built.slots[index]?.counters ?? new Float64Array(0);
      for (const counter of [SlotCounter.CALLS, SlotCounter.OUTPUT_BYTES])
        assert.equal(slot.counters[counter], earlier[counter], `${note}: ${slot.name}`);
    }
    const generations = ran.built.slots.reduce((sum, { generation }) => sum + generation, 0);
    assert.equal(generations - ran.built.slots.length, SWAPS_A_SESSION, note);
    const { [ShadowCount.CALLS]: calls = 0, [ShadowCount.EQUAL]: equal = 0 } = ran.compared;
    assert.ok(calls > SWAPS_A_SESSION, `${note}: ${calls} calls compared`);
    assert.equal(equal, calls, note);
    assert.equal(ran.built.lane.counters[LaneCounter.AGENT_FAULTS], 0, note);
    assert.ok(
      ran.built.pool.createdCount <= 2 * ran.built.slots.length,
      `${ran.built.pool.createdCount} memories`,
    );
  }
});

test(`[H1] of another thousand swaps half go to other code or numbers: no order is lost or doubled, each is of the generation in place (seed ${randomSeed})`, () => {
  const total = { sent: 0, different: 0, first: 0, varied: 0, changed: 0 };
  for (let session = 0; session < SESSIONS; session++) {
    const seed = randomSeed + session;
    const note = `seed ${seed}`;
    const ran = swapped(seed, FRAMES, SWAPS_A_SESSION, 0.5);
    assert.deepEqual(ran.faults, [], note);
    const ids = orderIds(ran);
    assert.equal(new Set(ids).size, ids.length, note);
    assert.equal(ran.built.lane.counters[LaneCounter.FILLS], ids.length, `${note}: every order is answered`);
    assert.equal(ran.built.orders.open.count, 0, note);
    const generations = ran.built.slots.reduce((sum, { generation }) => sum + generation, 0);
    assert.equal(generations - ran.built.slots.length, SWAPS_A_SESSION, note);
    assert.equal(ran.built.pool.lentCount, ran.built.slots.length, note);
    const [calls = 0, ...kinds] = ran.compared;
    assert.equal(
      calls,
      kinds.reduce((sum, count) => sum + count, 0),
      note,
    );
    total.sent += ids.length;
    total.different += calls - (kinds[0] ?? 0);
    total.first += ran.makerOrders[0] ?? 0;
    total.varied += ran.makerOrders[1] ?? 0;
    total.changed += ran.effects === runSession(modules, marketSession(seed, FRAMES)).effects ? 0 : 1;
  }
  assert.ok(total.sent > 100 && total.different > 20, JSON.stringify(total));
  assert.ok(total.first > 0 && total.varied > 0, JSON.stringify(total));
  assert.equal(total.changed, SESSIONS, "the variants trade otherwise");
});
