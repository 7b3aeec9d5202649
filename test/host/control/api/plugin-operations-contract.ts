import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PluginKind } from "../../../../abi/host/index.ts";
import type {
  PluginEvent,
  PluginOperations,
  PluginOutcome,
  SlotRequest,
} from "../../../../host/control/api/index.ts";
import { askOf, otherKind, puppetOf, stageOf, tuned } from "../plugins/desk-under-test.ts";

/** Plugin operations over the lane of puppets, whose agent in the slot `one` can be tuned. */
export interface OperationsUnderTest {
  readonly operations: PluginOperations;
  /** From now on deployments wait until `release`. */
  readonly hold: () => void;
  /** Lets the oldest deployment that waits go on. */
  readonly release: () => void;
  /** The host stops. */
  readonly end: () => void;
}

type Step = "shadow" | "drop" | "promote" | "rollback" | "quarantine" | "release";
const steps: readonly Step[] = ["shadow", "drop", "promote", "rollback", "quarantine", "release"];

/** How to bring the slot where a refusal is to be seen. */
const ways: Readonly<Record<string, readonly (Step | "deploy")[]>> = {
  live: [],
  candidate: ["deploy"],
  shadow: ["deploy", "shadow"],
  probation: ["deploy", "shadow", "promote"],
  quarantined: ["quarantine"],
  "quarantined, with a candidate": ["quarantine", "deploy"],
};

/** Where each operation leads from each stage; a code where it is refused. The module in the slot is 1.0.0, the newcomer 1.0.1. */
const moves: Readonly<Record<string, Readonly<Record<Step | "deploy" | "set", string>>>> = {
  live: {
    deploy: "candidate 1.0.1",
    shadow: "SANDPIT_PLUGIN_STATE",
    drop: "SANDPIT_PLUGIN_STATE",
    promote: "SANDPIT_PLUGIN_STATE",
    rollback: "SANDPIT_PLUGIN_STATE",
    quarantine: "quarantined 1.0.0",
    release: "SANDPIT_PLUGIN_STATE",
    set: "probation 1.0.0",
  },
  candidate: {
    deploy: "SANDPIT_PLUGIN_BUSY",
    shadow: "shadow 1.0.1",
    drop: "live 1.0.0",
    promote: "live 1.0.1",
    rollback: "live 1.0.0",
    quarantine: "quarantined 1.0.0",
    release: "SANDPIT_PLUGIN_STATE",
    set: "SANDPIT_PLUGIN_BUSY",
  },
  shadow: {
    deploy: "SANDPIT_PLUGIN_BUSY",
    shadow: "SANDPIT_PLUGIN_BUSY",
    drop: "live 1.0.0",
    promote: "probation 1.0.1",
    rollback: "live 1.0.0",
    quarantine: "quarantined 1.0.0",
    release: "SANDPIT_PLUGIN_STATE",
    set: "SANDPIT_PLUGIN_BUSY",
  },
  probation: {
    deploy: "SANDPIT_PLUGIN_BUSY",
    shadow: "SANDPIT_PLUGIN_BUSY",
    drop: "SANDPIT_PLUGIN_BUSY",
    promote: "SANDPIT_PLUGIN_BUSY",
    rollback: "live 1.0.0",
    quarantine: "quarantined 1.0.1",
    release: "SANDPIT_PLUGIN_STATE",
    set: "SANDPIT_PLUGIN_BUSY",
  },
  quarantined: {
    deploy: "quarantined 1.0.1",
    shadow: "SANDPIT_PLUGIN_STATE",
    drop: "SANDPIT_PLUGIN_STATE",
    promote: "SANDPIT_PLUGIN_STATE",
    rollback: "SANDPIT_PLUGIN_STATE",
    quarantine: "quarantined 1.0.0, as it was",
    release: "live 1.0.0",
    set: "SANDPIT_PLUGIN_STATE",
  },
  "quarantined, with a candidate": {
    deploy: "SANDPIT_PLUGIN_BUSY",
    shadow: "SANDPIT_PLUGIN_BUSY",
    drop: "quarantined 1.0.0",
    promote: "live 1.0.1",
    rollback: "quarantined 1.0.0",
    quarantine: "quarantined 1.0.0, as it was",
    release: "candidate 1.0.0",
    set: "SANDPIT_PLUGIN_BUSY",
  },
};

