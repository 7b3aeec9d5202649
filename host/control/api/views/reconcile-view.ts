import { z } from "zod";
import { Side } from "../../../../abi/host/index.ts";
import {
  BreakCode,
  BreakNumber,
  BREAKS_MAX,
  BreakWord,
  ExternalNumber,
  ExternalWord,
  FindingKind,
  ReconcileState,
} from "../../../execution/reconcile/index.ts";
import type { BuiltLane } from "../../../lane/index.ts";
import { amountSchema } from "./amount-schema.ts";
import type { Instrument } from "../../../execution/orders/index.ts";
import type { Asset } from "../../../execution/positions/index.ts";
import { PARTS_PER_WHOLE } from "../../../execution/orders/index.ts";
import { CheckCount } from "../../position-check/index.ts";
import type { PositionWatch } from "../../position-check/index.ts";
import type { SessionView } from "../../session-view.ts";
import { amountOf, exactAmount } from "./exact-amount.ts";
import { placeOf } from "./instrument-place.ts";

const NS_PER_SECOND = 1e9;

/** Something in which this host and a venue differ. */
export interface BreakView {
  /** To accept it by. */
  readonly id: number;
  readonly code: string;
  readonly venue: string;
  /** Symbol or asset. */
  readonly about: string;
  readonly clientOrderId: string | null;
  /** The trade that was undone or corrected. */
  readonly tradeId: string | null;
  readonly ours: string;
  readonly theirs: string;
  readonly ageSeconds: number;
  /** Seen twice, apart in time; before, it may be a look at two moments. */
  readonly isConfirmed: boolean;
  readonly isAccepted: boolean;
}

export interface VenueReconcileView {
  readonly venue: string;
  /** False: its codec cannot ask, and what it reports is all there is. */
  readonly canBeAsked: boolean;
  readonly state: string;
  readonly isLineUp: boolean;
  readonly isAsking: boolean;
  readonly rounds: number;
  /** Client order ids of orders that nobody can say the state of. */
  readonly doubts: readonly string[];
}

export interface ExternalOrderView {
  /** Whose it is: nobody's of this host. */
  readonly owner: "external";
  readonly venue: string;
  readonly symbol: string;
  readonly venueOrderId: string;
  readonly side: string;
  readonly price: string;
  readonly quantity: string;
  readonly cumQty: string;
}

export interface ExternalSideView {
  readonly venue: string;
  readonly symbol: string;
  readonly side: string;
}

/** How far the lane's positions and their second computation, from the journal, are known to agree. */
export interface PositionCheckView {
  readonly agreed: number;
  readonly disagreed: number;
  readonly unreadable: number;
  readonly skipped: number;
  readonly lost: number;
  /** Record of the journal at which both agreed last; 0: never yet. */
  readonly agreedSequence: number;
  readonly sinceAgreementSeconds: number;
}

/** How far this host and its venues are known to agree. */
export interface ReconcileView {
  readonly venues: readonly VenueReconcileView[];
  readonly breaks: readonly BreakView[];
  /** Null where positions are not computed a second time while the session goes on. */
  readonly positions: PositionCheckView | null;
  /** Orders on the account that are not this host's. They count in every limit and are never touched. */
  readonly external: readonly ExternalOrderView[];
  /** Where there are more of them than are listed: that side of the instrument counts as unlimited. */
  readonly externalUnlisted: readonly ExternalSideView[];
  /** Since the start: adopted orders, fills that no report had brought, trades of others, orders proven absent and open. */
  readonly found: Readonly<Record<string, number>>;
}

