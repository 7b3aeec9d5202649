import {
  AssetDefinition,
  BookTop,
  CombinedSignal,
  FeatureVector,
  InstrumentDefinition,
  OrderEvent,
  Quote,
  SignalPool,
  Timer,
} from "../../../abi/host/index.ts";

/** What becomes of a record for which a plugin's ring has no room. Declared in the configuration. */
export const overflowPolicies = ["conflate", "drop"] as const;
export type OverflowPolicy = (typeof overflowPolicies)[number];

/** How a record is treated when the ring is full. */
export const RecordClass = {
  /** Every one counts, and none says what the next one will: left out, with a mark. */
  EACH: 0,
  /** A newer one says all that an older one said: conflated, where that is the policy. */
  LATEST: 1,
  /** Without it the plugin no longer knows what is real: it has a part of the ring of its own. */
  NEEDED: 2,
} as const;

/** Template ids are below this. */
const TEMPLATES_MAX = 64;
/** Longest record that is conflated: a SignalPool of 16 signals, its header included, has 672 bytes. */
export const PENDING_BYTES = 1024;

/** Records of which the latest counts, and where each names its instrument. */
const latest: readonly (readonly [template: number, instrumentByte: number])[] = [
  [Quote.templateId, Quote.instrumentId],
  [BookTop.templateId, BookTop.instrumentId],
  [FeatureVector.templateId, FeatureVector.instrumentId],
  [SignalPool.templateId, SignalPool.instrumentId],
  [CombinedSignal.templateId, CombinedSignal.instrumentId],
];

/** How many kinds of records are conflated by instrument; Timer has a row beside. */
export const LATEST_KINDS: number = latest.length;

/** Class of each record by template id. */
export function recordClasses(): Uint8Array {
  const classes = new Uint8Array(TEMPLATES_MAX);
  for (const [template] of latest) classes[template] = RecordClass.LATEST;
  classes[Timer.templateId] = RecordClass.LATEST;
  for (const template of [OrderEvent.templateId, InstrumentDefinition.templateId, AssetDefinition.templateId])
    classes[template] = RecordClass.NEEDED;
  return classes;
}

/** By template id: which kind of conflated record it is, from 0; -1 for others. */
export function latestKinds(): Int8Array {
  const kinds = new Int8Array(TEMPLATES_MAX).fill(-1);
  for (const [index, [template]] of latest.entries()) kinds[template] = index;
  return kinds;
}

/** By kind of conflated record: the word of its block with the instrument's id. */
export function instrumentWords(): Int32Array {
  return Int32Array.from(latest, ([, byte]) => byte >> 2);
}
