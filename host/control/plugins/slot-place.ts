import type { LoadedPlugin, ParameterValues, PluginSlot, VerifiedModule } from "../../engine/index.ts";
import { ShadowRole } from "../../engine/index.ts";
import type { PluginStage } from "../api/plugin-operations.ts";
import type { CandidateSource } from "../plugin-input.ts";
import { RestartPolicy } from "./restart-policy.ts";

/** A module that was admitted, and as what it was judged. */
export interface Candidate {
  readonly source: CandidateSource;
  readonly verified: VerifiedModule;
  /** It begins with nothing, whatever the plugin in place knows. */
  readonly isFresh: boolean;
  /** Made when it was deployed, so that no change has to wait for it; null once it is in use. */
  instance: LoadedPlugin | null;
}

/** What the desk knows of one slot beside what the slot itself says. */
export class SlotPlace {
  readonly slot: PluginSlot;
  readonly restarts: RestartPolicy = new RestartPolicy();
  /** Where the module in the slot comes from: to begin it again, or with other parameters. */
  source: CandidateSource;
  /** Admitted, and not yet shown anything, or in its shadow. */
  candidate: Candidate | null = null;
  /** The module of `source` while no version floor knows it; null for one that has proved itself, or that the host began with. */
  unproven: VerifiedModule | null = null;
  /** What `source` was before the promotion, while the probation lasts. */
  previous: CandidateSource | null = null;
  /** A module for the slot is being admitted. */
  isBusy = false;
  /** A person stopped the plugin, or its circuit is open: it does not begin again by itself. */
  isQuarantined = false;
  /** Raised with each promotion: a probation's end that comes after another change means nothing. */
  probation = 0;
  /** Of the slot, as they were when they were looked at last. */
  seenRollbacks = 0;
  isFaultSeen = false;
  isShadowFaultSeen = false;

  constructor(slot: PluginSlot, source: CandidateSource) {
    this.slot = slot;
    this.source = source;
  }

  /** The candidate's instance, for a change that takes it, or gives it back where it is refused. */
  takeInstance(): LoadedPlugin | null {
    const instance = this.candidate?.instance ?? null;
    if (this.candidate !== null) this.candidate.instance = null;
    return instance;
  }

  /** No candidate waits any more: it was dropped, or is in place. */
  clearCandidate(): void {
    this.takeInstance()?.dispose();
    this.candidate = null;
  }

  get stage(): PluginStage {
    const { shadow, state } = this.slot;
    if (state !== "running") return "quarantined";
    if (shadow?.role === ShadowRole.CANDIDATE) return "shadow";
    if (shadow?.role === ShadowRole.PREDECESSOR) return "probation";
    return this.candidate === null ? "live" : "candidate";
  }

  /** The parameters in force, by name. */
  get parameters(): ParameterValues {
    const values = this.slot.plugin?.parameters ?? [];
    const known = this.slot.plugin?.manifest.parameters ?? [];
    if (known.length === 0) return this.source.parameters;
    return Object.fromEntries(known.map(({ name }, index) => [name, values[index] ?? 0]));
  }

  /** The parameters in force as far as a module knows them, and over them those that are asked for. */
  parametersFor({ manifest }: CandidateSource["module"], asked: ParameterValues): ParameterValues {
    const known = new Set(manifest.parameters.map(({ name }) => name));
    const kept = Object.entries(this.parameters).filter(([name]) => known.has(name));
    return { ...Object.fromEntries(kept), ...asked };
  }

  /** Whether that is what is in the slot already. */
  holds({ module, parameters }: CandidateSource): boolean {
    if (module.verifiedSha256 !== this.source.module.verifiedSha256) return false;
    const now = this.parameters;
    return Object.entries(parameters).every(([name, value]) => Object.is(now[name], value));
  }

  /** The one before is in the slot again, by a person or by itself. The floor keeps letting it in. */
  backToPrevious(): void {
    this.source = this.previous ?? this.source;
    this.previous = null;
    this.unproven = null;
  }
}
