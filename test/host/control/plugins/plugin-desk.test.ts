import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EngineError } from "../../../../host/engine/index.ts";
import { JournalCode } from "../../../../host/journal/index.ts";
import { askOf, DeskUnderTest, leaking, puppetOf, stageOf, textOf, TUNED, tuned } from "./desk-under-test.ts";

const newer = await tuned("1.0.1");
const newest = await tuned("1.0.2");

describe("the instance of a candidate", () => {
  const lentAfter = async (under: DeskUnderTest, ...steps: readonly string[]): Promise<number[]> => {
    const { pool } = under.under.built;
    const lent = [pool.lentCount];
    for (const step of steps) {
      if (step === "deploy") await under.deploy(newer);
      else await under.desk[step as "shadow" | "drop" | "promote" | "rollback" | "quarantine"](askOf("one"));
      lent.push(pool.lentCount - (lent[0] ?? 0));
    }
    return lent.slice(1);
  };

  test("is made when it is deployed, is the one that is shown events, and goes back when it is given up", async () => {
    for (const [steps, lent] of [
      [
        ["deploy", "shadow", "drop"],
        [1, 1, 0],
      ],
      [
        ["deploy", "drop", "deploy", "rollback"],
        [1, 0, 1, 0],
      ],
      [
        ["deploy", "quarantine"],
        [1, 0],
      ],
      [
        ["deploy", "promote"],
        [1, 0],
      ],
      [
        ["deploy", "shadow", "promote", "rollback"],
        [1, 1, 1, 0],
      ],
    ] as const)
      assert.deepEqual(await lentAfter(await DeskUnderTest.start(), ...steps), lent, steps.join(" "));
  });

  test("goes back where the journal refuses its module, and another is made for the next try", async () => {
    const under = await DeskUnderTest.start();
    const { built, journal } = under.under;
    const { lentCount } = built.pool;
    await under.deploy(newer);
    journal.answers.append = JournalCode.LAG;
    assert.match(textOf(await under.desk.shadow(askOf("one"))), /SANDPIT_PLUGIN_JOURNAL/);
    assert.equal(built.pool.lentCount, lentCount);
    journal.answers.append = 0;
    assert.equal(stageOf(await under.desk.shadow(askOf("one"))), "shadow 1.0.1");
    assert.equal(built.pool.lentCount, lentCount + 1);
  });

  test("what was given back is zeroed by the desk's looks, a slice at each", async () => {
    const under = await DeskUnderTest.start();
    const { pool } = under.under.built;
    await lentAfter(under, "deploy", "drop");
    assert.ok(pool.usedBytes > 0);
    under.pass(1);
    assert.equal(pool.usedBytes, 0);
  });

  test("a change is journalled at once and committed in a later turn, before it is answered", async () => {
    const under = await DeskUnderTest.start();
    const { journal } = under.under;
    await under.deploy(newer);
    const { length } = journal.records;
    const commits = journal.commits;
    let isAnswered = false;
    const answer = under.desk.shadow(askOf("one")).then(() => {
      isAnswered = true;
    });
    assert.ok(journal.records.length > length);
    assert.deepEqual([journal.commits, isAnswered], [commits, false]);
    await answer;
    assert.equal(journal.commits, commits + 1);
  });

  test("[H8] a promotion is written in one turn and made in a later one: until then it is nowhere, and a stop in between wins", async () => {
    const under = await DeskUnderTest.start();
    const { journal } = under.under;
    const slot = under.under.slot("one");
    await under.deploy(newer);
    await under.desk.shadow(askOf("one"));
    const { length } = journal.records;
    const before = [slot.generation, slot.plugin?.manifest.version];
    const promotion = under.desk.promote(askOf("one"));
    assert.deepEqual([slot.generation, slot.plugin?.manifest.version], before);
    assert.equal(journal.records.length, length);
    const second = under.desk.promote(askOf("one"));
    const stop = under.desk.quarantine(askOf("one"));
    assert.equal(stageOf(await second), "SANDPIT_PLUGIN_BUSY");
    assert.equal(stageOf(await promotion), "SANDPIT_PLUGIN_STATE");
    assert.equal(stageOf(await stop), "quarantined 1.0.0");
    assert.equal(slot.state, "faulted");
  });
});

