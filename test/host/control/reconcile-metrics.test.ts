import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { ExecType, OrdStatus, Side } from "../../../abi/host/index.ts";
import { buildMetrics } from "../../../host/control/metrics.ts";
import { UNREADABLE, writeDisagreement } from "../../../host/control/position-check/disagreement-record.ts";
import { CheckCount, PositionWatch } from "../../../host/control/position-check/index.ts";
import type { SessionView } from "../../../host/control/session-view.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { ReconcileCount } from "../../../host/execution/reconcile/index.ts";
import { rearmOrder } from "../../../host/execution/risk/index.ts";
import { ControlAction } from "../../../host/lane/index.ts";
import { VirtualTimers } from "../../../host/platform/index.ts";
import { HostAtVenue } from "../../support/host-at-venue.ts";
import type { SeenEffect } from "../../support/lane-under-test.ts";
import { BID, intent, LaneUnderTest, LOT, SECOND_NS, sends, SIZE } from "../../support/lane-under-test.ts";
import { puppetModules } from "../../support/puppet-plugins.ts";
import { fill, reply, report } from "../../support/venue-answers.ts";

type Viewed = Pick<SessionView, "built" | "session"> & Partial<SessionView>;

/** Value of a series, by its name and labels as they are scraped. */
async function sampleOf(view: Viewed, series: string): Promise<number> {
  const text = await buildMetrics({ journal: view.journal as SessionView["journal"], ...view }).metrics();
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
  assert.ok(line !== undefined, `${series} is missing`);
  return Number(line.slice(series.length + 1));
}

describe("metrics of reconciliation", () => {
  let host: HostAtVenue;
  const of = (series: string): Promise<number> => sampleOf(host.life, series);
  before(async () => {
    host = await HostAtVenue.open();
    host.arm();
    host.passUntil("a book", () => host.top.bid > 0);
    host.pass(35);
  });

  test("rounds, questions and answers rise from round to round while all agrees, and each question has one outcome", async () => {
    assert.equal(await of('sandpit_reconciled{venue="binance"}'), 1);
    assert.equal(await of('sandpit_reconcile_resyncs_total{venue="binance"}'), 1);
    const rounds = await of('sandpit_reconcile_rounds_total{venue="binance"}');
    assert.ok(rounds >= 3, `${rounds} rounds`);
    const sent = await of('sandpit_reconcile_queries_total{venue="binance",outcome="sent"}');
    assert.equal(sent, 3 * rounds, "open orders, trades and balances of one instrument");
    assert.equal(await of('sandpit_reconcile_queries_total{venue="binance",outcome="answered"}'), sent);
    assert.equal(await of('sandpit_reconcile_queries_total{venue="binance",outcome="not_found"}'), 0);
    assert.equal(await of('sandpit_breaks_open{venue="binance",kind="balance_differs"}'), 0);
    assert.equal(await of('sandpit_orders_unknown_age_seconds{venue="binance"}'), 0);
  });

  test("an order that never reached the venue is counted while it is in doubt, with its age, and then its proof", async () => {
    const { bid } = host.top;
    const sender = host.life.session as unknown as { sendOrder: () => boolean };
    host.ask({ tag: 1, side: Side.BUY, price: Math.round((bid * 0.99) / 1e6) * 1e6, quantity: 100 * LOT });
    sender.sendOrder = () => true;
    host.passUntil("an order", () => host.life.built.orders.open.count === 1, 10);
    Reflect.deleteProperty(sender, "sendOrder");
    host.passUntil("a doubt", () => host.statusOf(1, 1) === OrdStatus.UNKNOWN, 15);
    assert.equal(await of('sandpit_orders_unknown{venue="binance"}'), 1);
    const age = await of('sandpit_orders_unknown_age_seconds{venue="binance"}');
    assert.ok(age >= 10 && age < 13, `${age} s`);
    host.passUntil("an end", () => host.life.built.orders.open.count === 0, 60);
    assert.equal(await of('sandpit_orders_unknown{venue="binance"}'), 0);
    assert.equal(await of('sandpit_reconcile_findings_total{venue="binance",kind="proven_absent"}'), 1);
    assert.ok((await of('sandpit_reconcile_queries_total{venue="binance",outcome="not_found"}')) >= 2);
    assert.ok((await of('sandpit_reconcile_findings_total{venue="binance",kind="not_found"}')) >= 4);
  });

  test("orders of others, and breaks by their kind until a person accepts them", async () => {
    const { bid, ask } = host.top;
    host.askAsAnother("BUY", String((bid - 30e8) / 1e8), "0.01");
    host.passUntil(
      "a listed order",
      () => host.life.built.lane.parts.reconciler.answers.external.count === 1,
      30,
    );
    assert.equal(await of('sandpit_external_orders{venue="binance"}'), 1);
    host.venue.symbol("BTCUSDT").trades.of = () => [];
    host.askAsAnother("BUY", String((ask + 30e8) / 1e8), "0.01");
    host.passUntil("a break", () => host.reconcileState === 2, 60);
    assert.equal(await of('sandpit_reconciled{venue="binance"}'), 0);
    assert.equal(await of('sandpit_breaks_open{venue="binance",kind="balance_differs"}'), 2);
    assert.equal(await of('sandpit_reconcile_findings_total{venue="binance",kind="break"}'), 2);
    host.life.session.disagree(writeDisagreement(UNREADABLE, 5));
    assert.equal(await of('sandpit_breaks_open{venue="binance",kind="journal_unreadable"}'), 1);
    for (const id of [1, 2, 3]) host.life.session.acceptBreak(id, rearmOrder("a tester", "bought by hand"));
    assert.equal(await of('sandpit_breaks_open{venue="binance",kind="balance_differs"}'), 0);
    assert.equal(await of('sandpit_breaks_open{venue="binance",kind="journal_unreadable"}'), 0);
  });

  test("comparisons of positions by their outcome, and since when both agreed; nothing where nobody compares", async () => {
    const { built, session, journal } = host.life;
    const positions = new PositionWatch({
      ...{ built, session, journal, timers: new VirtualTimers(host.clock), clock: host.clock, everyNs: 60e9 },
      startChecker: () => assert.fail("nobody asks"),
      onNotice: () => undefined,
    });
    positions.counts[CheckCount.DISAGREED] = 3;
    host.pass(7);
    const view = { ...host.life, positions };
    assert.equal(await sampleOf(view, 'sandpit_position_checks_total{outcome="disagreed"}'), 3);
    assert.equal(await sampleOf(view, 'sandpit_position_checks_total{outcome="agreed"}'), 0);
    assert.equal(Math.round(await sampleOf(view, "sandpit_position_agreement_age_seconds")), 7);
    const text = await buildMetrics(host.life).metrics();
    assert.doesNotMatch(text, /^sandpit_position_(checks|agreement)/m);
  });
});

