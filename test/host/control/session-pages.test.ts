import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Health } from "../../../host/control/health.ts";
import { healthOf } from "../../../host/control/health.ts";
import { modeName } from "../../../host/control/mode-name.ts";
import { sessionPages } from "../../../host/control/session-pages.ts";
import type { SessionView } from "../../../host/control/session-view.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { rearmOrder, TradingMode } from "../../../host/execution/risk/index.ts";
import { FaultCode } from "../../../host/engine/index.ts";
import { LaneCounter } from "../../../host/lane/index.ts";
import { shortSession } from "../../support/short-session.ts";

async function pageOf(
  view: SessionView,
  path: string,
): Promise<{ status: number; body: string; contentType: string }> {
  const page = sessionPages(view).get(path);
  assert.ok(page !== undefined, path);
  return page();
}

function sample(text: string, series: string): number {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
  assert.ok(line !== undefined, `${series} is missing`);
  return Number(line.slice(series.length + 1));
}

describe("health", () => {
  let view: SessionView;
  let running: Health;
  before(async () => {
    const taken: Health[] = [];
    view = await shortSession(5, undefined, (during) => {
      if (during.session.lineUp[Channel.ORDERS] === 1 && (during.built.lane.nowNs[0] ?? 0) < 5e9)
        taken.push(healthOf(during));
    });
    running = taken.at(-1) ?? healthOf(view);
  });

  test("is ok while lines are up, books live, plugins running and the mode active", () => {
    assert.deepEqual(running, {
      status: "ok",
      mode: "ACTIVE",
      isKilled: false,
      lines: { binance: { market: true, orders: true } },
      books: { "BTCUSDT.BINANCE": true },
      stoppedPlugins: {},
      journalRefusal: 0,
      openOrders: running.openOrders,
    });
  });

  test("is degraded, with status 503, once the session has ended", async () => {
    const { status, body, contentType } = await pageOf(view, "/healthz");
    assert.equal(status, 503);
    assert.equal(contentType, "application/json");
    const health = JSON.parse(body) as Health;
    assert.deepEqual(
      [health.status, health.mode, health.lines["binance"]?.orders],
      ["degraded", "CANCEL_ONLY", false],
    );
  });

  test("names what keeps a host from trading", async () => {
    const { built, session } = await shortSession(2);
    session.lineUp.fill(1);
    built.modes.rearmAccount(TradingMode.ACTIVE, rearmOrder("test", "to look at the rest"));
    built.slots.at(-1)?.stop(FaultCode.OUTPUT, "for the test");
    Atomics.store(built.kill, 0, 1);
    built.lane.parts.journal.refusal = -4;
    const health = healthOf({ built, session, journal: view.journal });
    assert.equal(health.status, "degraded");
    assert.equal(health.isKilled, true);
    assert.equal(health.journalRefusal, -4);
    assert.deepEqual(health.stoppedPlugins, { "order-rate": "for the test" });
  });
});

test("metrics are what the lane has counted, at each scrape anew", async () => {
  const view = await shortSession(10);
  const { counters } = view.built.lane;
  const { status, body } = await pageOf(view, "/metrics");
  assert.equal(status, 200);
  assert.equal(sample(body, 'sandpit_lane_total{counter="steps"}'), counters[LaneCounter.STEPS]);
  assert.equal(sample(body, 'sandpit_lane_total{counter="fills"}'), counters[LaneCounter.FILLS]);
  assert.ok((counters[LaneCounter.FILLS] ?? 0) > 0);
  assert.equal(sample(body, 'sandpit_plugin_running{plugin="hedge",kind="ensemble",trust="unsigned"}'), 1);
  assert.equal(sample(body, "sandpit_trading_mode"), TradingMode.CANCEL_ONLY);
  assert.equal(sample(body, 'sandpit_line_up{venue="binance",line="market"}'), 0);
  assert.equal(sample(body, 'sandpit_feed_total{venue="binance",instrument="BTCUSDT",counter="gaps"}'), 0);
  assert.equal(sample(body, 'sandpit_book_live{venue="binance",instrument="BTCUSDT"}'), 1);
  assert.equal(sample(body, 'sandpit_line_gaps_total{venue="binance",line="market"}'), 0);
  const { positions } = view.built;
  assert.equal(
    sample(body, 'sandpit_position{venue="binance",instrument="BTCUSDT",owner="account"}').toFixed(8),
    ((positions.quantity[positions.accountRow] ?? 0) / 1e8).toFixed(8),
  );
  counters[LaneCounter.STEPS] = 1_000_000;
  const pages = sessionPages(view);
  await pages.get("/metrics")?.();
  const again = await pages.get("/metrics")?.();
  assert.equal(sample(again?.body ?? "", 'sandpit_lane_total{counter="steps"}'), 1_000_000);
});

test("[P24] the signer's state and what it refused are metrics, and absent where there is no signer", async () => {
  const view = await shortSession(1);
  assert.doesNotMatch((await pageOf(view, "/metrics")).body, /^sandpit_signer/m);
  const refusals = new Map([["SANDPIT_SIGNER_DOWN", 3]] as const);
  for (const isReady of [true, false]) {
    const { body } = await pageOf({ ...view, signerState: { isReady, refusals } }, "/metrics");
    assert.equal(sample(body, "sandpit_signer_up"), isReady ? 1 : 0);
    assert.equal(sample(body, 'sandpit_signer_refusals_total{code="SANDPIT_SIGNER_DOWN"}'), 3);
  }
});

test("modes have names, and a number that is none is shown as such", () => {
  assert.equal(modeName(TradingMode.REDUCING), "REDUCING");
  assert.equal(modeName(9), "UNLISTED_9");
});
