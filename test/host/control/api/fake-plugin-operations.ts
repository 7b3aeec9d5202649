import { createHash } from "node:crypto";
import type { PluginKind } from "../../../../abi/host/index.ts";
import type {
  DeployRequest,
  ParametersRequest,
  PluginEvent,
  PluginOperations,
  PluginOutcome,
  PluginRefusal,
  PluginRefusalCode,
  PluginStage,
  SlotRequest,
  WaitingModule,
} from "../../../../host/control/api/index.ts";
import type { Manifest } from "../../../../host/engine/index.ts";
import { EngineError, inspectModule } from "../../../../host/engine/index.ts";
import type { BuiltLane } from "../../../../host/lane/index.ts";

interface Module {
  readonly manifest: Manifest;
  readonly sha256: string;
}

interface Slot {
  readonly kind: PluginKind;
  readonly name: string;
  live: Module;
  parameters: Readonly<Record<string, number>>;
  newcomer: (Module & { readonly parameters: Readonly<Record<string, number>> }) | null;
  previous: Module | null;
  stage: PluginStage;
}

/**
 * Plugin operations that keep books as a real host would: one operation on a slot at a time, modules read by the engine's own reader, names, kinds,
 * stages and parameter ranges checked. What takes time waits for `finish`. Held to the real desk by `plugin-operations-contract.ts`.
 */
export class FakePluginOperations implements PluginOperations {
  readonly asked: (SlotRequest & { readonly operation: string })[] = [];
  /** Deployments that have begun and wait to be finished; null: each finishes at once. */
  waiting: (() => void)[] | null = null;
  isEnding = false;
  private readonly slots = new Map<string, Slot>();
  private readonly busy = new Set<string>();
  private readonly listeners = new Set<(event: PluginEvent) => void>();

  constructor({ slots }: BuiltLane) {
    for (const { name, kind, plugin } of slots) {
      if (plugin === null) continue;
      const { manifest, verifiedSha256: sha256 } = plugin;
      const values = manifest.parameters.map((known, index) => [known.name, plugin.parameters[index] ?? 0]);
      this.slots.set(name, {
        kind,
        name: manifest.name,
        live: { manifest, sha256 },
        parameters: Object.fromEntries(values) as Record<string, number>,
        newcomer: null,
        previous: null,
        stage: "live",
      });
    }
  }

  kindOf(slot: string): PluginKind | null {
    return this.slots.get(slot)?.kind ?? null;
  }

  waitingOf(slot: string): WaitingModule | null {
    const { newcomer = null, stage = "live" } = this.slots.get(slot) ?? {};
    if (newcomer === null || stage === "shadow") return null;
    const { name: plugin, version } = newcomer.manifest;
    return { plugin, version, sha256: newcomer.sha256, trust: "unsigned" };
  }

  async deploy(request: DeployRequest): Promise<PluginOutcome> {
    const slot = this.entered("deploy", request);
    if ("code" in slot) return { refusal: slot };
    const { slot: name, kind } = request;
    if (slot.newcomer !== null || slot.stage === "probation") return inTheWay(name, slot);
    if (kind !== slot.kind) return refusal("SANDPIT_PLUGIN_KIND", `${name} takes ${slot.kind} plugins`);
    this.busy.add(name);
    try {
      const { waiting } = this;
      if (waiting !== null) await new Promise<void>((resolve) => waiting.push(resolve));
      if (this.isEnding) return refusal("SANDPIT_CONTROL_ENDING", "the host is stopping");
      return this.settled("deployed", name, this.admitted(slot, request));
    } finally {
      this.busy.delete(name);
    }
  }

  private admitted(slot: Slot, { slot: name, module, parameters }: DeployRequest): PluginOutcome {
    const read = readOf(module);
    if (typeof read === "string") return refusal("SANDPIT_PLUGIN_NOT_ADMITTED", read);
    if (read.manifest.name !== slot.name)
      return refusal("SANDPIT_PLUGIN_NOT_ADMITTED", `the module is the plugin ${read.manifest.name}`);
    if (read.manifest.kind !== slot.kind)
      return refusal("SANDPIT_PLUGIN_KIND", `${name} takes ${slot.kind} plugins`);
    const isSame = slot.live.sha256 === read.sha256 && isWithin(parameters, slot.parameters);
    if (slot.stage === "live" && isSame) return changeOf(name, slot, read, false);
    const wrong = wrongParameter(read.manifest, parameters);
    if (wrong !== null) return refusal("SANDPIT_PLUGIN_PARAMETERS", wrong);
    slot.newcomer = { ...read, parameters };
    if (slot.stage === "live") slot.stage = "candidate";
    return changeOf(name, slot, read, true);
  }

  shadow(request: SlotRequest): Promise<PluginOutcome> {
    return this.guarded("shadow", "shadowed", request, (slot) => {
      if (slot.newcomer === null || slot.stage !== "candidate") return inTheWay(request.slot, slot);
      slot.stage = "shadow";
      return changeOf(request.slot, slot, slot.newcomer, true);
    });
  }

  promote(request: SlotRequest): Promise<PluginOutcome> {
    return this.guarded("promote", "promoted", request, (slot) => {
      const { newcomer, live, stage, parameters } = slot;
      if (newcomer === null) return inTheWay(request.slot, slot);
      Object.assign(slot, {
        previous: live,
        live: newcomer,
        parameters: { ...parameters, ...newcomer.parameters },
        newcomer: null,
        stage: stage === "shadow" ? "probation" : "live",
      } satisfies Partial<Slot>);
      return changeOf(request.slot, slot, slot.live, true);
    });
  }