describe("probation", () => {
  test("a minute after the promotion it is over: told, the predecessor given up, and the version floor raised", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(newer);
    await under.promote();
    under.pass(59);
    assert.deepEqual(
      [stageOf(await under.desk.shadow(askOf("one"))), under.established],
      ["SANDPIT_PLUGIN_BUSY", []],
    );
    under.told();
    under.pass(2);
    assert.deepEqual(under.told(), ["one settled"]);
    assert.equal(under.established[0]?.manifest.version, "1.0.1");
    assert.equal(under.under.slot("one").shadow, null);
    assert.equal(stageOf(await under.desk.rollback(askOf("one"))), "SANDPIT_PLUGIN_STATE");
  });

  test("[H2] a plugin that fails in it is rolled back by itself, which is seen and told, and keeps the older version in", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(newer);
    await under.promote();
    under.told();
    under.trap();
    assert.equal(under.versionIn(), "running 1.0.0");
    assert.deepEqual(under.told(), [], "the lane does it, the desk sees it later");
    under.pass(0.2);
    assert.match(under.events[0]?.text ?? "", /its predecessor took over: .*unreachable/);
    assert.deepEqual(under.told(), ["one rolled-back"]);
    under.pass(120);
    assert.deepEqual([under.told(), under.established], [[], []]);
    assert.equal(stageOf(await under.deploy(newer)), "candidate 1.0.1", "what failed may be tried again");
  });

  test("[H2] an operation before the desk's next look begins with the predecessor, not with what failed", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(newer);
    await under.promote();
    under.trap();
    const set = await under.desk.setParameters({ ...askOf("one"), parameters: { size: 3 } });
    assert.equal(stageOf(set), "probation 1.0.0");
    assert.ok(under.told().includes("one rolled-back"));
    under.trap();
    under.pass(0.2);
    assert.equal(under.versionIn(), "running 1.0.0");
  });

  test("a rollback does not raise the floor later, whatever is promoted after it", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(newer);
    await under.promote();
    assert.equal(stageOf(await under.desk.rollback(askOf("one"))), "live 1.0.0");
    await under.desk.setParameters({ ...askOf("one"), parameters: { size: 3 } });
    under.pass(61);
    assert.deepEqual([under.told().at(-1), under.established], ["one settled", []]);
    await under.deploy(newest);
    await under.desk.rollback(askOf("one"));
    await under.desk.setParameters({ ...askOf("one"), parameters: { size: 4 } });
    under.pass(61);
    assert.deepEqual(under.established, [], "nor does a candidate that was dropped");
  });

  test("its end means nothing after another promotion, which has its own", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(newer);
    await under.promote();
    under.pass(30);
    await under.desk.rollback(askOf("one"));
    await under.deploy(newest);
    await under.promote();
    under.pass(40);
    assert.equal(
      stageOf(await under.desk.promote(askOf("one"))),
      "SANDPIT_PLUGIN_BUSY",
      "still on probation",
    );
    under.pass(21);
    assert.deepEqual(
      under.established.map(({ manifest }) => manifest.version),
      ["1.0.2"],
    );
  });

  test("a floor that cannot be written is told, and the plugin runs on", async () => {
    const under = await DeskUnderTest.start();
    under.floorError = new EngineError("SANDPIT_SIGNATURE_FLOOR_FAILED", "disk full");
    await under.deploy(newer);
    await under.promote();
    under.pass(61);
    assert.match(under.events.find(({ event }) => event === "floor-failed")?.text ?? "", /disk full/);
    assert.equal(under.versionIn(), "running 1.0.1");
  });

  test("promoted without a shadow a plugin has nothing to go back to, and the floor rises at once", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(newer);
    assert.equal(stageOf(await under.desk.promote(askOf("one"))), "live 1.0.1");
    assert.equal(under.established.length, 1);
    under.pass(61);
    assert.equal(under.told().includes("one settled"), false);
  });

  test("a predecessor that fails is told and cannot be gone back to; when the plugin fails too, it begins again by itself", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(newer);
    await under.promote();
    under.trapBeside();
    under.pass(0.2);
    assert.equal(under.told().at(-1), "one shadow-failed");
    const back = await under.desk.rollback(askOf("one"));
    assert.match(textOf(back), /SANDPIT_PLUGIN_NO_PREDECESSOR/);
    under.trap();
    under.pass(2);
    assert.deepEqual(under.told(), ["one failed", "one restarted"]);
    assert.equal(under.versionIn(), "running 1.0.1");
  });
});

