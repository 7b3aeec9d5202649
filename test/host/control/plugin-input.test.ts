import assert from "node:assert/strict";
import { before, test } from "node:test";
import { NullJournal } from "../../../host/control/null-journal.ts";
import { applyPluginInput, readPluginInput, writePluginInput } from "../../../host/control/plugin-input.ts";
import type { SessionView } from "../../../host/control/session-view.ts";
import { EngineError } from "../../../host/engine/index.ts";
import type { PluginModule } from "../../../host/engine/index.ts";
import type { JournalWriter } from "../../../host/journal/index.ts";
import { JournalCode, RecordType } from "../../../host/journal/index.ts";
import type { PluginAction } from "../../../host/lane/index.ts";
import { PluginChangeError } from "../../../host/lane/index.ts";
import { changeOf } from "../../support/plugin-swaps.ts";
import { shortSession } from "../../support/short-session.ts";
import { madeModules } from "../../support/swapped-session.ts";

let modules: ReadonlyMap<string, PluginModule>;
before(async () => {
  modules = await madeModules();
});

const sourceOf = (name: string, parameters = {}): { module: PluginModule; parameters: object } => {
  const module = modules.get(name);
  assert.ok(module !== undefined);
  return { module, parameters };
};

/** Does something to a running session at one of its steps. */
async function during(
  act: (view: SessionView) => void,
  journal: JournalWriter = new NullJournal(),
): Promise<void> {
  let step = 0;
  await shortSession(1, journal, (view) => {
    step += 1;
    if (step === 50) act(view);
  });
  assert.ok(step > 50);
}

test("a change is written with its module's digest and numbers, and read back as it was", () => {
  const change = changeOf("shadow", "momentum", true);
  const source = sourceOf("momentum", { quantity: 5 });
  assert.deepEqual(readPluginInput(writePluginInput(change, { ...source, parameters: { quantity: 5 } })), {
    ...change,
    sha256: source.module.verifiedSha256,
    parameters: { quantity: 5 },
  });
  assert.deepEqual(readPluginInput(writePluginInput(change, null)), {
    ...change,
    sha256: null,
    parameters: {},
  });
});

test("an instance that a change does not take is given back: after a refusal, and where none was wanted", async () => {
  await during(({ built }) => {
    const lent = built.pool.lentCount;
    const give = (action: PluginAction, slot: string, name: string): void =>
      applyPluginInput(
        built,
        changeOf(action, slot),
        { module: sourceOf(name).module, parameters: {} },
        Buffer.from("{}"),
      );
    assert.throws(() => give("shadow", "nowhere", "momentum"), PluginChangeError);
    assert.throws(() => give("shadow", "hedge", "momentum"), PluginChangeError);
    assert.throws(() => give("promote", "momentum", "momentum"), PluginChangeError);
    assert.equal(built.pool.lentCount, lent);
    give("shadow", "momentum", "momentum");
    assert.throws(() => give("shadow", "momentum", "momentum"), PluginChangeError);
    assert.equal(built.pool.lentCount, lent + 1);
    give("promote", "momentum", "momentum");
    assert.equal(built.pool.lentCount, lent + 1);
    give("settle", "momentum", "momentum");
    assert.equal(built.pool.lentCount, lent);
    const odd = { module: sourceOf("momentum").module, parameters: { nothing: 1 } };
    assert.throws(
      () => applyPluginInput(built, changeOf("shadow", "momentum"), odd, Buffer.from("{}")),
      EngineError,
    );
    assert.equal(built.pool.lentCount, lent);
  });
});

/** A journal that counts the modules it is given, and refuses them when told to. */
class ModuleJournal implements JournalWriter {
  readonly progress: Float64Array = new Float64Array(8);
  answer: number = JournalCode.OK;
  modules = 0;

  append(type: number): number {
    if (type !== RecordType.PLUGIN) return JournalCode.OK;
    this.modules += 1;
    return this.answer;
  }

  appendUrgent(): number {
    return JournalCode.OK;
  }

  commit(): number {
    return JournalCode.OK;
  }

  handOver(): void {}

  sync(): number {
    return JournalCode.OK;
  }

  close(): number {
    return JournalCode.OK;
  }
}

test("[J9] a module that the journal refuses is not put in place; it is journalled before its first change, and once", async () => {
  const journal = new ModuleJournal();
  await during(({ built, session }) => {
    const earlier = journal.modules;
    const lent = built.pool.lentCount;
    journal.answer = JournalCode.LAG;
    const change = (action: PluginAction, name: string | null = null): void =>
      session.changePlugin(
        changeOf(action, "binance"),
        name === null ? null : { module: sourceOf(name).module, parameters: {} },
      );
    assert.throws(
      () => change("shadow", "binance-rebuilt"),
      (error) => error instanceof PluginChangeError && error.code === "SANDPIT_PLUGIN_JOURNAL",
    );
    assert.deepEqual([built.slots[0]?.shadow, built.pool.lentCount], [null, lent]);
    // One that the journal has from the session's start needs no record.
    change("shadow", "binance");
    change("settle");
    assert.equal(journal.modules, earlier + 1);
    journal.answer = 0;
    for (let time = 0; time < 3; time++) {
      change("shadow", "binance-rebuilt");
      change("settle");
    }
    assert.equal(journal.modules, earlier + 2);
  }, journal);
});
