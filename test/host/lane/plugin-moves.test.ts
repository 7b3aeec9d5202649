import assert from "node:assert/strict";
import { before, test } from "node:test";
import { InstrumentDefinition, OrderEvent } from "../../../abi/host/index.ts";
import { EngineError } from "../../../host/engine/index.ts";
import { PluginAction, PluginChangeError, stateDigest } from "../../../host/lane/index.ts";
import { intent, LaneUnderTest, sends } from "../../support/lane-under-test.ts";
import { PluginSwaps } from "../../support/plugin-swaps.ts";
import { order, puppetModules, puppetVariant } from "../../support/puppet-plugins.ts";
import { Deed } from "../../support/puppet-source.ts";

let modules: Map<string, Uint8Array>;
before(async () => {
  modules = await puppetModules();
  const variants = [
    ["agent", "agent-deaf", { reads: ["FeatureVector"] }],
    ["agent", "agent-crossed", { features: ["second", "first"] }],
    ["agent", "agent-lost", { features: ["first", "nobody"] }],
    ["agent", "agent-greedy", { features: Array.from({ length: 17 }, () => "first") }],
    ["feature", "feature-renamed", { outputs: ["second", "first"] }],
    ["feature", "feature-deaf", { reads: ["Trade"] }],
  ] as const;
  for (const [kind, name, changes] of variants) modules.set(name, await puppetVariant(kind, name, changes));
});

function ready(): { readonly under: LaneUnderTest; readonly swaps: PluginSwaps } {
  const under = LaneUnderTest.ready(modules);
  return { under, swaps: new PluginSwaps(under, modules) };
}

const slots = ["venue", "feature", "one", "ensemble", "rule"] as const;
const takes = (action: PluginAction): boolean => action === "shadow" || action === "replace";

/** Ways into each state of a slot, and what each action then comes to: null where it is carried out. */
type Moves = Readonly<Record<PluginAction, string | null>>;
const trap = (swaps: PluginSwaps, slot: string): void => {
  swaps.under.slot(slot).stop(-1003, "a test");
};
const trapBeside = (swaps: PluginSwaps, slot: string): void => {
  swaps.under.slot(slot).shadow?.slot.stop(-1003, "a test");
};
const shadow = (swaps: PluginSwaps, slot: string): void => {
  swaps.change("shadow", slot, swaps.instance(slot));
};
const NO_CANDIDATE = "SANDPIT_PLUGIN_NO_CANDIDATE";
const NO_PREDECESSOR = "SANDPIT_PLUGIN_NO_PREDECESSOR";
const BUSY = "SANDPIT_PLUGIN_BUSY";
const NOT_RUNNING = "SANDPIT_PLUGIN_NOT_RUNNING";
const moves = (list: readonly (string | null)[]): Moves => {
  const [shadowed = null, promote = null, rollback = null, settle = null, replace = null, quarantine = null] =
    list;
  return { shadow: shadowed, promote, rollback, settle, replace, quarantine };
};

const states: readonly (readonly [string, (swaps: PluginSwaps, slot: string) => void, Moves])[] = [
  // Codes of: shadow, promote, rollback, settle, replace, quarantine.
  ["alone", () => undefined, moves([null, NO_CANDIDATE, NO_PREDECESSOR, NO_CANDIDATE, null, null])],
  ["with a candidate", shadow, moves([BUSY, null, NO_PREDECESSOR, null, BUSY, null])],
  [
    "on probation",
    (swaps, slot) => swaps.probation(slot),
    moves([BUSY, NO_CANDIDATE, null, null, BUSY, null]),
  ],
  ["stopped", trap, moves([null, NO_CANDIDATE, NO_PREDECESSOR, NO_CANDIDATE, null, NOT_RUNNING])],
  [
    "stopped with a candidate",
    (swaps, slot) => {
      shadow(swaps, slot);
      trap(swaps, slot);
    },
    moves([BUSY, null, NO_PREDECESSOR, null, BUSY, NOT_RUNNING]),
  ],
  [
    "with a candidate that was stopped",
    (swaps, slot) => {
      shadow(swaps, slot);
      trapBeside(swaps, slot);
    },
    moves([BUSY, NO_CANDIDATE, NO_PREDECESSOR, null, BUSY, null]),
  ],
  [
    "on probation with a predecessor that was stopped",
    (swaps, slot) => {
      swaps.probation(slot);
      trapBeside(swaps, slot);
    },
    moves([BUSY, NO_CANDIDATE, NO_PREDECESSOR, null, BUSY, null]),
  ],
];

/** All that a refused change must leave alone. */
function standing({ built, journal, lane }: LaneUnderTest): unknown {
  return {
    records: journal.records.length,
    commits: journal.commits,
    counters: [...lane.counters],
    digest: Buffer.from(stateDigest(built)).toString("hex"),
    lent: built.pool.lentCount,
    slots: built.slots.map(({ state, generation, plugin, shadow: run }) => [
      [state, generation, plugin?.state, run?.role, run?.slot.state, run?.slot.generation],
      [...(run?.counts ?? [])],
    ]),
  };
}

