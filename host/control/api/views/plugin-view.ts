import { z } from "zod";
import type { PluginKind } from "../../../../abi/host/index.ts";
import { describeRecord, PARAMETERS_OFFSET } from "../../../../abi/host/index.ts";
import type { ManifestParameter, PluginSlot, ShadowRun } from "../../../engine/index.ts";
import { ShadowCount, SlotCounter } from "../../../engine/index.ts";
import type { Instrument } from "../../../execution/orders/index.ts";
import type { PaperAccount } from "../../../execution/paper/index.ts";
import { PaperTotal } from "../../../execution/paper/index.ts";
import type { BuiltLane } from "../../../lane/index.ts";
import { REFERENCE_CELLS, ReferenceCell } from "../../../lane/index.ts";
import type { WaitingModule } from "../plugin-operations.ts";
import { placeOf } from "./instrument-place.ts";

/** Outputs of one call beside each other, records in words. */
interface DifferenceView {
  readonly call: number;
  readonly live: readonly string[];
  readonly beside: readonly string[];
}

/** A candidate in its shadow, or a predecessor during a probation. Calls: those since it began. */
export interface ShadowView {
  readonly role: "candidate" | "predecessor";
  readonly plugin: string;
  readonly version: string;
  readonly sha256: string;
  readonly state: "empty" | "running" | "faulted";
  readonly fault: string | null;
  readonly calls: number;
  readonly equal: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  /** The first eight that differ. */
  readonly differences: readonly DifferenceView[];
  /** Of agents: whether it has answered differently once, and trades on paper since. */
  readonly isParted: boolean;
  /** Of agents: what the intents of both would have come to since the run began, or since they parted, by instrument; the model is PaperAccount's. */
  readonly paper: readonly PaperView[];
}

/** Two paper accounts beside each other on one instrument. Quantities in units, profit in the quote asset, without fees. */
interface PaperView {
  readonly venue: string;
  readonly symbol: string;
  readonly live: PaperSide;
  readonly beside: PaperSide;
}

interface PaperSide {
  readonly orders: number;
  readonly fills: number;
  readonly resting: number;
  readonly position: number;
  /** At the middle of the best prices; null where there are none. */
  readonly profit: number | null;
}

/** A plugin in its slot. */
export interface PluginView {
  readonly slot: string;
  readonly kind: PluginKind;
  /** Name and version of the module; null while the slot is empty. */
  readonly plugin: string | null;
  readonly version: string | null;
  /** SHA-256 of the module's bytes. */
  readonly sha256: string | null;
  /** What its signature was found to be; null while the slot is empty. */
  readonly trust: string | null;
  readonly state: "empty" | "running" | "faulted";
  /** Whether it runs in the trading thread or on a thread of its own. */
  readonly placement: "inline" | "thread";
  readonly generation: number;
  readonly fault: string | null;
  /** What runs beside it on the same inputs, and how its outputs compare; null when nothing does. */
  readonly beside: ShadowView | null;
  /** What was deployed and is shown nothing yet: it waits for `shadow` or `promote`; null when nothing does. */
  readonly waiting: WaitingModule | null;
  readonly counters: {
    readonly calls: number;
    readonly outputBytes: number;
    readonly refusals: number;
    readonly gasMax: number;
    readonly faults: number;
  };
}

export const kindSchema: z.ZodType<PluginKind> = z.enum(["venue", "feature", "agent", "ensemble", "risk"]);
const count = z.int().min(0);

const lines = z.array(z.string());
const paperSchema: z.ZodType<PaperSide> = z.strictObject({
  orders: count,
  fills: count,
  resting: count,
  position: z.number(),
  profit: z.number().nullable(),
});
const shadowSchema: z.ZodType<ShadowView> = z.strictObject({
  role: z.enum(["candidate", "predecessor"]),
  plugin: z.string(),
  version: z.string(),
  sha256: z.string(),
  state: z.enum(["empty", "running", "faulted"]),
  fault: z.string().nullable(),
  calls: count,
  equal: count,
  missing: count,
  extra: count,
  different: count,
  differences: z.array(z.strictObject({ call: count, live: lines, beside: lines })),
  isParted: z.boolean(),
  paper: z.array(
    z.strictObject({ venue: z.string(), symbol: z.string(), live: paperSchema, beside: paperSchema }),
  ),
});

