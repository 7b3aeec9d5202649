import type { LoadedPlugin, Manifest, PluginSlot } from "../engine/index.ts";
import { carryState, HandOver, handOverOf, ShadowCount, ShadowRole } from "../engine/index.ts";
import type { AgentStage } from "./agent-stage.hot.ts";
import { defineInstruments } from "./define-instruments.ts";
import type { FeatureStage } from "./feature-stage.hot.ts";
import type { LaneConfiguration } from "./lane-configuration.ts";
import type { OpenOrderRecords } from "./open-order-records.ts";
import type { PluginChange } from "./plugin-change.ts";
import { PluginAction, PluginChangeError } from "./plugin-change.ts";
import { agentPlugin, templatesOf, VALUES_MAX } from "./stage-plugins.ts";

export interface ChangeParts {
  readonly configuration: LaneConfiguration;
  readonly slots: readonly PluginSlot[];
  readonly features: FeatureStage;
  readonly agents: AgentStage;
  readonly openOrders: OpenOrderRecords;
  readonly featureNames: readonly string[];
}

/**
 * Swaps the plugins of a running lane. A change is checked and its candidate made ready before anything is journalled: what is refused, or
 * fails on the way, has touched nothing but the candidate.
 *
 * ```
 *            SHADOW                 PROMOTE                       SETTLE
 *  one ─────────────────▶ one ─────────────────▶ two ───────────────────────▶ two
 *                         two (candidate)        one (predecessor)
 *                          │ SETTLE               │ ROLL_BACK, or by itself when two fails
 *                          ▼                      ▼
 *                         one                    one
 * ```
 */
export class PluginChanges {
  private readonly parts: ChangeParts;
  /** What the stages go by: all of the manifest that each slot had when its tables were made which they are made of. */
  private readonly routed = new Map<PluginSlot, string>();
  /** By slot: 1 where both plugins of a swap have the same tables. Told when the candidate is prepared, so that its promotion need not look. */
  private readonly isAlike: Uint8Array;

  constructor(parts: ChangeParts) {
    this.parts = parts;
    this.isAlike = new Uint8Array(parts.slots.length);
    for (const slot of parts.slots)
      if (slot.plugin !== null) this.routed.set(slot, routingOf(slot.plugin.manifest));
    for (const slot of parts.slots) slot.onRollBack = () => this.route(slot);
  }

  /** Checks a change and makes its candidate ready. Throws PluginChangeError or EngineError; the candidate is then given up. */
  prepare(change: PluginChange, candidate: LoadedPlugin | null): PluginSlot {
    const slot = this.slotOf(change.slot);
    const { action } = change;
    if (slot.isPlaced) checkPlaced(slot, action, candidate);
    if (action === PluginAction.SHADOW || action === PluginAction.REPLACE) {
      if (candidate === null)
        throw refusal("SANDPIT_PLUGIN_NO_CANDIDATE", `a ${action} of ${slot.name} needs a plugin; name one`);
      this.prepareCandidate(slot, change, candidate);
    } else {
      checkRun(slot, action);
      if (action === PluginAction.PROMOTE && slot.kind === "agent") this.rejoin(slot);
    }
    return slot;
  }

  /** Carries out what was prepared. An agent's or a codec's quarantine is completed by the lane. */
  apply(slot: PluginSlot, change: PluginChange): void {
    const { action } = change;
    const wasRunning = slot.state === "running";
    if (slot.kind === "agent") this.parts.agents.paper.parting.begin(this.parts.agents.slots.indexOf(slot));
    if (action === PluginAction.SHADOW) slot.startShadow();
    else if (action === PluginAction.SETTLE) slot.endShadow();
    else if (action === PluginAction.QUARANTINE)
      slot.quarantine(`quarantined by ${change.person}: ${change.reason}`);
    else {
      slot.promote();
      if (action !== PluginAction.PROMOTE) slot.endShadow();
      this.route(slot);
      if (slot.isPlaced && !wasRunning) this.introduce(slot);
    }
    slot.sweep();
  }

  /** A plugin that begins on a thread of its own begins with the records that its stand-in was tried with. */
  introduce(slot: PluginSlot): void {
    const { agents, configuration, openOrders } = this.parts;
    defineInstruments([slot], configuration);
    if (slot.kind === "agent" && slot.plugin?.manifest.reads.includes("OrderEvent") === true)
      openOrders.present(agents.slots.indexOf(slot), slot);
  }

  /**
   * For a candidate that is to be made ready on the thread of a slot before the change itself is asked for: how it comes to what the one there knows. Throws
   * PluginChangeError as `prepare` would. Neither lane nor journal know of it.
   */
  wayOf(
    slot: PluginSlot,
    change: Pick<PluginChange, "action" | "isFresh">,
    candidate: LoadedPlugin,
  ): HandOver {
    this.checkFit(slot, change.action, candidate);
    return wayFrom(slot, change.isFresh, candidate);
  }