/** What every implementation of PluginOperations does: the one of a host, and the one that the API's tests talk to. */
export function testPluginOperations(name: string, make: () => Promise<OperationsUnderTest>): void {
  describe(`plugin operations of ${name}`, () => {
    testMoves(make);
    testWaiting(make);
    testModules(make);
    testOrder(make);
  });
}

async function deploy(
  operations: PluginOperations,
  module?: Uint8Array,
  more: { readonly slot?: string; readonly kind?: PluginKind; readonly parameters?: object } = {},
): Promise<PluginOutcome> {
  const { slot = "one", kind = "agent", parameters = {} } = more;
  const bytes = module ?? (await tuned("1.0.1"));
  return operations.deploy({ ...askOf(slot), kind, module: bytes, parameters: { ...parameters } });
}

function take(operations: PluginOperations, step: Step | "deploy" | "set"): Promise<PluginOutcome> {
  if (step === "deploy") return deploy(operations);
  if (step === "set") return operations.setParameters({ ...askOf("one"), parameters: { size: 3 } });
  return operations[step](askOf("one"));
}

function testMoves(make: () => Promise<OperationsUnderTest>): void {
  for (const [stage, way] of Object.entries(ways))
    test(`from ${stage} each operation leads where the diagram says, or is refused with its code`, async () => {
      for (const [step, end] of Object.entries(moves[stage] ?? {})) {
        const { operations } = await make();
        const told: PluginEvent[] = [];
        for (const before of way) assert.ok("change" in (await take(operations, before)), before);
        operations.onEvent((event) => told.push(event));
        const outcome = await take(operations, step as Step | "deploy" | "set");
        assert.equal(stageOf(outcome), end, step);
        const isTold = "change" in outcome && outcome.change.isChanged;
        assert.deepEqual(
          told.map(({ slot }) => slot),
          isTold ? ["one"] : [],
          `${step} is told when it has changed something`,
        );
        if ("refusal" in outcome) assert.ok(outcome.refusal.text !== "" && outcome.refusal.remedy !== "");
      }
    });
}

function testWaiting(make: () => Promise<OperationsUnderTest>): void {
  test("what was deployed and is shown nothing yet is known, until it is shown something or gone", async () => {
    const { operations } = await make();
    assert.deepEqual([operations.waitingOf("one"), operations.waitingOf("none")], [null, null]);
    for (const [step, isWaiting] of [
      ["deploy", true],
      ["shadow", false],
      ["drop", false],
      ["deploy", true],
      ["drop", false],
      ["quarantine", false],
      ["deploy", true],
      ["promote", false],
    ] as const) {
      assert.ok("change" in (await take(operations, step)), step);
      const waiting = operations.waitingOf("one");
      assert.equal(waiting?.version ?? null, isWaiting ? "1.0.1" : null, step);
      if (waiting !== null) assert.match(`${waiting.sha256} ${waiting.trust}`, /^[0-9a-f]{64} unsigned$/);
    }
  });
}