const waitingSchema: z.ZodType<WaitingModule> = z.strictObject({
  plugin: z.string(),
  version: z.string(),
  sha256: z.string(),
  trust: z.string(),
});

export const pluginSchema: z.ZodType<PluginView> = z.strictObject({
  slot: z.string(),
  kind: kindSchema,
  plugin: z.string().nullable(),
  version: z.string().nullable(),
  sha256: z.string().nullable(),
  trust: z.string().nullable(),
  state: z.enum(["empty", "running", "faulted"]),
  placement: z.enum(["inline", "thread"]),
  generation: count,
  fault: z.string().nullable(),
  beside: shadowSchema.nullable(),
  waiting: waitingSchema.nullable(),
  counters: z.strictObject({
    calls: count,
    outputBytes: count,
    refusals: count,
    gasMax: count,
    faults: count,
  }),
});

export interface PluginsView {
  readonly plugins: readonly PluginView[];
}
export const pluginsSchema: z.ZodType<PluginsView> = z.strictObject({ plugins: z.array(pluginSchema) });

const FAULTS: readonly number[] = [
  SlotCounter.FAULTS_GAS,
  SlotCounter.FAULTS_DEPTH,
  SlotCounter.FAULTS_TRAP,
  SlotCounter.FAULTS_OUTPUT,
  SlotCounter.FAULTS_GUARD,
  SlotCounter.FAULTS_THREAD,
];

export function pluginViewOf(
  slot: PluginSlot,
  built: BuiltLane,
  waiting: WaitingModule | null = null,
): PluginView {
  const { name, kind, plugin, state, generation, lastFault, counters } = slot;
  const counted = (cell: number): number => counters[cell] ?? 0;
  return {
    slot: name,
    kind,
    plugin: plugin?.manifest.name ?? null,
    version: plugin?.manifest.version ?? null,
    sha256: plugin?.verifiedSha256 ?? null,
    trust: plugin?.trust.state ?? null,
    state,
    placement: slot.isPlaced ? "thread" : "inline",
    generation,
    fault: lastFault?.reason ?? null,
    beside: slot.shadow === null ? null : shadowViewOf(slot, slot.shadow, built),
    waiting,
    counters: {
      calls: counted(SlotCounter.CALLS),
      outputBytes: counted(SlotCounter.OUTPUT_BYTES),
      refusals: counted(SlotCounter.REFUSALS),
      gasMax: counted(SlotCounter.GAS_SAMPLE_MAX),
      faults: FAULTS.reduce((sum, cell) => sum + counted(cell), 0),
    },
  };
}

function shadowViewOf(place: PluginSlot, run: ShadowRun, built: BuiltLane): ShadowView {
  const { role, slot, counts, differences } = run;
  const counted = (cell: number): number => counts[cell] ?? 0;
  return {
    role,
    plugin: slot.plugin?.manifest.name ?? "",
    version: slot.plugin?.manifest.version ?? "",
    sha256: slot.plugin?.verifiedSha256 ?? "",
    state: slot.state,
    fault: slot.lastFault?.reason ?? null,
    calls: counted(ShadowCount.CALLS),
    equal: counted(ShadowCount.EQUAL),
    missing: counted(ShadowCount.MISSING),
    extra: counted(ShadowCount.EXTRA),
    different: counted(ShadowCount.DIFFERENT),
    differences: differences.map(({ call, liveWritten, live, shadowWritten, shadow }) => ({
      call,
      live: outputLines(liveWritten, live),
      beside: outputLines(shadowWritten, shadow),
    })),
    isParted: isPartedIn(place, built),
    // On a thread of its own both are shown the same, and the account's events are the lane's: there is no paper account.
    paper: place.isPlaced ? [] : paperViewOf(place, built),
  };
}

