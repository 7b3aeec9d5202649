import { BreakCode } from "../../execution/reconcile/index.ts";
import type { LaneConfiguration } from "../../lane/index.ts";
import type { FoldedPositions, Holder } from "../opening/index.ts";
import type { JournalledPositions } from "./journalled-positions.ts";
import type { LaneSnapshot } from "./lane-snapshot.ts";

/** Hundred-millionths of a mantissa. */
const PARTS = 100_000_000n;
const NONE = -1;
const NOTHING = { quantity: 0n, cost: 0n, realized: 0n, cash: 0n };

/** Something in which the lane and the second computation differ. */
export interface Disagreement {
  readonly code: BreakCode;
  readonly venue: number;
  /** Row of the instrument, or −1. */
  readonly instrument: number;
  /** Row of the asset, or −1. */
  readonly asset: number;
  readonly holder: Holder;
  /** What the lane has and what the journal comes to: hundred-millionths of a mantissa, exact. */
  readonly ours: string;
  readonly theirs: string;
}

/** Compares cell by cell, at one sequence number. One difference for each code and instrument, or asset of a venue: the account's before an agent's. */
export function comparePositions(
  lane: LaneConfiguration,
  snapshot: LaneSnapshot,
  journalled: JournalledPositions,
): Disagreement[] {
  const found = new Map<string, Disagreement>();
  for (const one of [
    ...positionPairs(lane, snapshot, journalled),
    ...balancePairs(lane, snapshot, journalled),
  ]) {
    const { code, venue, instrument, asset } = one;
    const key = `${code} ${venue} ${instrument} ${asset}`;
    if (one.ours !== one.theirs && !found.has(key))
      found.set(key, { ...one, ours: String(one.ours), theirs: String(one.theirs) });
  }
  return [...found.values()];
}

interface Pair extends Omit<Disagreement, "ours" | "theirs"> {
  readonly ours: bigint;
  readonly theirs: bigint;
}

/** Holders by their rows in the lane's columns, the account first. */
function holdersOf({ agents }: LaneConfiguration): [holder: Holder, row: number][] {
  return [
    ["account", agents.length + 1],
    ...agents.map(({ name }, row): [Holder, number] => [`agent:${name}`, row]),
    ["host", agents.length],
    ["external", agents.length + 2],
  ];
}

function* positionPairs(
  lane: LaneConfiguration,
  snapshot: LaneSnapshot,
  { now }: JournalledPositions,
): Generator<Pair> {
  const { instruments, venues } = lane;
  for (const [instrument, { venueIndex, symbol }] of instruments.entries())
    for (const [holder, agent] of holdersOf(lane)) {
      const row = agent * instruments.length + instrument;
      const held = now.find(holder, { venue: venues[venueIndex]?.name ?? "", symbol }) ?? NOTHING;
      const about = { venue: venueIndex, instrument, asset: NONE, holder };
      const quantity = PARTS * BigInt(snapshot.quantity[row] ?? 0);
      yield { ...about, code: BreakCode.POSITION_DIFFERS, ours: quantity, theirs: PARTS * held.quantity };
      const cost = join(snapshot.costWhole[row], snapshot.costParts[row]);
      yield { ...about, code: BreakCode.COST_DIFFERS, ours: cost, theirs: held.cost };
      const gain = join(snapshot.realizedWhole[row], snapshot.realizedParts[row]);
      yield { ...about, code: BreakCode.COST_DIFFERS, ours: gain, theirs: held.realized };
    }
}

function* balancePairs(
  lane: LaneConfiguration,
  snapshot: LaneSnapshot,
  journalled: JournalledPositions,
): Generator<Pair> {
  const { assets, venues } = lane;
  const rows = snapshot.fees.length;
  for (let row = 0; row < rows; row++) {
    const venue = Math.floor(row / assets.length);
    const asset = row % assets.length;
    const place = { venue: venues[venue]?.name ?? "", asset: assets[asset]?.code ?? "" };
    const about = { venue, instrument: NONE, asset };
    for (const [holder, agent] of holdersOf(lane)) {
      const fee = holder === "account" ? snapshot.fees[row] : snapshot.agentFees[agent * rows + row];
      const ours = PARTS * BigInt(fee ?? 0);
      const theirs = PARTS * journalled.now.fee(holder, place.venue, place.asset);
      yield { ...about, holder, code: BreakCode.FEES_DIFFER, ours, theirs };
    }
    // The account's fees are a column of their own: its place among those of agents stays empty.
    const empty = snapshot.agentFees[(lane.agents.length + 1) * rows + row];
    const ours = PARTS * BigInt(empty ?? 0);
    yield { ...about, holder: "account", code: BreakCode.FEES_DIFFER, ours, theirs: 0n };
    // A sum beyond 2^53 was left as it was, and has halted its instruments.
    if (snapshot.broken[row] === 1) continue;
    const moved =
      join(snapshot.expectedWhole[row], snapshot.expectedParts[row]) -
      join(snapshot.baseWhole[row], snapshot.baseParts[row]);
    const theirs =
      flowOf(lane, journalled.now, venue, asset) - flowOf(lane, journalled.atStart, venue, asset);
    yield { ...about, holder: "account", code: BreakCode.FLOW_DIFFERS, ours: moved, theirs };
  }
}

/** What fills and fees have moved of an asset at a venue, in hundred-millionths of its mantissa. A future's fill moves nothing but the fee. */
function flowOf(lane: LaneConfiguration, folded: FoldedPositions, venueIndex: number, row: number): bigint {
  const { assets, instruments, venues } = lane;
  const asset = assets[row];
  const venue = venues[venueIndex]?.name ?? "";
  if (asset === undefined) return 0n;
  let sum = -PARTS * folded.fee("account", venue, asset.code);
  for (const instrument of instruments) {
    if (instrument.venueIndex !== venueIndex || instrument.kind !== "spot") continue;
    const held = folded.find("account", { venue, symbol: instrument.symbol }) ?? NOTHING;
    if (instrument.quoteAssetId === asset.assetId) sum += held.cash;
    if (instrument.baseAssetId === asset.assetId)
      sum += PARTS * held.quantity * 10n ** BigInt(instrument.sizeExponent - asset.exponent);
  }
  return sum;
}

function join(whole = 0, parts = 0): bigint {
  return BigInt(whole) * PARTS + BigInt(parts);
}
