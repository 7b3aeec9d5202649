import type { LoadedPlugin } from "./loaded-plugin.ts";
import type { PluginSlot } from "./plugin-slot.ts";

/** What the name of the slot beside another ends with. */
export const BESIDE = "~";

/** The part that a second plugin plays beside the one in the slot. */
export const ShadowRole = {
  /** A candidate: it is compared, and its failing concerns nobody. */
  CANDIDATE: "candidate",
  /** The one before, while the new one is on probation: it takes over when that fails. */
  PREDECESSOR: "predecessor",
} as const;
export type ShadowRole = (typeof ShadowRole)[keyof typeof ShadowRole];

/** Places in `counts`. Each call is one of the last four. */
export const ShadowCount = { CALLS: 0, EQUAL: 1, MISSING: 2, EXTRA: 3, DIFFERENT: 4 } as const;
const SHADOW_COUNTS = 5;

/** The outputs of one call beside each other, as bytes of the outbox; a refusal or fault as its code and no bytes. */
export interface ShadowDifference {
  /** Number of the call since the run began, from 1. */
  readonly call: number;
  readonly template: number;
  readonly liveWritten: number;
  readonly shadowWritten: number;
  readonly live: Uint8Array;
  readonly shadow: Uint8Array;
}

/** Stands between a slot and what runs beside it, where that is not to see quite what the slot's plugin sees. */
export interface ShadowFilter {
  /** May edit the copy of an input in the inbox of `beside`; false withholds it: that call is neither made nor compared. */
  admit(beside: PluginSlot, template: number): boolean;
}

/** Calls of which the outputs are kept: the first that differed. */
export const DIFFERENCES_MAX = 8;
const DIFFERENCE_BYTES_MAX = 4_096;

/**
 * A second plugin that is given every input of a slot and whose outputs go nowhere: they are compared. It runs in a slot of its own, so that
 * whatever it does is contained and counted as for any other. One run belongs to a slot for good and is used again and again: no swap makes
 * new code.
 */
export class ShadowRun {
  /** Where the second plugin runs. */
  readonly slot: PluginSlot;
  role: ShadowRole;
  /** By ShadowCount, since the run began. */
  readonly counts: Float64Array;
  /** The first calls that differed. */
  readonly differences: ShadowDifference[];
  /** What the second plugin's last call came to; 0 when it was withheld. */
  written: number;
  /** Null, as it is when a run begins: the second plugin is shown everything as it is. Between calls. */
  filter: ShadowFilter | null;

  constructor(slot: PluginSlot) {
    this.slot = slot;
    this.role = ShadowRole.CANDIDATE;
    this.counts = new Float64Array(SHADOW_COUNTS);
    this.differences = [];
    this.written = 0;
    this.filter = null;
  }

  /** Begins with another plugin, or the same one in another part. */
  begin(plugin: LoadedPlugin, role: ShadowRole): void {
    this.slot.install(plugin);
    this.became(role);
  }

  /** What is in its slot now plays this part. */
  became(role: ShadowRole): void {
    this.role = role;
    this.restart();
    this.written = 0;
    this.filter = null;
  }

  /** Counts and compares as if the run began now. */
  restart(): void {
    this.counts.fill(0);
    this.differences.length = 0;
  }

  /** Copies the input that the slot is about to be called with; false where the second plugin is not to be called on it. */
  takeInput(live: PluginSlot, template: number, lengthBytes: number): boolean {
    const source = live.i32;
    const target = this.slot.i32;
    const first = live.inboxWord;
    const end = first + ((lengthBytes + 3) >> 2);
    for (let word = first; word < end; word++) target[word] = source[word] ?? 0;
    this.written = 0;
    return this.filter === null || this.filter.admit(this.slot, template);
  }

  /** Calls the second plugin on the input that was taken. */
  call(template: number, lengthBytes: number): number {
    this.written = this.slot.invoke(template, lengthBytes);
    return this.written;
  }

  /** Compares what the call wrote in both. */
  compare(live: PluginSlot, liveWritten: number, template: number): void {
    const kind = this.kindOf(live, liveWritten);
    const { counts } = this;
    counts[ShadowCount.CALLS] = (counts[ShadowCount.CALLS] ?? 0) + 1;
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (kind !== ShadowCount.EQUAL && this.differences.length < DIFFERENCES_MAX)
      this.differences.push(this.difference(live, liveWritten, template));
  }

  private kindOf(live: PluginSlot, liveWritten: number): number {
    const { written } = this;
    if (liveWritten === written && (written <= 0 || hasSameOutput(live, this.slot, written)))
      return ShadowCount.EQUAL;
    if (liveWritten > 0 && written <= 0) return ShadowCount.MISSING;
    return liveWritten <= 0 && written > 0 ? ShadowCount.EXTRA : ShadowCount.DIFFERENT;
  }

  private difference(live: PluginSlot, liveWritten: number, template: number): ShadowDifference {
    return {
      call: this.counts[ShadowCount.CALLS] ?? 0,
      template,
      liveWritten,
      shadowWritten: this.written,
      live: outputOf(live, liveWritten),
      shadow: outputOf(this.slot, this.written),
    };
  }
}

function hasSameOutput(one: PluginSlot, other: PluginSlot, lengthBytes: number): boolean {
  const [a, b] = [one.i32, other.i32];
  const end = one.outboxWord + (lengthBytes >> 2);
  for (let word = one.outboxWord; word < end; word++) if (a[word] !== b[word]) return false;
  return true;
}

function outputOf(slot: PluginSlot, written: number): Uint8Array {
  const length = Math.min(Math.max(written, 0), DIFFERENCE_BYTES_MAX);
  return slot.u8.slice(slot.outboxOffset, slot.outboxOffset + length);
}