describe("a shadow", () => {
  test("that fails is told once, and cannot be promoted; what runs is not concerned", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(newer);
    await under.desk.shadow(askOf("one"));
    under.told();
    under.trapBeside();
    under.pass(1);
    assert.deepEqual(under.told(), ["one shadow-failed"]);
    const promoted = await under.desk.promote(askOf("one"));
    assert.match(textOf(promoted), /SANDPIT_PLUGIN_NO_CANDIDATE: .*unreachable/);
    assert.equal(under.versionIn(), "running 1.0.0");
    assert.equal(stageOf(await under.desk.rollback(askOf("one"))), "live 1.0.0");
  });

  test("does not keep the plugin beside it from beginning again, and waits as a candidate then", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(newer);
    await under.desk.shadow(askOf("one"));
    under.told();
    under.trap();
    under.pass(2);
    assert.deepEqual(under.told(), ["one failed", "one restarted"]);
    assert.equal(under.versionIn(), "running 1.0.0");
    assert.equal(stageOf(await under.desk.shadow(askOf("one"))), "shadow 1.0.1");
  });

  test("takes over at once where the plugin beside it has failed", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(newer);
    await under.desk.shadow(askOf("one"));
    under.trap();
    assert.equal(stageOf(await under.desk.promote(askOf("one"))), "live 1.0.1");
    assert.equal(under.established.length, 1);
    under.pass(10);
    assert.equal(under.versionIn(), "running 1.0.1");
  });

  test("of a module that reads other records is refused with the lane's own code, and nothing has changed", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(await tuned("1.0.3", { reads: ["FeatureVector", "OrderEvent"] }));
    const shadow = await under.desk.shadow(askOf("one"));
    assert.equal(stageOf(shadow), "SANDPIT_PLUGIN_STATE");
    assert.match(textOf(shadow), /SANDPIT_PLUGIN_INPUTS: .*replace it without a shadow/);
    assert.equal(stageOf(await under.desk.promote(askOf("one"))), "live 1.0.3");
  });
});

describe("a plugin that fails", () => {
  test("begins again after 1, 2, 4 and 8 seconds, and after the fifth failure waits for a person, who releases it", async () => {
    const under = await DeskUnderTest.start();
    for (const seconds of [1, 2, 4, 8]) {
      under.trap();
      under.pass(seconds);
      assert.equal(under.versionIn(), "faulted 1.0.0", `${seconds} s after it was seen, not after it failed`);
      under.pass(0.2);
      assert.equal(under.versionIn(), "running 1.0.0");
      assert.deepEqual(under.told(), ["one failed", "one restarted"]);
    }
    under.trap();
    under.pass(100);
    assert.deepEqual(under.told(), ["one failed", "one quarantined"]);
    assert.equal(under.versionIn(), "faulted 1.0.0");
    assert.equal(stageOf(await under.desk.release(askOf("one"))), "live 1.0.0");
    under.told();
    under.trap();
    under.pass(1.2);
    assert.deepEqual(under.told(), ["one failed", "one restarted"], "the count begins anew");
  });

  test("begins again with the parameters that it had, and while a module for its slot is being admitted", async () => {
    const under = await DeskUnderTest.start();
    await under.desk.setParameters({ ...askOf("one"), parameters: { size: 3 } });
    under.pass(61);
    under.waiting = [];
    const deployed = under.deploy(newer);
    await new Promise((resolve) => setImmediate(resolve));
    under.trap();
    under.pass(1.2);
    assert.equal(under.versionIn(), "running 1.0.0");
    assert.deepEqual([...(under.under.slot("one").plugin?.parameters ?? [])], [3, 1]);
    under.admitNext();
    assert.equal(stageOf(await deployed), "candidate 1.0.1");
  });

  test("never begins again by itself where it is a risk rule or a codec", async () => {
    const under = await DeskUnderTest.start();
    under.trap("venue");
    under.under.slot("rule").quarantine("a failure");
    under.pass(60);
    assert.deepEqual(under.told().sort(), ["rule failed", "venue failed"]);
    assert.deepEqual([under.versionIn("venue"), under.versionIn("rule")], ["faulted 1.0.0", "faulted 1.0.0"]);
    assert.equal(stageOf(await under.desk.release(askOf("rule"))), "live 1.0.0");
  });

  test("stays stopped when a person has quarantined it, also one that was about to begin again", async () => {
    const under = await DeskUnderTest.start();
    await under.desk.quarantine(askOf("two"));
    under.trap();
    under.pass(0.5);
    await under.desk.quarantine(askOf("one"));
    under.pass(60);
    assert.deepEqual([under.versionIn("one"), under.versionIn("two")], ["faulted 1.0.0", "faulted 1.0.0"]);
    assert.equal(under.told().includes("one restarted"), false);
  });

  test("waits as long as its own failure says, whatever one before it waited for", async () => {
    const under = await DeskUnderTest.start();
    under.trap();
    under.pass(0.5);
    await under.desk.release(askOf("one"));
    under.trap();
    under.pass(0.8);
    assert.equal(under.versionIn(), "faulted 1.0.0", "the first failure's second is over");
    under.pass(0.4);
    assert.equal(under.versionIn(), "running 1.0.0");
  });

  test("is told with its code when it cannot begin again, and that counts as another failure", async () => {
    const under = await DeskUnderTest.start();
    const { pool } = under.under.built;
    under.trap();
    const acquire = pool.acquire.bind(pool);
    pool.acquire = () => {
      throw new EngineError("SANDPIT_ENGINE_POOL_EXHAUSTED", "no memory left");
    };
    under.pass(1.2);
    assert.deepEqual(under.told(), ["one failed", "one not-restarted", "one failed"]);
    pool.acquire = acquire;
    under.pass(2.2);
    assert.deepEqual(under.told(), ["one restarted"]);
  });
});

