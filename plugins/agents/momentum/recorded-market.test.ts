import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertSameOutputs,
  IntentAction,
  only,
  openPlugin,
  pluginBytes,
  recordedInputs,
  TimeInForce,
} from "../../../tools/plugin-kit/index.ts";

test("on a whole host's market its orders never rest, and its tags count up", async () => {
  const agent = await openPlugin("momentum");
  const inputs = await recordedInputs("momentum", { generatedSeconds: 30 });
  const orders = inputs.flatMap((input) => only(agent.give(input).outputs, "OrderIntent"));
  assert.ok(orders.length > 0, "it ordered");
  for (const [index, order] of orders.entries()) {
    assert.deepEqual([order.action, order.timeInForce], [IntentAction.SUBMIT, TimeInForce.IOC]);
    assert.ok(order.price > 0n && order.quantity > 0n);
    assert.equal(order.tag, index + 1);
  }
});

test("one strong feature is a signal, whose confidence is its size", async () => {
  const agent = await openPlugin("momentum", { parameters: { flowWeight: 1 } });
  const seen = { signedTradeFlow: 0.5, orderFlowImbalance: 0, microprice: 0 };
  const [signal] = only(agent.see(seen, { instrumentId: 1 }), "Signal");
  assert.ok(signal !== undefined && Math.abs(signal.score - Math.tanh(0.5)) < 1e-12);
  assert.equal(signal.confidence, signal.score);
});

test("[P17] answers the same events in the same way, metered or not", async () => {
  const inputs = await recordedInputs("momentum");
  assert.ok(assertSameOutputs(await pluginBytes("momentum"), inputs) > 0);
});