for (const [title, enter, codes] of states)
  test(`a slot ${title}: what can be done to it is done, the rest refused with its code and nothing changed`, () => {
    for (const slot of slots)
      for (const action of Object.values(PluginAction)) {
        const { under, swaps } = ready();
        enter(swaps, slot);
        const earlier = standing(under);
        const candidate = takes(action) ? swaps.instance(slot) : null;
        const code = codes[action];
        const note = `${action} of ${slot}`;
        if (code === null) {
          swaps.change(action, slot, candidate);
          assert.notDeepEqual(standing(under), earlier, note);
          continue;
        }
        assert.throws(
          () => swaps.change(action, slot, candidate),
          (error) => error instanceof PluginChangeError && error.code === code,
          note,
        );
        candidate?.dispose();
        assert.deepEqual(standing(under), earlier, note);
      }
  });

const misfits: readonly (readonly [string, PluginAction, string | null, string])[] = [
  ["nowhere", "shadow", "puppet-agent", "SANDPIT_PLUGIN_SLOT_UNKNOWN"],
  ["nowhere", "quarantine", null, "SANDPIT_PLUGIN_SLOT_UNKNOWN"],
  ["one", "shadow", null, NO_CANDIDATE],
  ["one", "replace", null, NO_CANDIDATE],
  ["one", "shadow", "puppet-feature", "SANDPIT_PLUGIN_KIND"],
  ["rule", "replace", "puppet-agent", "SANDPIT_PLUGIN_KIND"],
  ["feature", "shadow", "feature-renamed", "SANDPIT_PLUGIN_OUTPUTS"],
  ["feature", "replace", "feature-renamed", "SANDPIT_PLUGIN_OUTPUTS"],
  ["one", "shadow", "agent-deaf", "SANDPIT_PLUGIN_INPUTS"],
  ["one", "shadow", "agent-crossed", "SANDPIT_PLUGIN_INPUTS"],
  ["feature", "shadow", "feature-deaf", "SANDPIT_PLUGIN_INPUTS"],
  ["one", "shadow", "agent-lost", "SANDPIT_PLUGIN_FEATURE_UNKNOWN"],
  ["one", "replace", "agent-lost", "SANDPIT_PLUGIN_FEATURE_UNKNOWN"],
  ["one", "replace", "agent-greedy", "SANDPIT_PLUGIN_INPUTS"],
];
test("a candidate that does not fit its place is refused with its code, and nothing has changed", () => {
  const { under, swaps } = ready();
  for (const [slot, action, name, code] of misfits) {
    const candidate = name === null ? null : swaps.instance("one", name);
    const earlier = standing(under);
    assert.throws(
      () => swaps.change(action, slot, candidate),
      (error) => error instanceof PluginChangeError && error.code === code,
      `${action} of ${slot} with ${name ?? "nothing"}`,
    );
    assert.deepEqual(standing(under), earlier, code);
    candidate?.dispose();
  }
});

const firstRecords: readonly (readonly [string, number, RegExp])[] = [
  ["the instruments", InstrumentDefinition.templateId, /fails on its first records: unreachable/],
  ["its open orders", OrderEvent.templateId, /fails when it is told its open orders: unreachable/],
];
for (const [title, template, text] of firstRecords)
  test(`a candidate that fails on ${title} is given back and nothing has changed, with a shadow or without`, () => {
    for (const action of ["shadow", "replace"] as const) {
      const { under, swaps } = ready();
      under.act("one", [intent({ tag: 5 })]);
      const candidate = swaps.instance("one", "puppet-agent");
      const earlier = { ...(standing(under) as object), lent: under.built.pool.lentCount - 1 };
      order(candidate, { deed: Deed.UNREACHABLE, template });
      assert.throws(
        () => swaps.change(action, "one", candidate, true),
        (error) =>
          error instanceof PluginChangeError &&
          error.code === "SANDPIT_PLUGIN_FIRST_RECORDS" &&
          text.test(error.message),
      );
      assert.equal(candidate.state, "disposed");
      assert.deepEqual(standing(under), earlier);
      assert.equal(sends(under.act("one", [intent({ tag: 6 })])).length, 1);
    }
  });

test("a candidate that another slot holds is refused by the engine", () => {
  const { under, swaps } = ready();
  const earlier = standing(under);
  assert.throws(
    () => swaps.change("shadow", "one", under.slot("two").plugin),
    (error) => error instanceof EngineError && error.code === "SANDPIT_ENGINE_PLUGIN_IN_USE",
  );
  assert.deepEqual(standing(under), earlier);
});