test("[P23] a plugin that leaks fills its own memory alone, is stopped, and begins again with a fresh one", async () => {
  const under = await DeskUnderTest.start();
  await under.deploy(await leaking());
  assert.equal(stageOf(await under.desk.promote(askOf("one"))), "live 1.0.9");
  under.told();
  for (let life = 0; life < 2; life++) {
    let events = 0;
    while (under.under.slot("one").state === "running" && events < 5_000) {
      under.quote();
      events += 1;
    }
    assert.ok(events > 300 && events < 5_000, `${events} events in life ${life}`);
    under.pass(3);
    assert.match(under.events[0]?.text ?? "", /unreachable/);
    assert.deepEqual(under.told(), ["one failed", "one restarted"]);
    assert.equal(under.versionIn("two"), "running 1.0.0");
  }
});

describe("a quarantine", () => {
  test("with both plugins of a probation stopped can be left: by a release, or by another module", async () => {
    for (const leave of ["release", "deploy"] as const) {
      const under = await DeskUnderTest.start();
      await under.deploy(newer);
      await under.promote();
      under.trapBeside();
      under.trap();
      await under.desk.quarantine(askOf("one"));
      if (leave === "deploy") await under.deploy(newest);
      const left = await (leave === "deploy"
        ? under.desk.promote(askOf("one"))
        : under.desk.release(askOf("one")));
      assert.equal(stageOf(left), leave === "deploy" ? "live 1.0.2" : "live 1.0.1");
      assert.equal(under.under.slot("one").shadow, null);
    }
  });
});

