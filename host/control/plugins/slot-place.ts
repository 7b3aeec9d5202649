import type { PluginSlot, VerifiedModule } from "../../engine/index.ts";
import { ShadowRole } from "../../engine/index.ts";
import type { PluginStage } from "../api/plugin-operations.ts";
import type { CandidateSource } from "../plugin-input.ts";
import { RestartPolicy } from "./restart-policy.ts";

/** What the desk knows of one slot beside what the slot itself says. */
export class SlotPlace {
  readonly slot: PluginSlot;
  readonly restarts: RestartPolicy = new RestartPolicy();
  /** Where the module in the slot comes from: to begin it again, or with other parameters. */
  source: CandidateSource;
  /** Admitted, and not yet shown anything, or in its shadow. */
  candidate: CandidateSource | null = null;
  /** The candidate's module as it was judged; null where it is the one that runs already. */
  verified: VerifiedModule | null = null;
  /** What `source` was before the promotion, while the probation lasts. */
  previous: CandidateSource | null = null;
  /** An operation on the slot is under way. */
  isBusy = false;
  /** A person stopped the plugin, or its circuit is open: it does not begin again by itself. */
  isQuarantined = false;
  /** Raised with each promotion: a probation's end that comes after another change means nothing. */
  probation = 0;
  /** Of the slot, as they were when they were looked at last. */
  seenRollbacks = 0;
  seenGeneration = 0;
  isFaultSeen = false;
  isShadowFaultSeen = false;

  constructor(slot: PluginSlot, source: CandidateSource) {
    this.slot = slot;
    this.source = source;
    this.seenGeneration = slot.generation;
  }

  get stage(): PluginStage {
    const { shadow, state } = this.slot;
    if (state !== "running") return "quarantined";
    if (shadow?.role === ShadowRole.CANDIDATE) return "shadow";
    if (shadow?.role === ShadowRole.PREDECESSOR) return "probation";
    return this.candidate === null ? "live" : "candidate";
  }
}
