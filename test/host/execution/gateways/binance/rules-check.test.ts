import assert from "node:assert/strict";
import { test } from "node:test";
import { RestDesk } from "../../../../../host/execution/gateways/binance/rest-desk.ts";
import { RulesCheck } from "../../../../../host/execution/gateways/binance/rules-check.ts";
import { VenueClock } from "../../../../../host/execution/gateways/binance/venue-clock.ts";
import { ScriptedWire } from "../../../../support/scripted-wire.ts";
import { exchangeInfoText } from "../../../../support/venue-rules-answer.ts";

const grid = {
  symbol: "BTCUSDT",
  tickSize: "0.01",
  lotSize: "0.00001",
  minQuantity: "0.00001",
  maxQuantity: "9000",
  minNotional: "5",
};

class Rig {
  readonly wire = new ScriptedWire();
  readonly notices: string[] = [];
  readonly desk = new RestDesk(this.wire.ports, new VenueClock(this.wire.ports.clock));
  readonly check: RulesCheck;

  constructor(ordersMax = 5, windowSeconds = 1) {
    this.check = new RulesCheck(
      { grids: [grid], ordersMax, windowSeconds },
      "https://rest",
      this.desk,
      this.wire.ports,
      (level, text) => this.notices.push(`${level} ${text}`),
    );
    this.check.start();
  }
}

test("nobody can arm before the rules have come, and anybody may once they are the configuration's", () => {
  const rig = new Rig();
  const [first] = rig.wire.gets;
  assert.equal(first?.url, `https://rest/api/v3/exchangeInfo?symbols=${encodeURIComponent('["BTCUSDT"]')}`);
  assert.match(rig.check.armRefusal ?? "", /exchangeInfo has not come yet/);
  first.answer(200, exchangeInfoText());
  assert.equal(rig.check.armRefusal, null);
  assert.deepEqual(rig.notices, ["info binance: the venue's rules are those of the configuration"]);
});

test("a difference refuses to arm for as long as the host runs, and says which", () => {
  const rig = new Rig();
  rig.wire.gets[0]?.answer(200, exchangeInfoText({ PRICE_FILTER: { tickSize: "0.1" } }));
  assert.match(
    rig.check.armRefusal ?? "",
    /BTCUSDT: tickSize is 0\.1 at the venue and 0\.01 in the configuration/,
  );
  assert.match(rig.notices[0] ?? "", /^error /);
});

test("rules that do not come are asked for again, with growing pauses", () => {
  const rig = new Rig();
  rig.wire.gets[0]?.answer(400, '{"code":-1121,"msg":"Invalid symbol."}');
  assert.match(rig.notices.at(-1) ?? "", /no exchangeInfo: status 400: .*Invalid symbol/);
  rig.wire.pass(1e9);
  rig.wire.gets[1]?.fail("reset");
  rig.wire.pass(2e9);
  rig.wire.gets[2]?.answer(200, "<html>");
  rig.wire.pass(4e9);
  assert.equal(rig.wire.gets.length, 4);
  assert.notEqual(rig.check.armRefusal, null);
  rig.check.stop();
  rig.wire.gets[3]?.answer(200, exchangeInfoText());
  assert.notEqual(rig.check.armRefusal, null);
});

test("[V13] the venue's weight is the budget's, and an order rate above the venue's is told", () => {
  const rig = new Rig(20, 2);
  rig.wire.gets[0]?.answer(200, exchangeInfoText().replace("6000", "300"));
  assert.match(rig.notices[0] ?? "", /^warn .*allows 100 orders in 10 s, the venue 50/);
  assert.equal(rig.notices.length, 2);
  assert.ok(rig.desk.take(150, false));
  assert.ok(!rig.desk.take(150, false));
});