describe("a deployment", () => {
  test("that is not admitted says with which code of admission", async () => {
    const under = await DeskUnderTest.start();
    assert.match(textOf(await under.deploy(Uint8Array.of(1))), /^SANDPIT_ENGINE_\w+: .*plugin admit FILE/);
    const other = textOf(await under.deploy(await puppetOf("agent")));
    assert.match(other, new RegExp(`puppet-agent, not ${TUNED}`));
  });

  test("is refused when the keyring cannot be read, and another can follow", async () => {
    const under = await DeskUnderTest.start();
    under.admitError = new EngineError("SANDPIT_SIGNATURE_KEYRING_INVALID", "no such file");
    assert.match(textOf(await under.deploy(newer)), /SANDPIT_SIGNATURE_KEYRING_INVALID: no such file/);
    under.admitError = new TypeError("a mistake");
    await assert.rejects(() => under.deploy(newer), /a mistake/);
    under.admitError = null;
    assert.equal(stageOf(await under.deploy(newer)), "candidate 1.0.1");
  });

  test("with a source map that is none is admitted all the same", async () => {
    const under = await DeskUnderTest.start();
    const sourceMap = '{"version":3}';
    const request = { ...askOf("one"), kind: "agent", module: newer, parameters: {}, sourceMap } as const;
    assert.equal(stageOf(await under.desk.deploy(request)), "candidate 1.0.1");
  });

  test("keeps the parameters in force that the new module knows, under those that are asked for", async () => {
    const under = await DeskUnderTest.start();
    await under.desk.setParameters({ ...askOf("one"), parameters: { size: 3, edge: 4 } });
    under.pass(61);
    await under.deploy(newer, { parameters: { edge: 5 } });
    await under.promote();
    assert.deepEqual([...(under.under.slot("one").plugin?.parameters ?? [])], [3, 5]);
    await under.desk.rollback(askOf("one"));
    await under.deploy(await tuned("1.0.4", { parameters: [] }));
    assert.equal(stageOf(await under.desk.promote(askOf("one"))), "live 1.0.4");
    assert.equal(
      stageOf(await under.deploy(await tuned("1.0.4", { parameters: [] }))),
      "live 1.0.4, as it was",
    );
  });
});

describe("a state that cannot be handed over", () => {
  const state = { version: 2, restores: [2] };

  test("[H3] is told at the shadow with both versions and the remedy; the candidate can be dropped and wanted afresh", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(await tuned("1.0.1", { state }));
    await under.promote();
    under.pass(61);
    await under.deploy(newest);
    const refusal = await under.desk.shadow(askOf("one"));
    assert.equal(stageOf(refusal), "SANDPIT_PLUGIN_STATE");
    assert.match(
      textOf(refusal),
      /STATE_LOST: what puppet-tuned 1\.0\.1 knows would be lost: its state is of version 2, and puppet-tuned 1\.0\.2 restores no state.*--fresh/,
    );
    assert.equal(stageOf(await under.desk.promote(askOf("one"))), "SANDPIT_PLUGIN_STATE");
    assert.equal(under.versionIn(), "running 1.0.1");
    assert.equal(stageOf(await under.desk.rollback(askOf("one"))), "live 1.0.1");
    assert.equal(stageOf(await under.deploy(newest, { isFresh: true })), "candidate 1.0.2");
    assert.equal(stageOf(await under.desk.shadow(askOf("one"))), "shadow 1.0.2");
  });

  test("is no hindrance where nothing runs: it begins with nothing in any case", async () => {
    const under = await DeskUnderTest.start();
    await under.deploy(await tuned("1.0.1", { state }));
    await under.promote();
    await under.desk.quarantine(askOf("one"));
    await under.deploy(newest);
    assert.equal(stageOf(await under.desk.promote(askOf("one"))), "live 1.0.2");
  });

  test("the same module may be deployed to begin afresh, and without a shadow as well", async () => {
    const under = await DeskUnderTest.start();
    const module = await tuned("1.0.1", { state });
    await under.deploy(module);
    await under.promote();
    under.pass(61);
    assert.equal(stageOf(await under.deploy(module)), "live 1.0.1, as it was");
    assert.equal(stageOf(await under.deploy(module, { isFresh: true })), "candidate 1.0.1");
    await under.desk.rollback(askOf("one"));
    await under.deploy(newest, { isFresh: true });
    assert.equal(stageOf(await under.desk.promote(askOf("one"))), "live 1.0.2");
  });
});

test("after the end no timer of the desk waits, and listeners that left are told nothing", async () => {
  const under = await DeskUnderTest.start();
  const told: string[] = [];
  const leave = under.desk.onEvent(({ event }) => told.push(event));
  await under.deploy(newer);
  leave();
  await under.promote();
  under.trap("two");
  under.pass(0.2);
  assert.deepEqual(told, ["deployed"]);
  under.desk.end();
  assert.equal(under.timers.nextNs, Number.POSITIVE_INFINITY, "a probation would keep the process alive");
});
