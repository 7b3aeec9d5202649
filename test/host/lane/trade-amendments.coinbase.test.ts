import assert from "node:assert/strict";
import { test } from "node:test";
import { compareLedgers } from "../../../cli/live/ledger-comparison.ts";
import { feesRoundedUp } from "../../../cli/simulation/fee-rounding.ts";
import { OrdStatus } from "../../../abi/host/index.ts";
import { reconcileOf } from "../../../host/control/api/views/reconcile-view.ts";
import { TradingMode } from "../../../host/execution/risk/index.ts";
import { LaneCounter } from "../../../host/lane/index.ts";
import { coinbaseFaults, FaultError } from "../../../sim/server/index.ts";
import type { FaultSwitch } from "../../../sim/server/index.ts";
import { CoinbaseSession } from "../../support/coinbase-session.ts";
import { intent } from "../../support/lane-under-test.ts";
import { TRADER } from "../../sim/coinbase/keys.ts";
import { TEST_MARKET } from "../../sim/coinbase/venue-driver.ts";

const DOLLAR = 1e8;
const THOUSANDTH = 100_000;
const LEDGER_SCALE = 100_000_000n;
/** A round of questions begins each minute, and is over within seconds. */
const ROUND_SECONDS = 65;

function faultsOf({ venue }: CoinbaseSession): FaultSwitch {
  return coinbaseFaults({ venue, nowNs: () => venue.nowNs, pump: () => undefined });
}

/** A purchase of 0.002 at 65,000 as the taker, and one of 0.004 at 64,900 as the maker, in two trades. */
async function traded(): Promise<CoinbaseSession> {
  const host = await CoinbaseSession.open({ isAsked: true });
  host.maker("SELL", "65000", "0.002");
  host.maker("SELL", "66000", "1");
  host.maker("BUY", "64000", "1");
  host.pass(1);
  host.act([intent({ price: 65_100 * DOLLAR, quantity: 2 * THOUSANDTH, tag: 1 })]);
  host.act([intent({ price: 64_900 * DOLLAR, quantity: 4 * THOUSANDTH, tag: 2 })]);
  for (const size of ["0.001", "0.003"]) {
    host.maker("SELL", "64800", size);
    host.pass(2);
  }
  assert.equal(host.position(), 6 * THOUSANDTH);
  return host;
}

/** Position, money and fees of the host beside the venue's ledger, and what of it the venue has told. */
function assertLedger(host: CoinbaseSession): void {
  const ledger = TEST_MARKET.openingBalances
    .filter(({ account }) => account === TRADER)
    .map(({ asset, amount }) => ({
      ...{ venueIndex: 0, asset, opening: amount * LEDGER_SCALE, ...host.purse(asset) },
      feesRoundedUp: feesRoundedUp(host.venue, asset, TRADER),
    }));
  const compared = compareLedgers(host.built, ledger);
  assert.deepEqual(
    compared.filter(({ isEqual }) => !isEqual),
    [],
  );
  assert.equal(compared.length, 3);
  const { balances } = host.built;
  for (const [row, { asset }] of ledger.entries()) {
    const place = host.built.configuration.assets.findIndex(({ code }) => code === asset);
    const whole = BigInt(balances.expectedWhole[place] ?? 0) * LEDGER_SCALE;
    const { free, locked } = host.purse(asset);
    const difference = free + locked - whole - BigInt(balances.expectedParts[place] ?? 0);
    const most = BigInt((balances.roundings[place] ?? 0) + 1) * LEDGER_SCALE;
    assert.ok(difference <= most && difference >= -most, `${asset}, row ${row}: ${difference}`);
  }
}

function listed({ built }: CoinbaseSession): unknown[] {
  return reconcileOf({ built }).breaks.map(({ code, about, clientOrderId, ours, theirs }) => [
    ...[code, about, clientOrderId, ours, theirs],
  ]);
}

function hasHeld({ built }: CoinbaseSession): boolean {
  return built.modes.instrument[0] !== TradingMode.ACTIVE || built.lane.counters[LaneCounter.HALTS] !== 0;
}

test("[V16] a trade that Coinbase undoes is undone within a round of questions: position, balances and fees are the venue's, and a person is shown it", async () => {
  const host = await traded();
  assertLedger(host);
  faultsOf(host).set("bust", ["1"]);
  assert.equal(host.position(), 6 * THOUSANDTH, "nothing has told of it");
  host.pass(ROUND_SECONDS);
  assert.equal(host.position(), 5 * THOUSANDTH);
  assertLedger(host);
  assert.deepEqual(
    [host.orderOf(2).status, host.orderOf(2).cumQty],
    [OrdStatus.FILLED, 3 * THOUSANDTH],
    "an order that is over stays so",
  );
  assert.deepEqual(listed(host), [["TRADE_UNDONE", "BTC-USD", "7.2", "0.001", "0"]]);
  assert.equal(hasHeld(host), false);
  host.pass(2 * ROUND_SECONDS);
  assertLedger(host);
  assert.equal(host.built.lane.counters[LaneCounter.AMENDMENTS], 1, "each round shows it again");
  assert.deepEqual(listed(host).length, 1);
  assert.equal(reconcileOf(host).venues[0]?.state, "RECONCILED");
});

test("[V16] a trade that Coinbase corrects counts with its new size, price and fee, the second time too, until it is undone", async () => {
  const host = await traded();
  const faults = faultsOf(host);
  faults.set("correct", ["2", "25", "700"]);
  host.pass(ROUND_SECONDS);
  assert.equal(host.position(), 4 * THOUSANDTH + THOUSANDTH / 2);
  assertLedger(host);
  faults.set("correct", ["2", "50", "3"]);
  host.pass(ROUND_SECONDS);
  assert.equal(host.position(), 4 * THOUSANDTH + THOUSANDTH / 4);
  assertLedger(host);
  faults.set("bust", ["2"]);
  host.pass(ROUND_SECONDS);
  assert.equal(host.position(), 4 * THOUSANDTH);
  assertLedger(host);
  assert.deepEqual(listed(host), [
    ["TRADE_CORRECTED", "BTC-USD", "7.1", "0.0005", "0.00025"],
    ["TRADE_UNDONE", "BTC-USD", "7.1", "0.00025", "0"],
  ]);
  assert.equal(hasHeld(host), false);
});

test("[V16] [C5] what the user channel brings about in between is counted once, with trades undone and corrected at the same moment", async () => {
  const host = await traded();
  const faults = faultsOf(host);
  host.act([intent({ price: 64_800 * DOLLAR, quantity: 2 * THOUSANDTH, tag: 3 })], "two");
  faults.set("bust", ["0"]);
  faults.set("correct", ["0", "100", "11"]);
  host.maker("SELL", "64800", "0.002");
  host.pass(2);
  assert.equal(host.position(), 5 * THOUSANDTH, "the question about the fill has shown the others");
  assertLedger(host);
  // A trade whose own fill and reversal are told by the same answer.
  host.act([intent({ price: 64_700 * DOLLAR, quantity: THOUSANDTH, tag: 4 })], "two");
  host.maker("SELL", "64700", "0.001");
  faults.set("bust", []);
  host.pass(3);
  assert.equal(host.position(), 5 * THOUSANDTH);
  assertLedger(host);
  assert.equal(hasHeld(host), false);
});

test("[V16] where no trade can be undone the person who asks is told why", async () => {
  const host = await CoinbaseSession.open();
  for (const name of ["bust", "correct"])
    assert.throws(
      () => faultsOf(host).set(name, []),
      (error: unknown) => error instanceof FaultError && /there is no such trade/.test(error.message),
    );
});
