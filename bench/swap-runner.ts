import type { PluginKind } from "../abi/host/index.ts";
import { writePluginInput } from "../host/control/plugin-input.ts";
import type { LoadedPlugin, PluginSlot } from "../host/engine/index.ts";
import { HandOver, handOverOf, ShadowCount } from "../host/engine/index.ts";
import type { BuiltLane, PluginSource } from "../host/lane/index.ts";
import { PluginAction } from "../host/lane/index.ts";
import type { PlannedSwap } from "./swap-schedule.ts";
import type { ThreadSwitches } from "./swap-switches.ts";
import { variantOf } from "./swap-variants.ts";

const US_PER_MS = 1000;
/** As a host zeroes at each look at its slots. */
const CLEANED_BYTES = 262_144;

/** What holds the trading thread, each in a turn of its own: making the instance, writing each change's journal record, the three changes, each one's commit, and slices of the zeroing. */
export const swapParts = ["instantiate", "record", "shadow", "promote", "settle", "commit", "clean"] as const;
export type SwapPart = (typeof swapParts)[number];

/** How long one part of one swap held the thread. */
export interface HeldTime {
  readonly part: SwapPart;
  readonly kind: PluginKind;
  readonly us: number;
  /** Of a shadow: the state went by snapshot, from one module to another. */
  readonly isSnapshot: boolean;
  /** Nothing else had the thread's core meanwhile. */
  readonly isCoreKept: boolean;
}

/** Where a session is with the swap under way. */
export type SwapStage = "none" | "beside" | "promoted";

/** Carries out planned swaps between the events of a running lane, and times them. */
export class SwapRunner {
  readonly held: HeldTime[] = [];
  /** Calls that were compared while a candidate ran beside, and those of them that came to the same bytes. */
  readonly compared = { calls: 0, equal: 0 };
  readonly count = { swaps: 0, variants: 0, snapshots: 0 };
  stage: SwapStage = "none";
  private readonly built: BuiltLane;
  private readonly switches: ThreadSwitches;
  private readonly live: Map<PluginSlot, PluginSource>;
  private plan: readonly PlannedSwap[] = [];
  private isVaried = false;
  private isSnapshot = false;
  private next = 0;
  private candidate: PluginSource | null = null;

  constructor(built: BuiltLane, switches: ThreadSwitches) {
    this.built = built;
    this.switches = switches;
    this.live = new Map(
      built.slots.flatMap((slot) => {
        const source = built.sources.get(slot.name);
        return source === undefined ? [] : [[slot, source] as const];
      }),
    );
  }

  /** Event numbers of the plan count from the next event on. `isVaried`: to other code, and with the next swap of that slot back. */
  begin(plan: readonly PlannedSwap[], isVaried: boolean): void {
    this.plan = plan;
    this.isVaried = isVaried;
    this.next = 0;
  }

  /** Forgets what was measured: it was to warm up. */
  reset(): void {
    this.held.length = 0;
    this.compared.calls = 0;
    this.compared.equal = 0;
    this.count.swaps = 0;
    this.count.variants = 0;
    this.count.snapshots = 0;
  }

  /** Number of the event before which the next change is due; Infinity when all is done. */
  get dueAt(): number {
    const swap = this.plan[this.next];
    if (swap === undefined) return Number.POSITIVE_INFINITY;
    if (this.stage === "none") return swap.shadowAt;
    return this.stage === "beside" ? swap.promoteAt : swap.settleAt;
  }

  /** The change that is due. */
  change(): void {
    const slot = this.plan[this.next]?.slot;
    if (slot === undefined) return;
    if (this.stage === "none") this.shadow(slot);
    else if (this.stage === "beside") this.promote(slot);
    else this.settle(slot);
    if (this.built.lane.effects.count > 0)
      throw new Error(`a change of ${slot.name} wants to send something: this measurement would lose it`);
  }

  private shadow(slot: PluginSlot): void {
    const source = this.sourceFor(slot);
    const plugin = this.timed("instantiate", slot, () =>
      source.module.instantiate(this.built.pool, source.parameters),
    );
    this.candidate = source;
    const { plugin: live } = slot;
    this.isSnapshot = live !== null && handOverOf(live, plugin) === HandOver.SNAPSHOT;
    this.count.snapshots += this.isSnapshot ? 1 : 0;
    this.give(slot, PluginAction.SHADOW, source, plugin);
    this.isSnapshot = false;
    this.stage = "beside";
  }

  private promote(slot: PluginSlot): void {
    const { candidate, live, compared } = this;
    const counts = slot.shadow?.counts;
    if (candidate === null || counts === undefined)
      throw new Error(`${slot.name} has no candidate to promote`);
    const isVariant = candidate.module !== live.get(slot)?.module;
    compared.calls += counts[ShadowCount.CALLS] ?? 0;
    compared.equal += counts[ShadowCount.EQUAL] ?? 0;
    this.give(slot, PluginAction.PROMOTE, null, null);
    this.count.variants += isVariant ? 1 : 0;
    live.set(slot, candidate);
    this.stage = "promoted";
  }

  private settle(slot: PluginSlot): void {
    this.give(slot, PluginAction.SETTLE, null, null);
    const { pool } = this.built;
    while (pool.usedBytes > 0) this.timed("clean", slot, () => pool.clean(CLEANED_BYTES));
    this.count.swaps += 1;
    this.stage = "none";
    this.next += 1;
  }

  private sourceFor(slot: PluginSlot): PluginSource {
    const live = this.live.get(slot);
    const first = this.built.sources.get(slot.name);
    if (live === undefined || first === undefined) throw new Error(`the lane has no module for ${slot.name}`);
    if (!this.isVaried) return live;
    return live === first ? variantOf(first) : first;
  }

  private give(
    slot: PluginSlot,
    action: SwapPart & PluginAction,
    source: PluginSource | null,
    plugin: LoadedPlugin | null,
  ): void {
    const change = { action, slot: slot.name, isFresh: false, person: "bench", reason: "a measurement" };
    const record = this.timed("record", slot, () => writePluginInput(change, source));
    this.timed(action, slot, () => {
      this.built.lane.onPlugin(change, plugin, record);
    });
    this.timed("commit", slot, () => this.built.lane.parts.journal.commit());
  }

  private timed<T>(part: SwapPart, { kind }: PluginSlot, work: () => T): T {
    const slices = this.switches.count();
    const startMs = performance.now();
    const result = work();
    const us = (performance.now() - startMs) * US_PER_MS;
    const { isSnapshot } = this;
    this.held.push({ part, kind, us, isSnapshot, isCoreKept: this.switches.count() === slices });
    return result;
  }
}
