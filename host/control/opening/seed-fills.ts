import { Side } from "../../../abi/host/index.ts";
import type { BuiltLane } from "../../lane/index.ts";
import type { Opening, OpeningFill, OpeningPosition } from "./opening.ts";

const UNKNOWN_ASSET = 0xffff_ffff;
const NO_ORDER = -1;
const HALF = 32n;

/** Seeds the position of a holder into the books before the fills. */
export type SeedBase = (position: OpeningPosition, instrument: number) => void;

/**
 * [V16] Seeds what a venue may still undo: the last fills of each instrument and what was before them, and the reports that were applied. To be called when positions and orders are in.
 * Where an agent is configured no more, its position was joined to the host's, which no fold of its fills would come to: there nothing of earlier sessions can be undone, and a report
 * that tries holds the instrument.
 */
export function seedFills(
  built: BuiltLane,
  opening: Opening,
  rowOf: (given: OpeningFill | OpeningPosition) => number,
  seedBase: SeedBase,
): void {
  const { history, positions, instruments, configuration, orders } = built;
  const fills = opening.fills ?? [];
  const bases = opening.bases ?? [];
  for (let instrument = 0; instrument < instruments.count; instrument++) {
    const own = fills.filter((fill) => rowOf(fill) === instrument);
    const before = bases.filter((base) => rowOf(base) === instrument);
    const holders = opening.positions.filter((one) => rowOf(one) === instrument).map(({ holder }) => holder);
    const isJoined = holders.some(
      (holder) =>
        holder.startsWith("agent:") && !configuration.agents.some(({ name }) => holder === `agent:${name}`),
    );
    if (own.length === 0 || isJoined) {
      history.base.copyFrom(positions, instrument);
      continue;
    }
    for (const base of before) seedBase(base, instrument);
    for (const fill of own) seedFill(built, fill, instrument);
  }
  for (const { venue, execId } of opening.amendments ?? []) {
    const place = configuration.venues.findIndex(({ name }) => name === venue);
    if (place >= 0) orders.amendments.seen.add(place, lowHalf(BigInt(execId)), highHalf(BigInt(execId)));
  }
}

function seedFill(built: BuiltLane, fill: OpeningFill, instrument: number): void {
  const { orders, assets, configuration, positions } = built;
  const { fills } = orders;
  const index = fills.claim(instrument);
  const slot = orders.findById(fill.epoch, fill.sequence);
  const agent = configuration.agents.findIndex(({ name }) => fill.holder === `agent:${name}`);
  const asset = assets.assets.find(
    ({ code, exponent }) => code === fill.asset?.code && exponent === fill.asset.exponent,
  );
  // Of an order that is forgotten nothing can be undone; its fill counts all the same.
  fills.order[index] = slot < 0 ? NO_ORDER : slot;
  const nobody = fill.holder === "external" ? positions.externalRow : configuration.agents.length;
  fills.agent[index] = agent < 0 ? nobody : agent;
  fills.side[index] = fill.side === "BUY" ? Side.BUY : Side.SELL;
  fills.tradeIdLow[index] = lowHalf(BigInt(fill.tradeId));
  fills.tradeIdHigh[index] = highHalf(BigInt(fill.tradeId));
  fills.price[index] = Number(fill.price);
  fills.quantity[index] = Number(fill.quantity);
  fills.commission[index] = Number(fill.commission);
  fills.commissionAssetId[index] = asset?.assetId ?? (fill.commission === "0" ? 0 : UNKNOWN_ASSET);
}

function lowHalf(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

function highHalf(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> HALF));
}
