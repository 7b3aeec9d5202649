import assert from "node:assert/strict";
import { before, test } from "node:test";
import { FeatureVector } from "../../../../abi/host/index.ts";
import type { PluginEvent } from "../../../../host/control/api/index.ts";
import { pluginViewOf } from "../../../../host/control/api/views/plugin-view.ts";
import { buildMetrics } from "../../../../host/control/metrics.ts";
import { PluginDesk } from "../../../../host/control/plugins/index.ts";
import { TradingSession } from "../../../../host/control/trading-session.ts";
import { admit } from "../../../../host/engine/index.ts";
import { JobThreads } from "../../../../host/platform/threads/index.ts";
import { intent, SECOND_NS } from "../../../support/lane-under-test.ts";
import { turn } from "../../../support/local-threads.ts";
import { PlacedLane } from "../../../support/placed-lane.ts";
import { order, puppetModules, puppetNames, received } from "../../../support/puppet-plugins.ts";
import { Deed } from "../../../support/puppet-source.ts";
import { SimDisk } from "../../../support/sim-disk.ts";
import { TakingGateway } from "../../../support/taking-gateway.ts";
import { askOf, stageOf, textOf } from "../plugins/desk-under-test.ts";

const TRUST = {
  environment: "development",
  account: null,
  instruments: null,
  nowMs: 1_795_334_400_000,
  keyring: null,
  floorDirectory: null,
} as const;

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

/** A desk over a session with the agent `one` on a thread that the test pumps. */
class PlacedDesk {
  readonly under: PlacedLane;
  readonly desk: PluginDesk;
  readonly session: TradingSession;
  readonly events: PluginEvent[] = [];

  constructor() {
    this.under = new PlacedLane(modules, ["one"]);
    const { built, journal, clock, timers, placed } = this.under;
    this.session = new TradingSession({
      built,
      clock,
      stopwatch: clock,
      timers,
      onNotice: () => undefined,
      placed,
    });
    const view = { built, session: this.session, journal, placed };
    const jobs = new JobThreads();
    this.desk = new PluginDesk({
      view,
      timers,
      clock,
      admit: (bytes, name) => admit({ bytes, name, trust: TRUST }, { jobs, clock, disk: new SimDisk() }),
      onEstablished: () => undefined,
    });
    this.desk.onEvent((event) => this.events.push(event));
    this.desk.start();
    placed.start(built, this.session);
    this.session.start([new TakingGateway()]);
  }

  /** Lets time pass in steps of the watch, with the threads at work. */
  async pass(seconds: number): Promise<void> {
    const { clock, timers, threads } = this.under;
    const end = clock.nowNs + seconds * SECOND_NS;
    while (clock.nowNs < end) {
      threads.pump();
      timers.advance(Math.min(end, clock.nowNs + 50e6));
      await turn();
    }
  }

  /** Has the plugin do something on its next vector. */
  async deed(deed: number): Promise<void> {
    order(this.under.threads.slot("one"), { deed, template: FeatureVector.templateId });
    this.quote();
    await this.pass(0.2);
  }

  quote(): void {
    this.under.at(this.under.clock.nowNs);
    this.under.quote();
  }

  told(): string[] {
    return this.events.splice(0).map(({ slot, event }) => `${slot} ${event}`);
  }

  state(): string {
    const { state, generation } = this.under.slot("one");
    return `${state} ${generation}`;
  }
}

test("[P1] a plugin that fails on its thread goes on with what it knew after 1, 2, 4 and 8 seconds, and after the fifth failure waits for a person", async () => {
  const placed = new PlacedDesk();
  let generation = 1;
  for (const waitSeconds of [1, 2, 4, 8]) {
    await placed.deed(Deed.UNREACHABLE);
    assert.deepEqual(placed.told(), ["one failed"]);
    await placed.pass(waitSeconds - 0.3);
    assert.equal(placed.state(), `faulted ${generation}`);
    await placed.pass(0.4);
    generation += 1;
    assert.equal(placed.state(), `running ${generation}`);
    assert.deepEqual(placed.told(), ["one restarted"]);
  }
  await placed.deed(Deed.UNREACHABLE);
  assert.deepEqual(placed.told(), ["one failed", "one quarantined"]);
  await placed.pass(60);
  assert.equal(placed.state(), "faulted 5");
  assert.equal(stageOf(await placed.desk.release(askOf("one"))), "live 1.0.0");
  assert.equal(placed.state(), "running 6");
  assert.equal(placed.under.threads.threads.filter(({ isAlive }) => isAlive).length, 1);
});