function testModules(make: () => Promise<OperationsUnderTest>): void {
  test("a module that is none, another plugin, of another kind, or with wrong parameters is refused, and nothing changes", async () => {
    const { operations } = await make();
    const good = await tuned("1.0.1");
    for (const [module, more, code] of [
      [Uint8Array.of(0, 1, 2), {}, "SANDPIT_PLUGIN_NOT_ADMITTED"],
      [await puppetOf("agent"), {}, "SANDPIT_PLUGIN_NOT_ADMITTED"],
      [await otherKind(), {}, "SANDPIT_PLUGIN_KIND"],
      [good, { kind: "feature" }, "SANDPIT_PLUGIN_KIND"],
      [good, { parameters: { size: 11 } }, "SANDPIT_PLUGIN_PARAMETERS"],
      [good, { parameters: { sise: 1 } }, "SANDPIT_PLUGIN_PARAMETERS"],
      [good, { slot: "three" }, "SANDPIT_PLUGIN_UNKNOWN"],
    ] as const)
      assert.equal(stageOf(await deploy(operations, module, more)), code);
    assert.equal(stageOf(await operations.shadow(askOf("one"))), "SANDPIT_PLUGIN_STATE");
  });

  test("[H8] the same module again changes nothing, the same with another parameter does", async () => {
    const { operations } = await make();
    const same = await tuned();
    assert.equal(stageOf(await deploy(operations, same)), "live 1.0.0, as it was");
    assert.equal(
      stageOf(await deploy(operations, same, { parameters: { size: 2 } })),
      "live 1.0.0, as it was",
    );
    assert.equal(stageOf(await deploy(operations, same, { parameters: { size: 3 } })), "candidate 1.0.0");
  });

  test("parameters that are so already change nothing, those out of range are refused, and a rollback brings them back", async () => {
    const { operations } = await make();
    const set = async (parameters: Readonly<Record<string, number>>): Promise<string> =>
      stageOf(await operations.setParameters({ ...askOf("one"), parameters }));
    assert.equal(await set({ size: 2, edge: 1 }), "live 1.0.0, as it was");
    assert.equal(await set({ size: -1 }), "SANDPIT_PLUGIN_PARAMETERS");
    assert.equal(await set({ none: 1 }), "SANDPIT_PLUGIN_PARAMETERS");
    assert.equal(await set({ edge: 4 }), "probation 1.0.0");
    assert.equal(stageOf(await operations.rollback(askOf("one"))), "live 1.0.0");
  });
}

function testOrder(make: () => Promise<OperationsUnderTest>): void {
  test("[H8] of two deployments at once one wins, the other is told so; a stop is heard, and another slot is free", async () => {
    const { operations, hold, release } = await make();
    hold();
    const first = deploy(operations);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(stageOf(await deploy(operations)), "SANDPIT_PLUGIN_BUSY");
    for (const step of ["shadow", "promote", "rollback", "release", "set"] as const)
      assert.equal(stageOf(await take(operations, step)), "SANDPIT_PLUGIN_BUSY", step);
    assert.equal(stageOf(await operations.quarantine(askOf("two"))), "quarantined 1.0.0");
    assert.equal(stageOf(await take(operations, "quarantine")), "quarantined 1.0.0");
    release();
    assert.equal(stageOf(await first), "quarantined 1.0.1", "admitted, and waits");
    assert.equal(stageOf(await take(operations, "promote")), "live 1.0.1");
  });

  test("an unknown slot is refused by every operation, and its kind is unknown", async () => {
    const { operations } = await make();
    const unknown: SlotRequest = askOf("three");
    for (const step of steps)
      assert.equal(stageOf(await operations[step](unknown)), "SANDPIT_PLUGIN_UNKNOWN");
    const set = await operations.setParameters({ ...unknown, parameters: {} });
    assert.equal(stageOf(set), "SANDPIT_PLUGIN_UNKNOWN");
    assert.deepEqual([operations.kindOf("three"), operations.kindOf("one")], [null, "agent"]);
  });

  test("a host that stops refuses every operation, also one that was under way", async () => {
    const { operations, hold, release, end } = await make();
    hold();
    const first = deploy(operations);
    await new Promise((resolve) => setImmediate(resolve));
    end();
    release();
    assert.equal(stageOf(await first), "SANDPIT_CONTROL_ENDING");
    for (const step of [...steps, "deploy", "set"] as const)
      assert.equal(stageOf(await take(operations, step)), "SANDPIT_CONTROL_ENDING", step);
  });
}
