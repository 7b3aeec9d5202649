import { openHostJournal } from "../../host/control/open-host-journal.ts";
import type { SessionView } from "../../host/control/session-view.ts";
import type { ParameterValues, PluginModule } from "../../host/engine/index.ts";
import { loadModule } from "../../host/engine/index.ts";
import type { JournalWriter } from "../../host/journal/index.ts";
import type { BuiltLane, PluginAction } from "../../host/lane/index.ts";
import { stateDigest } from "../../host/lane/index.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { SeededRandom, VirtualClock } from "../../host/platform/index.ts";
import { compilePlugin } from "../host/engine/sample-module.ts";
import { bundledModules } from "./bundled-modules.ts";
import { changeOf } from "./plugin-swaps.ts";
import { shortSession } from "./short-session.ts";

export const swappedIdentity = { account: "simulated", environment: "development" };
const disk = new NodeDisk();

/** A change, before the step of this number. */
export interface PlannedChange {
  readonly step: number;
  readonly action: PluginAction;
  readonly slot: string;
  /** A bundled module, or one of `madeModules`. */
  readonly module?: string;
  readonly parameters?: ParameterValues;
  readonly isFresh?: boolean;
}

/** A swap of every kind, with other numbers, other code, a rollback by hand, one by itself, a quarantine, and what follows it. */
export const everyChange: readonly PlannedChange[] = [
  { step: 40, action: "shadow", slot: "microprice", module: "microprice" },
  { step: 60, action: "promote", slot: "microprice" },
  { step: 62, action: "shadow", slot: "binance", module: "binance-rebuilt" },
  { step: 80, action: "settle", slot: "microprice" },
  { step: 90, action: "promote", slot: "binance" },
  { step: 100, action: "shadow", slot: "order-flow-imbalance", module: "failing", isFresh: true },
  { step: 101, action: "promote", slot: "order-flow-imbalance" },
  { step: 110, action: "settle", slot: "binance" },
  {
    step: 120,
    action: "shadow",
    slot: "market-maker",
    module: "market-maker",
    parameters: { quantity: 1_200_000 },
  },
  { step: 130, action: "shadow", slot: "order-rate", module: "order-rate-rebuilt" },
  { step: 131, action: "promote", slot: "order-rate" },
  { step: 180, action: "promote", slot: "market-maker" },
  { step: 260, action: "rollback", slot: "market-maker" },
  { step: 300, action: "replace", slot: "hedge", module: "hedge", parameters: { learningRate: 0.3 } },
  { step: 340, action: "quarantine", slot: "momentum" },
  { step: 380, action: "replace", slot: "momentum", module: "momentum", parameters: { entryScore: 0.2 } },
  { step: 400, action: "shadow", slot: "market-maker", module: "market-maker", isFresh: true },
  { step: 420, action: "settle", slot: "market-maker" },
];

const FAILING_CALLS = 60;

/** The bundled modules; a codec and a rule of other bytes, the latter of which takes its state over by snapshot; and a feature that fails at its 60th record. */
export async function madeModules(): Promise<ReadonlyMap<string, PluginModule>> {
  const bundled = await bundledModules();
  const modules = new Map([...bundled].map(([name, bytes]) => [name, loadModule(bytes)] as const));
  for (const name of ["binance", "order-rate"]) {
    const other = Buffer.from(bundled.get(name) ?? []);
    other.write('"version":"1.0.1"', other.indexOf('"version":"1.0.0"'));
    modules.set(`${name}-rebuilt`, loadModule(other));
  }
  const source = `let calls: i32 = 0;
export function handle(template: i32, length: i32): i32 {
  calls += 1;
  store<i32>(70000, load<i32>(4096) + calls);
  if (calls == ${FAILING_CALLS}) unreachable();
  return 0;
}`;
  const manifest = {
    name: "failing",
    kind: "feature",
    reads: ["Quote"],
    writes: ["FeatureUpdate"],
    outputs: ["orderFlowImbalance"],
  };
  modules.set("failing", loadModule(await compilePlugin(source, manifest)));
  return modules;
}

/** Makes the planned changes of a session as its steps come up. */
export function changesAt(
  modules: ReadonlyMap<string, PluginModule>,
  plan: readonly PlannedChange[],
): (view: SessionView) => void {
  let step = 0;
  const due = [...plan];
  return ({ session }) => {
    step += 1;
    for (let next = due[0]; next !== undefined && next.step <= step; next = due[0]) {
      due.shift();
      const module = next.module === undefined ? undefined : modules.get(next.module);
      const source = module === undefined ? null : { module, parameters: next.parameters ?? {} };
      session.changePlugin(changeOf(next.action, next.slot, next.isFresh ?? false), source);
    }
  };
}

/** Runs a session with changes on a journal in a directory; `wrap` may change what is journalled, as a forger would. */
export async function swappedSession(
  directory: string,
  plan: readonly PlannedChange[],
  wrap: (writer: JournalWriter) => JournalWriter = (writer) => writer,
  seconds = 3,
): Promise<{ readonly built: BuiltLane; readonly stateHash: string; readonly orderHash: string }> {
  const options = {
    directory,
    identity: swappedIdentity,
    durability: "process" as const,
    isSyncedInBackground: false,
  };
  const ports = { clock: new VirtualClock(1_704_067_200_000), random: new SeededRandom(1) };
  const journal = await openHostJournal(disk, options, ports);
  const changes = changesAt(await madeModules(), plan);
  const { built, session } = await shortSession(seconds, wrap(journal.writer), changes);
  await journal.release();
  return {
    built,
    stateHash: Buffer.from(stateDigest(built)).toString("hex"),
    orderHash: session.orderHash(),
  };
}