  rollback(request: SlotRequest): Promise<PluginOutcome> {
    return this.guarded("rollback", "rolled-back", request, (slot) => {
      const { stage, newcomer, live, previous } = slot;
      if (stage !== "probation" && newcomer === null) return inTheWay(request.slot, slot);
      Object.assign(slot, {
        live: stage === "probation" ? (previous ?? live) : live,
        newcomer: null,
        previous: null,
        stage: stage === "quarantined" ? stage : "live",
      } satisfies Partial<Slot>);
      return changeOf(request.slot, slot, slot.live, true);
    });
  }

  drop(request: SlotRequest): Promise<PluginOutcome> {
    return this.guarded("drop", "dropped", request, (slot) => {
      if (slot.newcomer === null) return inTheWay(request.slot, slot);
      slot.newcomer = null;
      if (slot.stage !== "quarantined") slot.stage = "live";
      return changeOf(request.slot, slot, slot.live, true);
    });
  }

  quarantine(request: SlotRequest): Promise<PluginOutcome> {
    const isStop = true;
    return this.guarded(
      "quarantine",
      "quarantined",
      request,
      (slot) => {
        const isChanged = slot.stage !== "quarantined";
        if (isChanged) Object.assign(slot, { stage: "quarantined", newcomer: null, previous: null });
        return changeOf(request.slot, slot, slot.live, isChanged);
      },
      isStop,
    );
  }

  release(request: SlotRequest): Promise<PluginOutcome> {
    return this.guarded("release", "released", request, (slot) => {
      if (slot.stage !== "quarantined") return noState("only what is stopped can be released");
      slot.stage = slot.newcomer === null ? "live" : "candidate";
      return changeOf(request.slot, slot, slot.live, true);
    });
  }

  setParameters(request: ParametersRequest): Promise<PluginOutcome> {
    return this.guarded("setParameters", "parameters-set", request, (slot) => {
      if (slot.stage !== "live") return inTheWay(request.slot, slot);
      if (isWithin(request.parameters, slot.parameters))
        return changeOf(request.slot, slot, slot.live, false);
      const wrong = wrongParameter(slot.live.manifest, request.parameters);
      if (wrong !== null) return refusal("SANDPIT_PLUGIN_PARAMETERS", wrong);
      slot.parameters = { ...slot.parameters, ...request.parameters };
      slot.previous = slot.live;
      slot.stage = "probation";
      return changeOf(request.slot, slot, slot.live, true);
    });
  }

  onEvent(listener: (event: PluginEvent) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Lets the oldest deployment that waits go on. */
  finish(): void {
    this.waiting?.shift()?.();
  }

  tell(event: PluginEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private guarded(
    operation: string,
    event: string,
    request: SlotRequest,
    act: (slot: Slot) => PluginOutcome,
    isStop = false,
  ): Promise<PluginOutcome> {
    const slot = this.entered(operation, request, isStop);
    if ("code" in slot) return Promise.resolve({ refusal: slot });
    return Promise.resolve(this.settled(event, request.slot, act(slot)));
  }

  private settled(event: string, slot: string, outcome: PluginOutcome): PluginOutcome {
    if ("change" in outcome && outcome.change.isChanged) this.tell({ slot, event, text: "as asked" });
    return outcome;
  }

  private entered(operation: string, request: SlotRequest, isStop = false): Slot | PluginRefusal {
    this.asked.push({ operation, ...request });
    const { slot: name } = request;
    const slot = this.slots.get(name);
    if (this.isEnding) return refusalOf("SANDPIT_CONTROL_ENDING", "the host is stopping");
    if (slot === undefined) return refusalOf("SANDPIT_PLUGIN_UNKNOWN", `there is no slot ${name}`);
    if (this.busy.has(name) && !isStop) return refusalOf("SANDPIT_PLUGIN_BUSY", `${name} is being changed`);
    return slot;
  }
}

function readOf(bytes: Uint8Array): Module | string {
  try {
    const { manifest } = inspectModule(bytes);
    if (manifest === null) return "the module has no manifest";
    return { manifest, sha256: createHash("sha256").update(bytes).digest("hex") };
  } catch (error) {
    if (error instanceof EngineError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

function wrongParameter(manifest: Manifest, values: Readonly<Record<string, number>>): string | null {
  for (const [name, value] of Object.entries(values)) {
    const known = manifest.parameters.find((parameter) => parameter.name === name);
    if (known === undefined) return `${manifest.name} has no parameter ${name}`;
    if (!(value >= known.min && value <= known.max)) return `${name} is ${value}`;
  }
  return null;
}

function isWithin(some: Readonly<Record<string, number>>, all: Readonly<Record<string, number>>): boolean {
  return Object.entries(some).every(([name, value]) => all[name] === value);
}

function changeOf(name: string, slot: Slot, { manifest, sha256 }: Module, isChanged: boolean): PluginOutcome {
  return {
    change: {
      slot: name,
      stage: slot.stage,
      plugin: manifest.name,
      version: manifest.version,
      sha256,
      isChanged,
    },
  };
}

function inTheWay(name: string, { stage, newcomer }: Slot): PluginOutcome {
  return stage === "shadow" || stage === "probation" || newcomer !== null
    ? refusal("SANDPIT_PLUGIN_BUSY", `${name} is in ${stage}`)
    : noState(`${name} is ${stage}`);
}

function noState(text: string): PluginOutcome {
  return refusal("SANDPIT_PLUGIN_STATE", text);
}

function refusal(code: PluginRefusalCode, text: string): PluginOutcome {
  return { refusal: refusalOf(code, text) };
}

function refusalOf(code: PluginRefusalCode, text: string): PluginRefusal {
  return { code, text, remedy: "look at /v1/plugins, then ask for what can be done" };
}
