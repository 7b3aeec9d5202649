import { createHash } from "node:crypto";
import type { PluginKind } from "../../../../abi/host/index.ts";
import type { PluginEvent, PluginOutcome, SlotRequest } from "../../../../host/control/api/index.ts";
import { PluginDesk } from "../../../../host/control/plugins/index.ts";
import { TradingSession } from "../../../../host/control/trading-session.ts";
import type { AdmissionReport, EngineError, VerifiedModule } from "../../../../host/engine/index.ts";
import { admit } from "../../../../host/engine/index.ts";
import { VirtualClock, VirtualTimers } from "../../../../host/platform/index.ts";
import { JobThreads } from "../../../../host/platform/threads/index.ts";
import { LaneUnderTest, puppetConfiguration, SECOND_NS } from "../../../support/lane-under-test.ts";
import {
  buildTestPlugin,
  order,
  puppetModules,
  puppetNames,
  puppetVariant,
} from "../../../support/puppet-plugins.ts";
import { Deed } from "../../../support/puppet-source.ts";
import { SimDisk } from "../../../support/sim-disk.ts";

/** 2026-11-22T08:00:00Z. */
const NOW_MS = 1_795_334_400_000;
const TRUST = {
  environment: "development",
  account: null,
  instruments: null,
  nowMs: NOW_MS,
  keyring: null,
  floorDirectory: null,
} as const;

/** The agent in the slot `one`, which can be tuned. */
export const TUNED = "puppet-tuned";
const parameters = ["size", "edge"].map((name) => ({
  name,
  type: "f64",
  default: 1,
  min: 0,
  max: 10,
  description: "for the tests",
}));

let puppets: ReadonlyMap<string, Uint8Array> | null = null;

/** The puppets, and the one that can be tuned. */
async function modulesOf(): Promise<ReadonlyMap<string, Uint8Array>> {
  puppets ??= new Map([...(await puppetModules()), [TUNED, await tuned()]]);
  return puppets;
}

/** The tunable agent in a version, with other members of its manifest where they are given. */
export async function tuned(
  version = "1.0.0",
  more: Readonly<Record<string, unknown>> = {},
): Promise<Uint8Array> {
  return puppetVariant("agent", TUNED, { parameters, version, ...more });
}

/** A module of another kind under the tunable agent's name. */
export async function otherKind(): Promise<Uint8Array> {
  return puppetVariant("feature", TUNED);
}

/** One that allocates with each event and gives nothing back. */
export function leaking(): Promise<Uint8Array> {
  const source = `import { Agent, FeatureVector, registerAgent } from "abi/assembly";
class Leaking extends Agent {
  onFeatures(vector: FeatureVector): void {
    const kept = new StaticArray<u8>(400);
    kept[0] = 1;
  }
}
registerAgent(new Leaking());
`;
  const manifest = {
    name: TUNED,
    kind: "agent",
    version: "1.0.9",
    abi: 1,
    description: "leaks",
    reads: ["FeatureVector"],
    writes: ["Signal"],
    features: ["first", "second"],
    limits: { gasBase: 20_000, gasPerByte: 16, initGas: 1_000_000, callDepth: 32, pages: 4, outputs: 4 },
  };
  return buildTestPlugin(TUNED, manifest, source);
}

export const puppetOf = async (kind: PluginKind): Promise<Uint8Array> =>
  (await modulesOf()).get(puppetNames[kind]) ?? new Uint8Array(0);

const jobs = new JobThreads();
/** What became of each module: it would become of it again. */
const admitted = new Map<string, AdmissionReport>();

/** A desk over a lane of puppets, in virtual time. Modules go through the real admission, on threads of its own. */
export class DeskUnderTest {
  readonly clock: VirtualClock = new VirtualClock(NOW_MS);
  readonly timers: VirtualTimers = new VirtualTimers(this.clock);
  readonly under: LaneUnderTest;
  readonly desk: PluginDesk;
  readonly events: PluginEvent[] = [];
  readonly established: VerifiedModule[] = [];
  /** Admissions that wait for `admitNext`; null: none waits. */
  waiting: (() => void)[] | null = null;
  /** What a keyring or a floor that cannot be used throws. */
  admitError: Error | null = null;
  floorError: EngineError | null = null;

