import { createHash } from "node:crypto";
import type { PluginKind } from "../../../../abi/host/index.ts";
import type {
  DeployRequest,
  ParametersRequest,
  PluginEvent,
  PluginOperations,
  PluginOutcome,
  PluginRefusalCode,
  PluginStage,
  SlotRequest,
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
  live: Module | null;
  newcomer: Module | null;
  previous: Module | null;
  stage: PluginStage;
}

/**
 * Plugin operations that keep books as a real host would: one operation on a slot at a time, modules read by the engine's own reader, kinds, stages
 * and parameter ranges checked. What takes time waits for `finish`.
 */
export class FakePluginOperations implements PluginOperations {
  readonly asked: (SlotRequest & { readonly operation: string })[] = [];
  /** Operations that have begun and wait to be finished; null: each finishes at once. */
  waiting: (() => void)[] | null = null;
  isEnding = false;
  private readonly slots = new Map<string, Slot>();
  private readonly busy = new Set<string>();
  private readonly listeners = new Set<(event: PluginEvent) => void>();

  constructor({ slots }: BuiltLane) {
    for (const { name, kind, plugin } of slots) {
      const live = plugin === null ? null : { manifest: plugin.manifest, sha256: plugin.verifiedSha256 };
      this.slots.set(name, { kind, live, newcomer: null, previous: null, stage: "live" });
    }
  }

  kindOf(slot: string): PluginKind | null {
    return this.slots.get(slot)?.kind ?? null;
  }

  deploy(request: DeployRequest): Promise<PluginOutcome> {
    const { slot: name, kind, module, parameters } = request;
    if (!this.slots.has(name))
      this.slots.set(name, { kind, live: null, newcomer: null, previous: null, stage: "candidate" });
    return this.guarded("deploy", request, (slot) => {
      const read = readOf(module);
      if (typeof read === "string") return refusal("SANDPIT_PLUGIN_NOT_ADMITTED", read);
      if (read.manifest.kind !== slot.kind)
        return refusal(
          "SANDPIT_PLUGIN_KIND",
          `the module is of kind ${read.manifest.kind}, the slot of ${slot.kind}`,
        );
      const wrong = wrongParameter(read.manifest, parameters);
      if (wrong !== null) return refusal("SANDPIT_PLUGIN_PARAMETERS", wrong);
      const isChanged = slot.live?.sha256 !== read.sha256;
      if (isChanged) {
        slot.newcomer = read;
        slot.stage = "candidate";
      }
      return changeOf(name, slot, read, isChanged);
    });
  }

  shadow(request: SlotRequest): Promise<PluginOutcome> {
    return this.guarded("shadow", request, (slot) => {
      if (slot.newcomer === null || slot.stage !== "candidate") return noState("nothing was deployed");
      slot.stage = "shadow";
      return changeOf(request.slot, slot, slot.newcomer, true);
    });
  }

  promote(request: SlotRequest): Promise<PluginOutcome> {
    return this.guarded("promote", request, (slot) => {
      if (slot.newcomer === null || slot.stage !== "shadow") return noState("no newcomer is in shadow");
      Object.assign(slot, {
        previous: slot.live,
        live: slot.newcomer,
        newcomer: null,
        stage: "probation",
      } satisfies Partial<Slot>);
      this.tell({ slot: request.slot, event: "promoted", text: "probation begins" });
      return changeOf(request.slot, slot, slot.live, true);
    });
  }

  rollback(request: SlotRequest): Promise<PluginOutcome> {
    return this.guarded("rollback", request, (slot) => {
      const back = slot.stage === "probation" ? slot.previous : slot.live;
      if (slot.stage === "live" || slot.stage === "quarantined" || back === null)
        return noState("there is nothing to go back to");
      Object.assign(slot, {
        live: back,
        newcomer: null,
        previous: null,
        stage: "live",
      } satisfies Partial<Slot>);
      return changeOf(request.slot, slot, slot.live, true);
    });
  }

  quarantine(request: SlotRequest): Promise<PluginOutcome> {
    return this.guarded("quarantine", request, (slot) => {
      const isChanged = slot.stage !== "quarantined";
      slot.stage = "quarantined";
      return changeOf(request.slot, slot, slot.live, isChanged);
    });
  }

  release(request: SlotRequest): Promise<PluginOutcome> {
    return this.guarded("release", request, (slot) => {
      if (slot.stage !== "quarantined") return noState("the plugin is not in quarantine");
      slot.stage = "live";
      return changeOf(request.slot, slot, slot.live, true);
    });
  }

  setParameters(request: ParametersRequest): Promise<PluginOutcome> {
    return this.guarded("setParameters", request, (slot) => {
      if (slot.live === null) return noState("the slot is empty");
      const wrong = wrongParameter(slot.live.manifest, request.parameters);
      if (wrong !== null) return refusal("SANDPIT_PLUGIN_PARAMETERS", wrong);
      return changeOf(request.slot, slot, slot.live, true);
    });
  }

  onEvent(listener: (event: PluginEvent) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Lets the oldest operation that waits go on. */
  finish(): void {
    this.waiting?.shift()?.();
  }

  tell(event: PluginEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private async guarded(
    operation: string,
    request: SlotRequest,
    act: (slot: Slot) => PluginOutcome,
  ): Promise<PluginOutcome> {
    this.asked.push({ operation, ...request });
    const { slot: name } = request;
    const slot = this.slots.get(name);
    if (this.isEnding) return refusal("SANDPIT_CONTROL_ENDING", "the host is stopping");
    if (slot === undefined) return refusal("SANDPIT_PLUGIN_UNKNOWN", `there is no slot ${name}`);
    if (this.busy.has(name)) return refusal("SANDPIT_PLUGIN_BUSY", `${name} is being changed`);
    this.busy.add(name);
    try {
      const { waiting } = this;
      if (waiting !== null) await new Promise<void>((resolve) => waiting.push(resolve));
      return act(slot);
    } finally {
      this.busy.delete(name);
    }
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

function changeOf(name: string, slot: Slot, module: Module | null, isChanged: boolean): PluginOutcome {
  if (module === null) return noState("the slot is empty");
  const { manifest, sha256 } = module;
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

function noState(text: string): PluginOutcome {
  return refusal("SANDPIT_PLUGIN_STATE", text);
}

function refusal(code: PluginRefusalCode, text: string): PluginOutcome {
  return { refusal: { code, text, remedy: "look at /v1/plugins, then ask for what can be done" } };
}
