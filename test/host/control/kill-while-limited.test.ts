import assert from "node:assert/strict";
import { test } from "node:test";
import { ControlDesk } from "../../../host/control/api/control-desk.ts";
import { venueWaitsOf } from "../../../host/control/venue-waits.ts";
import { OrdStatus, OrderType } from "../../../abi/host/index.ts";
import { CoinbaseSession } from "../../support/coinbase-session.ts";
import { cancelIntent, intent } from "../../support/lane-under-test.ts";

const DOLLAR = 1e8;
const THOUSANDTH = 100_000;
const resting = { orderType: OrderType.LIMIT_MAKER, price: 63_000 * DOLLAR, quantity: THOUSANDTH };

/** A host at Coinbase with three orders at rest, and an operator's desk. */
async function quoting(): Promise<{ host: CoinbaseSession; desk: ControlDesk }> {
  const host = await CoinbaseSession.open();
  host.maker("SELL", "65000", "1");
  host.maker("BUY", "64000", "1");
  host.pass(1);
  host.act([1, 2, 3].map((tag) => intent({ ...resting, tag })));
  assert.equal(host.built.orders.open.count, 3);
  const { built, session, journal } = host;
  return { host, desk: new ControlDesk({ built, session, journal }) };
}

test("[V13] [O1] after a 429 to a new order a kill is not held up: four cancels a second leave, those of the time since then at once", async () => {
  const { host, desk } = await quoting();
  host.venue.faults.refuseRequests = 1;
  host.act([intent({ ...resting, tag: 4 })], "one", 1.1);
  assert.equal(host.orderOf(4).status, OrdStatus.REJECTED);
  const [wait] = venueWaitsOf(host.built);
  assert.ok((wait?.ordersSeconds ?? 0) > 0, "the venue limits this host");
  const { waitingCancels, openOrders, mode } = desk.kill();
  assert.deepEqual([mode, openOrders, waitingCancels], ["HALTED", 3, { coinbase: { count: 1, seconds: 0 } }]);
  host.pass(1);
  assert.equal(host.built.orders.open.count, 0);
});

test("[V13] [O1] after a 429 to a cancel a kill says how many cancels wait and how long, and they leave by themselves when the venue's time has come", async () => {
  const { host, desk } = await quoting();
  host.venue.faults.refuseRequests = 1;
  host.act([cancelIntent(1)], "one", 1.1);
  const { mode, openOrders, waitingCancels } = desk.kill();
  assert.equal(mode, "HALTED");
  assert.equal(openOrders, 3);
  assert.deepEqual(Object.keys(waitingCancels), ["coinbase"]);
  const { count, seconds } = waitingCancels["coinbase"] ?? { count: 0, seconds: 0 };
  assert.equal(count, 3);
  assert.ok(seconds > 0 && seconds <= 1, `${seconds} s`);
  assert.equal(host.built.orders.open.count, 3, "a venue that is asked on bans");
  host.pass(4);
  assert.equal(host.built.orders.open.count, 0);
  assert.deepEqual(venueWaitsOf(host.built), [{ ordersSeconds: 0, cancelsSeconds: 0, cancelsWaiting: 0 }]);
  assert.deepEqual(desk.kill().waitingCancels, {});
});
