import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeployRequest } from "../../../../host/control/api/index.ts";
import { pluginViewOf } from "../../../../host/control/api/views/plugin-view.ts";
import type { CountingTerms } from "../../../support/counting-agent.ts";
import { countingAgent } from "../../../support/counting-agent.ts";
import { puppetModules, puppetNames } from "../../../support/puppet-plugins.ts";
import { askOf, stageOf, textOf } from "../plugins/desk-under-test.ts";
import { PlacedDesk } from "./placed-desk-under-test.ts";

/** The agent `one` counts what it is shown, on a thread of its own. */
async function started(terms: CountingTerms = {}): Promise<PlacedDesk> {
  const modules = new Map([
    ...(await puppetModules()),
    [puppetNames.agent, await countingAgent(terms)] as const,
  ]);
  return new PlacedDesk(modules);
}

async function deployed(placed: PlacedDesk, terms: CountingTerms, isFresh = false): Promise<string> {
  const request: DeployRequest = {
    ...askOf("one"),
    kind: "agent",
    module: await countingAgent(terms),
    parameters: terms.trapAt === undefined ? {} : { edge: 0.95 },
    isFresh,
  };
  return stageOf(await placed.desk.deploy(request));
}

/** The count in the signal that the lane took last, after another vector. */
function counted(placed: PlacedDesk): number {
  placed.quote();
  placed.look();
  const { pool } = placed.under.built.lane.parts;
  return Math.round((pool.confidences[0] ?? 0) * 10_000);
}

/** Shows it some vectors, and its next count. */
function countedAfter(placed: PlacedDesk, quotes: number): number {
  for (let count = 0; count < quotes; count++) counted(placed);
  return counted(placed);
}

test("[H3] what a plugin on a thread knows goes over to a new version, and not to one that cannot read it, unless somebody wants that", async () => {
  const placed = await started();
  const known = countedAfter(placed, 4);
  assert.equal(await deployed(placed, { version: "1.0.1", extra: 1000 }), "candidate 1.0.1");
  assert.equal(stageOf(await placed.asked(placed.desk.promote(askOf("one")))), "live 1.0.1");
  assert.equal(counted(placed), known + 1 + 1000);
  const forgetful = { version: "1.0.2", extra: 2000, state: { version: 2, restores: [2] } };
  assert.equal(await deployed(placed, forgetful), "candidate 1.0.2");
  for (const operation of ["shadow", "promote"] as const)
    assert.match(
      textOf(await placed.asked(placed.desk[operation](askOf("one")))),
      /SANDPIT_PLUGIN_STATE_LOST.*its state is of version 1/,
    );
  assert.equal(counted(placed), known + 2 + 1000);
  await placed.desk.drop(askOf("one"));
  assert.equal(await deployed(placed, forgetful, true), "candidate 1.0.2");
  assert.equal(stageOf(await placed.asked(placed.desk.promote(askOf("one")))), "live 1.0.2");
  assert.equal(counted(placed), 1 + 2000);
  assert.equal(placed.under.threads.threads.length, 1);
});

test("[H1] parameters change on a thread with the state kept, on probation, and back", async () => {
  const placed = await started();
  const known = countedAfter(placed, 4);
  const request = { ...askOf("one"), parameters: { edge: 0.25 } };
  assert.equal(stageOf(await placed.asked(placed.desk.setParameters(request))), "probation 1.0.0");
  assert.equal(counted(placed), known + 1);
  assert.equal(placed.under.built.lane.parts.pool.scores[0], 0.25);
  assert.equal(stageOf(await placed.desk.rollback(askOf("one"))), "live 1.0.0");
  assert.equal(counted(placed), known + 2);
  assert.equal(placed.under.built.lane.parts.pool.scores[0], 0.5);
});

test("[H5] a shadow on a thread is compared there, and the list shows its counts and differences, and no paper account", async () => {
  const placed = await started();
  countedAfter(placed, 3);
  await deployed(placed, { version: "1.0.1", extra: 1000 });
  assert.equal(stageOf(await placed.asked(placed.desk.shadow(askOf("one")))), "shadow 1.0.1");
  for (let count = 0; count < 12; count++) counted(placed);
  const { beside } = pluginViewOf(placed.under.slot("one"), placed.under.built);
  assert.deepEqual([beside?.calls, beside?.equal, beside?.different, beside?.paper], [12, 0, 12, []]);
  assert.equal(beside?.differences.length, 8);
  assert.equal(beside.differences[0]?.call, 1);
  assert.notDeepEqual(beside.differences[0].live, beside.differences[0].beside);
  assert.equal(stageOf(await placed.desk.drop(askOf("one"))), "live 1.0.0");
  assert.equal(pluginViewOf(placed.under.slot("one"), placed.under.built).beside, null);
});

test("[H1] a shadow is promoted, and rolled back by a person, under a generation each, and nothing that it knew is lost", async () => {
  const placed = await started();
  const known = countedAfter(placed, 3);
  await deployed(placed, { version: "1.0.1", extra: 1000 });
  await placed.asked(placed.desk.shadow(askOf("one")));
  assert.equal(counted(placed), known + 1);
  assert.equal(stageOf(await placed.desk.promote(askOf("one"))), "probation 1.0.1");
  assert.equal(counted(placed), known + 2 + 1000);
  assert.equal(placed.state(), "running 2");
  assert.equal(stageOf(await placed.desk.rollback(askOf("one"))), "live 1.0.0");
  assert.equal(counted(placed), known + 3);
  assert.equal(placed.state(), "running 3");
  assert.equal(placed.under.threads.threads.length, 1);
});