const text = z.string();
const count = z.int().min(0);
export const reconcileSchema: z.ZodType<ReconcileView> = z.strictObject({
  venues: z.array(
    z.strictObject({
      venue: text,
      canBeAsked: z.boolean(),
      state: z.enum(["UNRECONCILED", "RECONCILED", "BROKEN"]),
      isLineUp: z.boolean(),
      isAsking: z.boolean(),
      rounds: count,
      doubts: z.array(text),
    }),
  ),
  breaks: z.array(
    z.strictObject({
      id: count,
      code: text,
      venue: text,
      about: text,
      clientOrderId: text.nullable(),
      tradeId: text.nullable(),
      ours: amountSchema,
      theirs: amountSchema,
      ageSeconds: z.number().min(0),
      isConfirmed: z.boolean(),
      isAccepted: z.boolean(),
    }),
  ),
  positions: z
    .strictObject({
      agreed: count,
      disagreed: count,
      unreadable: count,
      skipped: count,
      lost: count,
      agreedSequence: count,
      sinceAgreementSeconds: z.number().min(0),
    })
    .nullable(),
  external: z.array(
    z.strictObject({
      owner: z.literal("external"),
      venue: text,
      symbol: text,
      venueOrderId: text,
      side: text,
      price: amountSchema,
      quantity: amountSchema,
      cumQty: amountSchema,
    }),
  ),
  externalUnlisted: z.array(z.strictObject({ venue: text, symbol: text, side: text })),
  found: z.record(z.string(), count),
});

const COUNTED = [
  "ADOPTED",
  "EXTERNAL_ORDER",
  "EXTERNAL_TRADE",
  "MISSED_FILL",
  "PROVEN_ABSENT",
  "PROVEN_OPEN",
  "BREAK",
  "AMENDED",
] as const;

export function reconcileOf({ built, positions }: Pick<SessionView, "built" | "positions">): ReconcileView {
  const { reconciler } = built.lane.parts;
  const places = Array.from({ length: BREAKS_MAX }, (_, place) => place);
  return {
    venues: built.configuration.venues.map(({ name }, venue) => venueOf(built, name, venue)),
    breaks: places
      .filter((place) => reconciler.breaks.list.word(place, BreakWord.ID) !== 0)
      .map((place) => breakOf(built, place)),
    positions: positions === undefined ? null : positionsOf(positions),
    external: Array.from({ length: reconciler.answers.external.count }, (_, place) =>
      externalOf(built, place),
    ),
    externalUnlisted: externalUnlistedOf(built),
    found: Object.fromEntries(COUNTED.map((name) => [name, foundAt(built, FindingKind[name])])),
  };
}

/** At all venues, since the start. */
function foundAt({ configuration, lane }: BuiltLane, kind: number): number {
  const { counts } = lane.parts.reconciler;
  return configuration.venues.reduce((sum, _, venue) => sum + counts.findings(venue, kind), 0);
}

function positionsOf({ counts, agreedSequence, sinceAgreementNs }: PositionWatch): PositionCheckView {
  const of = (cell: number): number => counts[cell] ?? 0;
  return {
    agreed: of(CheckCount.AGREED),
    disagreed: of(CheckCount.DISAGREED),
    unreadable: of(CheckCount.UNREADABLE),
    skipped: of(CheckCount.SKIPPED),
    lost: of(CheckCount.LOST),
    agreedSequence,
    sinceAgreementSeconds: Math.max(0, sinceAgreementNs / NS_PER_SECOND),
  };
}

function venueOf({ lane, orders }: BuiltLane, name: string, venue: number): VenueReconcileView {
  const { reconciler } = lane.parts;
  const { rounds } = reconciler;
  const { columns, open } = orders;
  const state = Object.entries(ReconcileState).find(([, value]) => value === rounds.state[venue])?.[0] ?? "";
  return {
    venue: name,
    canBeAsked: reconciler.isAskable(venue),
    state,
    isLineUp: rounds.lineUp[venue] === 1,
    isAsking: rounds.phase[venue] !== 0,
    rounds: rounds.completed[venue] ?? 0,
    doubts: [...open.slots.subarray(0, open.count)]
      .filter((slot) => reconciler.answers.isDoubtful(venue, slot))
      .map((slot) => `${(columns.epoch[slot] ?? 0) >>> 0}.${columns.sequence[slot] ?? 0}`)
      .sort(),
  };
}