  private constructor(modules: ReadonlyMap<string, Uint8Array>) {
    const { agents } = puppetConfiguration();
    const [first, ...others] = agents;
    if (first === undefined) throw new Error("there is no agent");
    const one = { ...first, plugin: TUNED, parameters: { size: 2 } };
    this.under = LaneUnderTest.ready(modules, { agents: [one, ...others] });
    const { built, journal } = this.under;
    const session = new TradingSession({
      built,
      clock: this.clock,
      stopwatch: this.clock,
      timers: this.timers,
      onNotice: () => undefined,
    });
    this.desk = new PluginDesk({
      view: { built, session, journal },
      timers: this.timers,
      clock: this.clock,
      admit: (bytes, name) => this.admit(bytes, name),
      onEstablished: (module) => {
        if (this.floorError !== null) throw this.floorError;
        this.established.push(module);
      },
    });
    this.desk.onEvent((event) => this.events.push(event));
    this.desk.start();
  }

  static async start(): Promise<DeskUnderTest> {
    return new DeskUnderTest(await modulesOf());
  }

  deploy(
    module: Uint8Array,
    more: {
      readonly slot?: string;
      readonly kind?: PluginKind;
      readonly parameters?: object;
      readonly isFresh?: boolean;
    } = {},
  ): Promise<PluginOutcome> {
    const { slot = "one", kind = "agent", parameters: values = {}, isFresh = false } = more;
    return this.desk.deploy({ ...askOf(slot), kind, module, parameters: { ...values }, isFresh });
  }

  /** Shadows and promotes what was deployed. */
  async promote(slot = "one"): Promise<void> {
    stageOf(await this.desk.shadow(askOf(slot)));
    stageOf(await this.desk.promote(askOf(slot)));
  }

  /** Lets time pass, and the desk look. */
  pass(seconds: number): void {
    this.timers.advance(this.clock.nowNs + seconds * SECOND_NS);
  }

  /** The plugin of a slot traps on its next event; the desk is told at its next look. */
  trap(slot = "one"): void {
    order(this.under.slot(slot), { deed: Deed.UNREACHABLE });
    this.quote();
  }

  /** An event for every slot. */
  quote(): void {
    this.under.at(this.clock.nowNs);
    this.under.quote();
  }

  /** The same for what runs beside it. */
  trapBeside(slot = "one"): void {
    const run = this.under.slot(slot).shadow;
    if (run === null) throw new Error(`nothing runs beside ${slot}`);
    order(run.slot, { deed: Deed.UNREACHABLE });
    this.quote();
  }

  versionIn(slot = "one"): string {
    const { state, plugin } = this.under.slot(slot);
    return `${state} ${plugin?.manifest.version ?? "nothing"}`;
  }

  /** What was told since this was asked last. */
  told(): string[] {
    return this.events.splice(0).map(({ slot, event }) => `${slot} ${event}`);
  }

  /** Lets the oldest admission go on, and returns when its answer is there. */
  admitNext(): void {
    this.waiting?.shift()?.();
  }

  private async admit(bytes: Uint8Array, name: string): Promise<AdmissionReport> {
    if (this.admitError !== null) throw this.admitError;
    const { waiting } = this;
    if (waiting !== null) await new Promise<void>((resolve) => waiting.push(resolve));
    const key = `${name} ${createHash("sha256").update(bytes).digest("hex")}`;
    const report =
      admitted.get(key) ??
      (await admit({ bytes, name, trust: TRUST }, { jobs, clock: this.clock, disk: new SimDisk() }));
    admitted.set(key, report);
    return report;
  }
}

export function askOf(slot: string, reason = "a test"): SlotRequest {
  return { actor: { name: "ann", role: "operator" }, slot, reason };
}

/** Where an outcome says that the slot stands; a refusal's code. */
export function stageOf(outcome: PluginOutcome): string {
  if ("refusal" in outcome) return outcome.refusal.code;
  const { stage, version, isChanged } = outcome.change;
  return `${stage} ${version}${isChanged ? "" : ", as it was"}`;
}

/** A refusal's text. */
export function textOf(outcome: PluginOutcome): string {
  return "refusal" in outcome ? `${outcome.refusal.text}; ${outcome.refusal.remedy}` : "no refusal";
}