  /** Tells such a candidate by its slot `beside`, which hands over to that thread, what it needs before its first event. */
  introduceBeside(slot: PluginSlot, beside: PluginSlot, way: HandOver, { manifest }: LoadedPlugin): void {
    const { agents, configuration, openOrders } = this.parts;
    if (way === HandOver.IMAGE) return;
    defineInstruments([beside], configuration);
    if (way === HandOver.NONE && slot.kind === "agent" && manifest.reads.includes("OrderEvent"))
      openOrders.present(agents.slots.indexOf(slot), beside);
  }

  private slotOf(name: string): PluginSlot {
    const slot = this.parts.slots.find((candidate) => candidate.name === name);
    if (slot === undefined) {
      const names = this.parts.slots.map((known) => known.name).join(", ");
      throw refusal("SANDPIT_PLUGIN_SLOT_UNKNOWN", `there is no slot ${name}; the lane has ${names}`);
    }
    return slot;
  }

  private prepareCandidate(slot: PluginSlot, change: PluginChange, candidate: LoadedPlugin): void {
    this.checkFit(slot, change.action, candidate);
    if (slot.shadow !== null)
      throw refusal(
        "SANDPIT_PLUGIN_BUSY",
        `${slot.name} already has a ${slot.shadow.role} beside it: promote it, roll back or settle first`,
      );
    const routing = routingOf(candidate.manifest);
    this.isAlike[this.parts.slots.indexOf(slot)] = this.routed.get(slot) === routing ? 1 : 0;
    const beside = slot.prepareShadow(candidate);
    try {
      this.handOver(slot, beside, change, candidate);
    } catch (error) {
      slot.endShadow();
      slot.sweep();
      throw error;
    }
  }

  /** A candidate must fit where its predecessor stood: others rely on what it writes, and its shadow sees what that one sees. */
  private checkFit(slot: PluginSlot, action: PluginAction, { manifest }: LoadedPlugin): void {
    const { name, version, kind } = manifest;
    const called = `${name} ${version}`;
    if (kind !== slot.kind)
      throw refusal("SANDPIT_PLUGIN_KIND", `${called} is of kind ${kind}, ${slot.name} takes ${slot.kind}`);
    const unknown = manifest.features.find((feature) => !this.parts.featureNames.includes(feature));
    if (kind === "agent" && unknown !== undefined)
      throw refusal(
        "SANDPIT_PLUGIN_FEATURE_UNKNOWN",
        `${called} reads the feature "${unknown}", which no configured plugin writes`,
      );
    if (kind === "agent" && manifest.features.length > VALUES_MAX)
      throw refusal(
        "SANDPIT_PLUGIN_INPUTS",
        `${called} reads ${manifest.features.length} features; a FeatureVector holds ${VALUES_MAX}`,
      );
    const before = slot.plugin?.manifest;
    if (before === undefined) return;
    if (!isSame(before.outputs, manifest.outputs))
      throw refusal(
        "SANDPIT_PLUGIN_OUTPUTS",
        `${called} writes the features [${manifest.outputs.join(", ")}], its place is for [${before.outputs.join(", ")}]: others read them by place`,
      );
    const isShown = isSame(before.features, manifest.features) && isSameSet(before.reads, manifest.reads);
    if (action === PluginAction.SHADOW && !isShown)
      throw refusal(
        "SANDPIT_PLUGIN_INPUTS",
        `${called} reads other records or features than ${before.name} ${before.version}, so its shadow would not see what it needs: replace it without a shadow`,
      );
  }

  private handOver(
    slot: PluginSlot,
    beside: PluginSlot,
    change: PluginChange,
    candidate: LoadedPlugin,
  ): void {
    const judged = wayFrom(slot, change.isFresh, candidate);
    // What a plugin on another thread knows is handed over there; its stand-in here knows nothing.
    const way = slot.isPlaced ? HandOver.NONE : judged;
    const live = slot.plugin;
    if (live !== null && way === HandOver.IMAGE) {
      carryState(live, candidate, way);
      return;
    }
    try {
      defineInstruments([beside], this.parts.configuration);
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new PluginChangeError("SANDPIT_PLUGIN_FIRST_RECORDS", text, { cause });
    }
    if (live !== null && way === HandOver.SNAPSHOT) carryState(live, candidate, way);
    else if (slot.kind === "agent") this.presentOrders(slot, beside, candidate);
  }

  /** Orders belong to the agent's name. */
  private presentOrders(slot: PluginSlot, beside: PluginSlot, { manifest }: LoadedPlugin): void {
    if (!manifest.reads.includes("OrderEvent")) return;
    this.parts.openOrders.present(this.parts.agents.slots.indexOf(slot), beside);
    checkTold(beside, manifest);
  }

  /** A candidate that has traded on paper learns what is real before it goes live. */
  private rejoin(slot: PluginSlot): void {
    const { agents } = this.parts;
    const beside = slot.shadow?.slot;
    const manifest = beside?.plugin?.manifest;
    if (beside === undefined || manifest === undefined) return;
    agents.paper.parting.rejoin(agents.slots.indexOf(slot), beside);
    checkTold(beside, manifest);
  }