describe("what reports of fills did", () => {
  let modules: ReadonlyMap<string, Uint8Array>;
  before(async () => {
    modules = await puppetModules();
  });

  function sendOne(under: LaneUnderTest): SeenEffect {
    const [sent] = sends(under.act("one", [intent({ tag: 1, price: BID })]));
    assert.ok(sent !== undefined);
    return sent;
  }

  const counted = ({ lane }: LaneUnderTest): number[] =>
    [ReconcileCount.LATE_FILLS, ReconcileCount.DUPLICATES, ReconcileCount.OVER_FILLS].map((cell) =>
      lane.parts.reconciler.counts.of(0, cell),
    );

  test("[C5] an execution that was told before is counted as such", () => {
    const under = LaneUnderTest.ready(modules);
    const sent = sendOne(under);
    for (let time = 0; time < 3; time++) under.frame([fill(sent, 71, LOT, LOT)], Channel.ORDERS);
    assert.deepEqual(counted(under), [0, 2, 0]);
  });

  test("[C10] a fill that crosses a cancel is late, and one beyond the order's quantity an over-fill", () => {
    const under = LaneUnderTest.ready(modules);
    const sent = sendOne(under);
    under.frame([fill(sent, 71, LOT, LOT)], Channel.ORDERS);
    assert.deepEqual(counted(under), [0, 0, 0]);
    under.frame([report(sent, { execType: ExecType.CANCELED, cumQty: LOT })], Channel.ORDERS);
    under.frame([fill(sent, 72, LOT, 2 * LOT)], Channel.ORDERS);
    assert.deepEqual(counted(under), [1, 0, 0]);
    under.frame([fill(sent, 73, SIZE, SIZE + 2 * LOT)], Channel.ORDERS);
    assert.deepEqual(counted(under), [2, 0, 1]);
  });

  test("a cancel that was refused waits for its turn, and each second of that is counted", () => {
    const under = LaneUnderTest.ready(modules);
    const sent = sendOne(under);
    under.frame([reply(sent.b, 200)], Channel.ORDERS);
    const { pace } = under.lane.parts.orders;
    under.control(ControlAction.CANCEL_ALL);
    for (let second = 1; second <= 8; second++) {
      const [cancel] = sends(under.effects());
      if (cancel !== undefined) under.frame([reply(cancel.b, 400, -2011)], Channel.ORDERS);
      under.at(second * SECOND_NS);
      under.lane.onTimer();
    }
    assert.ok((pace.paced[0] ?? 0) >= 3, `${pace.paced[0]} seconds`);
    assert.deepEqual([pace.paced[1], pace.paced[2]], [0, 0]);
  });
});
