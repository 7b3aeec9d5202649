import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSwaps } from "../../bench/swap-check.ts";
import { SwapOrders } from "../../bench/swap-orders.ts";
import { swapKinds, swapSchedule } from "../../bench/swap-schedule.ts";
import { ThreadSwitches } from "../../bench/swap-switches.ts";
import { usageNow } from "../../bench/swap-usage.ts";
import { variantOf } from "../../bench/swap-variants.ts";
import { HandOver, handOverOf, loadModule, MemoryPool, PluginSlot } from "../../host/engine/index.ts";
import type { Lane } from "../../host/lane/index.ts";
import { EffectKind } from "../../host/lane/index.ts";
import { EffectList } from "../../host/lane/effect-list.hot.ts";
import { bundledModules } from "../support/bundled-modules.ts";

const slots = swapKinds.flatMap((kind) => [0, 1].map((place) => new PluginSlot(`${kind}-${place}`, kind)));

test("the same seed plans the same swaps, of every kind, one over before the next begins", () => {
  const plan = swapSchedule(slots, 7, 200, 20_000);
  assert.deepEqual(swapSchedule(slots, 7, 200, 20_000), plan);
  assert.notDeepEqual(swapSchedule(slots, 8, 200, 20_000), plan);
  assert.deepEqual(new Set(plan.map(({ slot }) => slot)), new Set(slots));
  let end = -1;
  for (const { shadowAt, promoteAt, settleAt } of plan) {
    assert.ok(end < shadowAt && shadowAt < promoteAt && promoteAt < settleAt);
    end = settleAt;
  }
  assert.ok(end < 20_000);
});

test("more swaps than fit, and a kind that the lane does not have, are refused", () => {
  assert.throws(() => swapSchedule(slots, 7, 1000, 20_000), /1000 swaps need 65000 events/);
  assert.throws(() => swapSchedule([], 7, 1, 1000), /no plugin of kind/);
});

test("an order that leaves twice shows, a request to cancel does not count, and every byte is in the digest", () => {
  const effects = new EffectList();
  const lane = { effects, parts: { orders: { isCancel: (slot: number) => slot === 9 } } } as unknown as Lane;
  const send = (orders: SwapOrders, slot: number, id: string): void => {
    const bytes = Buffer.from(`{"newClientOrderId":"${id}","origClientOrderId":"x"}`);
    effects.clear();
    effects.add(EffectKind.SEND_ORDER, 0, slot, 1, effects.addBytes(bytes, 0, bytes.length), bytes.length);
    orders.take(lane);
  };
  const orders = new SwapOrders();
  for (const id of ["s1-a", "s1-b", "s1-a"]) send(orders, 1, id);
  assert.equal(orders.sent, 3);
  assert.equal(orders.clientOrderIds.size, 2);
  const before = orders.digest();
  send(orders, 9, "cancel");
  assert.equal(orders.sent, 3);
  assert.notEqual(orders.digest(), before);
});

test("every way in which a measured session can be wrong is refused", () => {
  const good = {
    swapsWanted: 2,
    swaps: 2,
    digest: "a",
    digestWithoutSwaps: "a",
    callsCompared: 3,
    callsEqual: 3,
    variants: 2,
    snapshots: 1,
    ordersSent: 5,
    clientOrderIds: 5,
  };
  checkSwaps(good);
  assert.throws(() => checkSwaps({ ...good, swaps: 1 }), /1 of 2 swaps/);
  assert.throws(() => checkSwaps({ ...good, digest: "b" }), /changed what left: b is not a/);
  assert.throws(() => checkSwaps({ ...good, callsEqual: 2 }), /of 3 calls of candidates 2/);
  assert.throws(() => checkSwaps({ ...good, callsCompared: 0, callsEqual: 0 }), /of 0 calls/);
  assert.throws(() => checkSwaps({ ...good, snapshots: 0 }), /0 of 2 swaps to other code/);
  assert.throws(() => checkSwaps({ ...good, snapshots: 2 }), /2 of 2 swaps to other code/);
  assert.throws(() => checkSwaps({ ...good, clientOrderIds: 4 }), /5 orders left under 4/);
  assert.throws(() => checkSwaps({ ...good, ordersSent: 0, clientOrderIds: 0 }), /0 orders left/);
});

test("every bundled plugin has a variant of other code and the same parameters, to which it hands its state where it has any", async () => {
  const pool = new MemoryPool();
  for (const [name, bytes] of await bundledModules()) {
    const module = loadModule(bytes);
    const variant = variantOf({ module, parameters: {} });
    assert.equal(variantOf({ module, parameters: {} }).module, variant.module, "made once");
    const [own, other] = [module.instantiate(pool), variant.module.instantiate(pool)];
    assert.notEqual(other.meteredSha256, own.meteredSha256, name);
    assert.deepEqual(other.parameters, own.parameters, name);
    const way = module.manifest.state === null ? HandOver.NONE : HandOver.SNAPSHOT;
    assert.equal(handOverOf(own, other), way, name);
    for (const plugin of [own, other]) plugin.dispose();
  }
});

test(
  "what the process holds is read from its system, and the pool's memories from the pool",
  { skip: process.platform !== "linux" },
  () => {
    const pool = new MemoryPool();
    pool.release(pool.acquire(1));
    const usage = usageNow(pool);
    assert.ok(usage.residentMiB > 1 && usage.virtualMiB > usage.residentMiB);
    assert.ok(usage.threads >= 1 && usage.descriptors >= 3);
    assert.deepEqual([usage.memories, usage.memoriesLent], [1, 0]);
  },
);

test("a span in which the thread gives its core away is seen", { skip: process.platform !== "linux" }, () => {
  const switches = new ThreadSwitches();
  const before = switches.count();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  assert.ok(switches.count() > before);
  switches.close();
});
