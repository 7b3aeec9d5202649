import assert from "node:assert/strict";
import { before, test } from "node:test";
import { pluginViewOf } from "../../../../host/control/api/views/plugin-view.ts";
import { buildMetrics } from "../../../../host/control/metrics.ts";
import { turn } from "../../../support/local-threads.ts";
import { puppetModules } from "../../../support/puppet-plugins.ts";
import { Deed } from "../../../support/puppet-source.ts";
import { askOf, stageOf } from "../plugins/desk-under-test.ts";
import { PlacedDesk } from "./placed-desk-under-test.ts";

let modules: ReadonlyMap<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
});

test("[P1] a plugin that fails on its thread goes on with what it knew after 1, 2, 4 and 8 seconds, and after the fifth failure waits for a person", async () => {
  const placed = new PlacedDesk(modules);
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
  const placed = new PlacedDesk(modules);
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
  const placed = new PlacedDesk(modules);
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

test("rings and threads of placed plugins are in the metrics, and the list says where a plugin runs", async () => {
  const placed = new PlacedDesk(modules);
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