function isPartedIn(slot: PluginSlot, { lane }: BuiltLane): boolean {
  const { slots, paper } = lane.parts.agents;
  return paper.parting.isParted[slots.indexOf(slot)] === 1;
}

function paperViewOf(slot: PluginSlot, { lane, configuration, prices }: BuiltLane): PaperView[] {
  const { slots, paper } = lane.parts.agents;
  const agent = slots.indexOf(slot);
  const [live, beside] = [paper.parting.live[agent], paper.parting.beside[agent]];
  if (live === undefined || beside === undefined) return [];
  return configuration.instruments.map((instrument, index) => {
    const row = index * REFERENCE_CELLS;
    const bid = prices.cells[row + ReferenceCell.BID_PRICE] ?? 0;
    const mid = bid > 0 ? (bid + (prices.cells[row + ReferenceCell.ASK_PRICE] ?? 0)) / 2 : null;
    return {
      ...placeOf(configuration, index),
      live: paperSideOf(live, instrument, index, mid),
      beside: paperSideOf(beside, instrument, index, mid),
    };
  });
}

function paperSideOf(
  account: PaperAccount,
  { sizeExponent, priceExponent, contractMultiplier }: Instrument,
  index: number,
  mid: number | null,
): PaperSide {
  const { totals, resting, position, cash } = account;
  const held = position[index] ?? 0;
  const worth = mid === null || !account.isPriced(index) ? null : (cash[index] ?? 0) + held * mid;
  return {
    orders: totals[PaperTotal.ORDERS] ?? 0,
    fills: totals[PaperTotal.FILLS] ?? 0,
    resting,
    position: held * 10 ** sizeExponent,
    profit: worth === null ? null : worth * 10 ** (sizeExponent + priceExponent) * contractMultiplier,
  };
}

/** A line for each record; what a plugin wrote is shown as numbers alone. */
function outputLines(written: number, bytes: Uint8Array): string[] {
  if (written < 0) return [`code ${written}`];
  const found: string[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.byteLength && found.length < RECORDS_SHOWN;) {
    const record = describeRecord(view, at);
    if (record === null) return [...found, `${bytes.byteLength - at} bytes that are no record`];
    found.push(`${record.name} ${JSON.stringify(record.fields, decimal)}`);
    at += 8 + view.getUint16(at, true);
    if (Object.keys(record.groups).length > 0) return found;
  }
  return found;
}

const RECORDS_SHOWN = 8;

function decimal(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/** A plugin's tunable numbers, as its manifest has them, and as they are. */
export interface ParametersView {
  readonly slot: string;
  readonly parameters: readonly (ManifestParameter & { readonly value: number })[];
}

export const parametersSchema: z.ZodType<ParametersView> = z.strictObject({
  slot: z.string(),
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      type: z.enum(["f64", "i64"]),
      default: z.number(),
      min: z.number(),
      max: z.number(),
      description: z.string(),
      value: z.number(),
    }),
  ),
});

/** As the plugin that is in the slot reads them: whatever put them there, a configuration or a swap. */
export function parametersOf({ name, plugin }: PluginSlot): ParametersView {
  const known = plugin?.manifest.parameters ?? [];
  const memory = plugin === null ? null : new DataView(plugin.buffer);
  return {
    slot: name,
    parameters: known.map((parameter, index) => ({
      ...parameter,
      value: memory === null ? parameter.default : valueIn(memory, parameter, index),
    })),
  };
}

/** A plugin can write over its own memory: what is no number any more is shown as the default. */
function valueIn(memory: DataView, { type, default: absent }: ManifestParameter, index: number): number {
  const offset = PARAMETERS_OFFSET + 8 * index;
  const value = type === "f64" ? memory.getFloat64(offset, true) : Number(memory.getBigInt64(offset, true));
  return Number.isFinite(value) ? value : absent;
}
