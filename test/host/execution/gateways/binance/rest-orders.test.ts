import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { RestDesk } from "../../../../../host/execution/gateways/binance/rest-desk.ts";
import { RestOrders } from "../../../../../host/execution/gateways/binance/rest-orders.ts";
import { VenueClock } from "../../../../../host/execution/gateways/binance/venue-clock.ts";
import { ScriptedWire } from "../../../../support/scripted-wire.ts";

class Rig {
  readonly wire = new ScriptedWire();
  readonly answers: string[] = [];
  readonly notices: string[] = [];
  readonly orders: RestOrders;
  isSigning = true;

  constructor() {
    const clock = new VenueClock(this.wire.ports.clock);
    this.orders = new RestOrders({
      desk: new RestDesk(this.wire.ports, clock),
      restUrl: "https://rest",
      signer: {
        apiKey: "key",
        rest: (method, path, query) =>
          this.isSigning
            ? Promise.resolve(`${query}&signature=${method}${path}`)
            : Promise.reject(new Error("no key")),
      },
      clock,
      onAnswer: (bytes) => this.answers.push(Buffer.from(bytes).toString("utf8")),
      onNotice: (level, text) => this.notices.push(`${level} ${text}`),
    });
  }

  async send(id: number | string, method: string, params: object): Promise<boolean> {
    const bytes = Buffer.from(`..${JSON.stringify({ id, method, params })}`);
    const isSent = this.orders.send(bytes, 2, bytes.length - 2);
    await setImmediate();
    return isSent;
  }
}

test("each request has its REST form, signed, with the key in its header", async () => {
  const rig = new Rig();
  for (const [method, form] of [
    ["order.place", "POST /api/v3/order"],
    ["order.cancel", "DELETE /api/v3/order"],
    ["order.cancelReplace", "POST /api/v3/order/cancelReplace"],
    ["order.status", "GET /api/v3/order"],
    ["openOrders.status", "GET /api/v3/openOrders"],
    ["allOrders", "GET /api/v3/allOrders"],
    ["myTrades", "GET /api/v3/myTrades"],
    ["account.status", "GET /api/v3/account"],
  ] as const) {
    assert.ok(await rig.send(1000, method, { symbol: "币USDT", timestamp: 5 }));
    const { call } = rig.wire.calls.at(-1) ?? assert.fail("nothing was sent");
    const [verb, path] = form.split(" ");
    assert.equal(call.method, verb);
    assert.equal(call.url, `https://rest${path}?symbol=%E5%B8%81USDT&timestamp=5&signature=${verb}${path}`);
    assert.deepEqual(call.headers, { "x-mbx-apikey": "key" });
  }
  assert.equal(await rig.send(1, "session.logon", {}), false);
});

test("an answer comes with its status, its request and when to come back", async () => {
  const rig = new Rig();
  await rig.send(1000, "order.cancel", { timestamp: 5 });
  rig.wire.calls[0]?.answer(200, '{"orderId":1}');
  await rig.send("r1001", "order.cancelReplace", { timestamp: 5 });
  rig.wire.calls[1]?.answer(429, "{}", 30_000);
  assert.deepEqual(rig.answers, ['200 1000 0\n{"orderId":1}', "429 r1001 1700000030000\n{}"]);
});

test("[V13] after 429 nothing is sent before its time, which is told at once", async () => {
  const rig = new Rig();
  await rig.send(1000, "order.cancel", { timestamp: 5 });
  rig.wire.calls[0]?.answer(429, "{}", 30_000);
  assert.equal(await rig.send(1001, "order.cancel", { timestamp: 5 }), false);
  rig.wire.pass(30e9);
  assert.equal(await rig.send(1002, "order.cancel", { timestamp: 5 }), true);
});

test("[C7] a request without an answer has an unknown outcome, one without a signature was not sent", async () => {
  const rig = new Rig();
  await rig.send(1000, "order.cancel", { timestamp: 5 });
  rig.wire.calls[0]?.fail("timeout");
  rig.isSigning = false;
  await rig.send(1001, "order.cancel", { timestamp: 5 });
  assert.deepEqual(rig.answers, ["504 1000 0\n", "499 1001 0\n"]);
  assert.match(
    rig.notices[0] ?? "",
    /^warn .*no answer to DELETE \/api\/v3\/order: timeout; its outcome is unknown/,
  );
  assert.match(rig.notices[1] ?? "", /^error .*was not sent, no signature: no key/);
});