test("a thread that is ended from outside is seen at the next look, and its plugin goes on knowing what it knew", async () => {
  const placed = new PlacedDesk();
  for (let count = 0; count < 5; count++) placed.quote();
  await placed.pass(0.1);
  const known = Buffer.from(placed.under.threads.slot("one").u8);
  placed.under.threads.last("one").end();
  await placed.pass(0.2);
  assert.equal(placed.state(), "faulted 1");
  assert.match(placed.under.slot("one").lastFault?.reason ?? "", /thread has ended/);
  await placed.pass(1.2);
  assert.equal(placed.state(), "running 2");
  assert.ok(Buffer.from(placed.under.threads.slot("one").u8).equals(known));
});

test("[H7] a hundred promotions and releases leave one thread and no memory behind", async () => {
  const placed = new PlacedDesk();
  const lent = placed.under.built.pool.lentCount;
  for (let round = 0; round < 50; round++) {
    assert.equal(stageOf(await placed.desk.quarantine(askOf("one"))), "quarantined 1.0.0");
    assert.equal(stageOf(await placed.desk.release(askOf("one"))), "live 1.0.0");
    await turn();
  }
  assert.equal(placed.state(), "running 51");
  assert.equal(placed.under.built.pool.lentCount, lent);
  const { threads } = placed.under.threads;
  assert.equal(threads.filter(({ isAlive }) => isAlive).length, 1);
  await placed.under.placed.end();
  assert.equal(threads.filter(({ isAlive }) => isAlive).length, 0);
});

test("a module is promoted to a plugin on a thread without a shadow, begins afresh with its open orders, and can be rolled back for a while", async () => {
  const placed = new PlacedDesk();
  const { threads } = placed.under;
  order(threads.slot("one"), { records: [intent({ tag: 3 })], template: FeatureVector.templateId });
  placed.quote();
  await placed.pass(0.05);
  const other = Buffer.from(modules.get(puppetNames.agent) ?? []);
  other.write('"version":"1.0.1"', other.indexOf('"version":"1.0.0"'));
  const request = { ...askOf("one"), kind: "agent" as const, module: other, parameters: {} };
  assert.equal(stageOf(await placed.desk.deploy(request)), "candidate 1.0.1");
  assert.match(textOf(await placed.desk.shadow(askOf("one"))), /SANDPIT_PLUGIN_PLACED.*without a shadow/);
  assert.equal(stageOf(await placed.desk.promote(askOf("one"))), "probation 1.0.1");
  threads.pump();
  const told = received(threads.slot("one"));
  assert.deepEqual(
    told.filter(({ name }) => name === "OrderEvent").map(({ fields }) => fields["tag"]),
    [3],
  );
  assert.equal(stageOf(await placed.desk.rollback(askOf("one"))), "live 1.0.0");
  assert.equal(placed.under.slot("one").plugin?.manifest.version, "1.0.0");
});

test("rings and threads of placed plugins are in the metrics, and the list says where a plugin runs", async () => {
  const placed = new PlacedDesk();
  for (let count = 0; count < 5; count++) placed.quote();
  await placed.pass(0.1);
  const { built, journal, placed: placedPlugins } = placed.under;
  const view = { built, session: placed.session, journal, placed: placedPlugins };
  const text = await buildMetrics(view).metrics();
  const sample = (series: string): number => {
    const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
    assert.ok(line !== undefined, `${series} is missing`);
    return Number(line.slice(series.length + 1));
  };
  assert.ok(sample('sandpit_plugin_ring_records_total{plugin="one",outcome="offered"}') >= 5);
  assert.equal(sample('sandpit_plugin_ring_records_total{plugin="one",outcome="dropped"}'), 0);
  assert.ok(sample('sandpit_plugin_ring_bytes{plugin="one"}') > 0);
  assert.equal(sample('sandpit_plugin_ring_waiting{plugin="one"}'), 0);
  assert.equal(sample('sandpit_plugin_threads_total{plugin="one"}'), 0);
  assert.ok(sample('sandpit_plugin_beat_age_seconds{plugin="one"}') < 0.2);
  assert.equal(sample('sandpit_plugin_output_age_seconds{plugin="one"}'), 0);
  const views = built.slots.map((slot) => [slot.name, pluginViewOf(slot, built).placement]);
  assert.deepEqual(
    views.filter(([, where]) => where === "thread"),
    [["one", "thread"]],
  );
});

test("a probation on a thread ends by itself", async () => {
  const placed = new PlacedDesk();
  const other = Buffer.from(modules.get(puppetNames.agent) ?? []);
  other.write('"version":"1.0.1"', other.indexOf('"version":"1.0.0"'));
  await placed.desk.deploy({ ...askOf("one"), kind: "agent", module: other, parameters: {} });
  assert.equal(stageOf(await placed.desk.promote(askOf("one"))), "probation 1.0.1");
  placed.told();
  await placed.pass(61);
  assert.deepEqual(placed.told(), ["one settled"]);
});