  /** What the manifest of the plugin now in place says of its inputs and outputs holds from the next event on. */
  private route(slot: PluginSlot): void {
    const { features, agents, featureNames } = this.parts;
    const manifest = slot.plugin?.manifest;
    // Making the tables anew takes some 20 µs, and most swaps change nothing of them.
    if (manifest === undefined || this.isAlike[this.parts.slots.indexOf(slot)] === 1) return;
    this.routed.set(slot, routingOf(manifest));
    if (slot.kind === "feature") {
      const index = features.slots.indexOf(slot);
      features.place(index, templatesOf(manifest.reads), manifest.limits.outputs);
    }
    if (slot.kind === "agent")
      agents.place(agents.slots.indexOf(slot), agentPlugin({ slot, manifest }, featureNames));
  }
}

function routingOf({ reads, features, limits }: Manifest): string {
  return JSON.stringify([reads, features, limits.outputs]);
}

/** The way from what runs in a slot. Throws PluginChangeError where what it knows would be lost in passing. */
function wayFrom({ state, plugin }: PluginSlot, isFresh: boolean, candidate: LoadedPlugin): HandOver {
  if (state !== "running" || plugin === null || isFresh) return HandOver.NONE;
  const way = handOverOf(plugin, candidate);
  if (way === HandOver.NONE) checkNothingLost(plugin, candidate);
  return way;
}

/** One that says that it has state is not forgotten in passing: somebody has to want it. */
function checkNothingLost({ manifest, exports }: LoadedPlugin, candidate: LoadedPlugin): void {
  const { state, name, version } = manifest;
  if (state === null || exports.snapshot === null) return;
  const { state: known } = candidate.manifest;
  const what = known === null ? "no state" : `the versions [${known.restores.join(", ")}]`;
  throw refusal(
    "SANDPIT_PLUGIN_STATE_LOST",
    `what ${name} ${version} knows would be lost: its state is of version ${state.version}, and ${candidate.manifest.name} ${candidate.manifest.version} restores ${what}. Name that version in its state.restores and read it, or let it begin afresh`,
  );
}

function checkTold({ state, lastFault }: PluginSlot, { name, version }: LoadedPlugin["manifest"]): void {
  if (state === "running") return;
  throw refusal(
    "SANDPIT_PLUGIN_FIRST_RECORDS",
    `${name} ${version} fails when it is told its open orders: ${lastFault?.reason ?? "stopped"}; correct it`,
  );
}

/** What is to run on another thread has to be ready there, since a change is one step and waits for nobody. One that failed there begins anew without that. */
function checkPlaced(slot: PluginSlot, action: PluginAction, candidate: LoadedPlugin | null): void {
  if (action === PluginAction.QUARANTINE || action === PluginAction.SETTLE) return;
  if (action === PluginAction.REPLACE && slot.state !== "running") return;
  const second = candidate ?? slot.shadow?.slot.plugin ?? null;
  if (slot.state === "running" && (second === null || slot.holdsBeside(second))) return;
  throw refusal(
    "SANDPIT_PLUGIN_PLACED",
    `${slot.name} runs on a thread of its own, where nothing is ready for a ${action}: let the candidate be made ready there first, and look whether the thread still runs`,
  );
}

function checkRun(slot: PluginSlot, action: PluginAction): void {
  const run = slot.shadow;
  if (action === PluginAction.QUARANTINE) {
    if (slot.state !== "running")
      throw refusal("SANDPIT_PLUGIN_NOT_RUNNING", `${slot.name} is ${slot.state}: there is nothing to stop`);
  } else if (action === PluginAction.PROMOTE) {
    if (run?.role !== ShadowRole.CANDIDATE)
      throw refusal(
        "SANDPIT_PLUGIN_NO_CANDIDATE",
        `${slot.name} has no candidate in shadow: deploy one first`,
      );
    if (run.slot.state !== "running")
      throw refusal(
        "SANDPIT_PLUGIN_NO_CANDIDATE",
        `the candidate of ${slot.name} was stopped in its shadow after ${run.counts[ShadowCount.CALLS] ?? 0} calls: ${run.slot.lastFault?.reason ?? ""}. Settle it and deploy a better one`,
      );
  } else if (action === PluginAction.ROLL_BACK) {
    if (run?.role !== ShadowRole.PREDECESSOR || run.slot.state !== "running")
      throw refusal(
        "SANDPIT_PLUGIN_NO_PREDECESSOR",
        `${slot.name} has no predecessor that could take over: its probation is over, or it was stopped. Deploy the earlier module`,
      );
  } else if (run === null) throw refusal("SANDPIT_PLUGIN_NO_CANDIDATE", `nothing runs beside ${slot.name}`);
}

function refusal(code: PluginChangeError["code"], text: string): PluginChangeError {
  return new PluginChangeError(code, text);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return isSame([...one].sort(), [...other].sort());
}