test("[H2] a promoted plugin that traps on its thread is rolled back there, the predecessor answers that very record, and people are told", async () => {
  const placed = await started();
  const known = countedAfter(placed, 3);
  await deployed(placed, { version: "1.0.1", extra: 1000, trapAt: known + 3 });
  await placed.asked(placed.desk.shadow(askOf("one")));
  counted(placed);
  await placed.desk.promote(askOf("one"));
  placed.told();
  assert.equal(counted(placed), known + 2 + 1000);
  assert.equal(counted(placed), known + 3);
  assert.equal(placed.state(), "running 3");
  await placed.pass(0.2);
  assert.deepEqual(placed.told(), ["one rolled-back"]);
  assert.match(placed.under.slot("one").rolledBackFault?.reason ?? "", /unreachable/);
  assert.equal(await deployed(placed, { version: "1.0.2" }), "candidate 1.0.2");
});

test("a candidate that fails in its shadow on a thread is told of, and cannot be promoted", async () => {
  const placed = await started();
  const known = countedAfter(placed, 3);
  await deployed(placed, { version: "1.0.1", trapAt: known + 2 });
  await placed.asked(placed.desk.shadow(askOf("one")));
  counted(placed);
  counted(placed);
  placed.told();
  await placed.pass(0.2);
  assert.deepEqual(placed.told(), ["one shadow-failed"]);
  assert.match(textOf(await placed.desk.promote(askOf("one"))), /was stopped in its shadow/);
  assert.equal(stageOf(await placed.desk.drop(askOf("one"))), "live 1.0.0");
  assert.equal(counted(placed), known + 3);
});

test("a thread that dies takes the candidate beside along: that one waits, and is shown again once the plugin runs", async () => {
  const placed = await started();
  const known = countedAfter(placed, 3);
  await deployed(placed, { version: "1.0.1" });
  await placed.asked(placed.desk.shadow(askOf("one")));
  placed.under.threads.last("one").end();
  await placed.pass(0.2);
  assert.equal(placed.state(), "faulted 1");
  assert.equal(placed.under.slot("one").shadow, null);
  await placed.pass(1.2);
  assert.equal(placed.state(), "running 2");
  assert.equal(counted(placed), known + 1);
  assert.equal(placed.desk.waitingOf("one")?.version, "1.0.1");
  assert.equal(stageOf(await placed.asked(placed.desk.shadow(askOf("one")))), "shadow 1.0.1");
});

test("[H2] a thread that dies on a probation brings the predecessor back on another, under the next generation", async () => {
  const placed = await started();
  countedAfter(placed, 3);
  await deployed(placed, { version: "1.0.1", extra: 1000 });
  await placed.asked(placed.desk.shadow(askOf("one")));
  await placed.desk.promote(askOf("one"));
  counted(placed);
  placed.under.threads.last("one").end();
  await placed.pass(0.2);
  assert.equal(placed.state(), "running 3");
  assert.equal(placed.under.slot("one").plugin?.manifest.version, "1.0.0");
  assert.equal(counted(placed), 1);
  assert.equal(placed.under.threads.threads.filter(({ isAlive }) => isAlive).length, 1);
});

test("[H8] while a candidate is made ready another change is refused, and a quarantine is heard: then the candidate is refused, and nothing else has changed", async () => {
  const placed = await started();
  countedAfter(placed, 3);
  await deployed(placed, { version: "1.0.1" });
  const { length } = placed.under.journal.records;
  const promotion = placed.desk.promote(askOf("one"));
  assert.equal(stageOf(await placed.desk.shadow(askOf("one"))), "SANDPIT_PLUGIN_BUSY");
  await placed.desk.quarantine(askOf("one"));
  assert.match(textOf(await promotion), /SANDPIT_ENGINE_BESIDE.*given up/);
  assert.equal(placed.state(), "faulted 1");
  assert.equal(placed.under.journal.records.length, length + 1);
  assert.equal(stageOf(await placed.desk.release(askOf("one"))), "live 1.0.0");
});

test("[H7] fifty shadows, promotions and rollbacks on a thread leave that one thread and no memory behind", async () => {
  const placed = await started();
  const known = countedAfter(placed, 1);
  const lent = placed.under.built.pool.lentCount;
  for (let round = 0; round < 25; round++) {
    await deployed(placed, { version: "1.0.1" });
    await placed.asked(placed.desk.shadow(askOf("one")));
    await placed.desk.promote(askOf("one"));
    await placed.desk.rollback(askOf("one"));
    placed.look();
  }
  assert.equal(counted(placed), known + 1);
  assert.deepEqual([placed.state(), placed.under.threads.threads.length], ["running 51", 1]);
  assert.equal(placed.under.built.pool.lentCount, lent);
});

test("a probation on a thread ends by itself, and what was beside is given up there", async () => {
  const placed = await started();
  await deployed(placed, { version: "1.0.1" });
  await placed.asked(placed.desk.shadow(askOf("one")));
  assert.equal(stageOf(await placed.desk.promote(askOf("one"))), "probation 1.0.1");
  placed.told();
  await placed.pass(61);
  assert.deepEqual(placed.told(), ["one settled"]);
  assert.equal(placed.under.threads.slot("one").shadow, null);
});