function breakOf({ lane, configuration, instruments, assets }: BuiltLane, place: number): BreakView {
  const { list } = lane.parts.reconciler.breaks;
  const code = list.word(place, BreakWord.CODE);
  const instrument = list.word(place, BreakWord.INSTRUMENT);
  const asset = assets.assets[list.word(place, BreakWord.ASSET)];
  const epoch = list.word(place, BreakWord.EPOCH) >>> 0;
  const exponent = exponentOf(code, asset, instruments.instruments[instrument]);
  const tradeId =
    (BigInt(list.word(place, BreakWord.TRADE_HIGH) >>> 0) << 32n) |
    BigInt(list.word(place, BreakWord.TRADE_LOW) >>> 0);
  const ageNs = (lane.nowNs[0] ?? 0) - list.number(place, BreakNumber.FIRST_NS);
  return {
    id: list.word(place, BreakWord.ID),
    code: Object.entries(BreakCode).find(([, value]) => value === code)?.[0] ?? "",
    venue: configuration.venues[list.word(place, BreakWord.VENUE)]?.name ?? "",
    about: asset?.code ?? (instrument < 0 ? "journal" : placeOf(configuration, instrument).symbol),
    clientOrderId: epoch === 0 ? null : `${epoch}.${list.word(place, BreakWord.SEQUENCE)}`,
    tradeId: tradeId === 0n ? null : String(tradeId),
    ours: moneyOf(list.number(place, BreakNumber.OURS), exponent),
    theirs: moneyOf(list.number(place, BreakNumber.THEIRS), exponent),
    ageSeconds: Math.max(0, ageNs / NS_PER_SECOND),
    isConfirmed: list.word(place, BreakWord.IS_CONFIRMED) === 1,
    isAccepted: list.word(place, BreakWord.IS_ACCEPTED) === 1,
  };
}

/** Quantities are counted in the instrument's sizes, what they cost in its quote asset, and what is about an asset in that. */
function exponentOf(
  code: number,
  asset: Asset | undefined,
  instrument: Instrument | undefined,
): number | undefined {
  if (asset !== undefined) return asset.exponent;
  return code === BreakCode.COST_DIFFERS ? instrument?.quoteExponent : instrument?.sizeExponent;
}

/** Sums of values have hundred-millionths of a mantissa. */
function moneyOf(mantissas: number, exponent = 0): string {
  const whole = Math.floor(mantissas);
  return exactAmount(whole, Math.floor((mantissas - whole) * PARTS_PER_WHOLE), exponent);
}

function externalOf({ lane, configuration, instruments }: BuiltLane, place: number): ExternalOrderView {
  const { external } = lane.parts.reconciler.answers;
  const instrument = external.word(place, ExternalWord.INSTRUMENT);
  const { priceExponent, sizeExponent } = instruments.instruments[instrument] ?? {};
  const id =
    (BigInt(external.word(place, ExternalWord.ID_HIGH) >>> 0) << 32n) |
    BigInt(external.word(place, ExternalWord.ID_LOW) >>> 0);
  return {
    owner: "external",
    ...placeOf(configuration, instrument),
    venueOrderId: String(id),
    side: external.word(place, ExternalWord.SIDE) === Side.BUY ? "BUY" : "SELL",
    price: amountOf(external.number(place, ExternalNumber.PRICE), priceExponent),
    quantity: amountOf(external.number(place, ExternalNumber.QUANTITY), sizeExponent),
    cumQty: amountOf(external.number(place, ExternalNumber.CUM_QTY), sizeExponent),
  };
}

function externalUnlistedOf({ lane, configuration }: BuiltLane): ExternalSideView[] {
  const { external } = lane.parts.reconciler.answers;
  return configuration.instruments.flatMap((_, instrument) =>
    Object.entries(Side)
      .filter(([, side]) => external.isUnlisted(instrument, side))
      .map(([side]) => ({ ...placeOf(configuration, instrument), side })),
  );
}
