import assert from "node:assert/strict";
import { test } from "node:test";
import { Side } from "../../../../abi/host/index.ts";
import { DenialCode } from "../../../../host/execution/risk/index.ts";
import { ExecutionDesk, UNIT } from "../support/execution-desk.ts";

const BID = 20_000 * UNIT;
const quarter = [250_000, 250_000, 250_000, 250_000];

test("agents who act on one combined signal together never trade more than the account may", () => {
  const desk = new ExecutionDesk({ shares: quarter });
  for (let round = 1; round <= 10; round += 1) {
    for (let agent = 0; agent < 4; agent += 1) desk.send(agent, { tag: round, quantity: UNIT / 2 });
  }
  assert.equal(desk.orders.open.buyQty[0], 4 * UNIT);
  assert.deepEqual([...desk.orders.open.countByAgent], [2, 2, 2, 2, 0]);
  assert.equal(
    desk.gate.denials[DenialCode.POSITION_LIMIT],
    32,
    "at the account's limit the account's own control speaks first",
  );
});

test("an agent cannot use up the others' part", () => {
  const desk = new ExecutionDesk({ shares: quarter });
  assert.ok(desk.send(0, { tag: 1, quantity: UNIT }) >= 0);
  assert.equal(desk.send(0, { tag: 2, quantity: 25_000 }), -DenialCode.AGENT_POSITION_SHARE);
  assert.ok(desk.send(1, { tag: 1, quantity: UNIT }) >= 0);
});

test("an agent leads its own position back, with or without a share left", () => {
  const desk = new ExecutionDesk({ shares: [500_000] });
  desk.fill(0, 0, Side.BUY, BID, 2 * UNIT);
  desk.shares.set(0, 0);
  const sale = { side: Side.SELL, price: BID, quantity: UNIT };
  assert.ok(desk.send(0, { ...sale, tag: 1 }) >= 0);
  assert.ok(desk.send(0, { ...sale, tag: 2 }) >= 0);
  assert.equal(desk.send(0, { ...sale, tag: 3, quantity: 25_000 }), -DenialCode.AGENT_WITHOUT_SHARE);
  assert.equal(
    desk.send(0, { tag: 4, quantity: 30_000, price: BID - 1_000_000 }),
    -DenialCode.AGENT_WITHOUT_SHARE,
  );
});

test("open orders and order rate are shared out as well", () => {
  const few = new ExecutionDesk({ limits: { openOrdersMax: 4 }, shares: [500_000] });
  for (const tag of [1, 2]) assert.ok(few.send(0, { tag, quantity: 25_000 }) >= 0);
  assert.equal(few.send(0, { tag: 3, quantity: 25_000 }), -DenialCode.AGENT_OPEN_ORDERS_SHARE);
  const none = new ExecutionDesk({
    limits: { orderRate: { ordersMax: 1, windowNs: 1000 } },
    shares: [500_000],
  });
  assert.equal(none.send(0, { quantity: 25_000 }), -DenialCode.AGENT_ORDER_RATE_SHARE);
});

test("opposite intents of two agents are denied as a self-match, not traded with each other", () => {
  const desk = new ExecutionDesk();
  assert.ok(desk.send(0, { price: BID }) >= 0);
  assert.equal(desk.send(1, { side: Side.SELL, price: BID }), -DenialCode.SELF_MATCH);
});

test("shares are exact, sum to one million at most, and belong to known agents", () => {
  const desk = new ExecutionDesk({ bitcoinLimits: { positionMax: 2 ** 51 }, shares: [333_333] });
  assert.equal(BigInt(desk.shares.positionMax[0] ?? 0), (2n ** 51n * 333_333n) / 1_000_000n);
  assert.throws(() => desk.shares.set(1, 666_668), /choose 0 to 666667/);
  assert.throws(() => desk.shares.set(1, -1), /choose/);
  assert.throws(() => desk.shares.set(1, 0.5), /choose/);
  assert.throws(() => desk.shares.set(4, 1), /from 0 to 3/);
  desk.shares.set(1, 666_667);
  desk.shares.set(0, 333_333);
});
