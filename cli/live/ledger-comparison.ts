import { PARTS_PER_WHOLE } from "../../host/execution/orders/index.ts";
import type { BuiltLane } from "../../host/lane/index.ts";
import { decimalText } from "../console/amount.ts";

/** Both books are compared in 10^-16 of an asset: the venue's ledger has that exponent, the host's money is exact to it. */
const EXPONENT = -16;
const MANTISSA_SCALE = 10n ** 8n;

/** What a venue's ledger says of one asset. */
export interface VenueBalance {
  readonly venueIndex: number;
  readonly asset: string;
  /** At the session's start and now, free and locked together, exponent -16. */
  readonly opening: bigint;
  readonly free: bigint;
  readonly locked: bigint;
  /**
   * By how much the host's fees are higher than the venue's, fill by fill: the venue charges parts of 10^-8 of an asset and the host rounds each fee
   * up to its last digit. Left out: by nothing.
   */
  readonly feesRoundedUp?: bigint;
}

export interface AssetComparison {
  /** Name of the venue. */
  readonly at: string;
  readonly asset: string;
  /** What the asset must be by the host's own fills and fees. */
  readonly host: string;
  readonly venue: string;
  /** The venue's last report of the balance to the host; null before the first, and where it comes as an answer alone and fills have followed. */
  readonly reported: string | null;
  /** What is left of the two after the rounding of fees. */
  readonly difference: string;
  /** See VenueBalance.feesRoundedUp. */
  readonly feesRoundedUp: string;
  readonly isEqual: boolean;
}

/**
 * Compares the venues' ledgers with the host, asset by asset: the opening balance moved by the host's positions, P&L and fees must be the
 * venue's balance to the last digit, but for what fees were rounded up by, and the balance that the venue reported last must be that too, in its eight decimals.
 */
export function compareLedgers(built: BuiltLane, ledger: readonly VenueBalance[]): AssetComparison[] {
  const { assets, venues } = built.configuration;
  return ledger.map(({ venueIndex, asset, opening, free, locked, feesRoundedUp = 0n }) => {
    const row = venueIndex * assets.length + assets.findIndex(({ code }) => code === asset);
    const host = opening + flowOf(built, venueIndex, asset) - mantissas(built.balances.fees[row] ?? 0);
    const venue = free + locked;
    const isByAnswer = venues[venueIndex]?.asking?.balancesByAnswer === true;
    const isOld = isByAnswer && built.balances.isReportOld[row] === 1;
    const isReported = built.balances.isReported[row] === 1 && !isOld;
    const reported = mantissas(
      (built.balances.reportedFree[row] ?? 0) + (built.balances.reportedLocked[row] ?? 0),
    );
    const told = cut(free) + cut(locked);
    return {
      at: venues[venueIndex]?.name ?? "",
      asset,
      host: decimalText(host, EXPONENT),
      venue: decimalText(venue, EXPONENT),
      reported: isReported ? decimalText(reported, EXPONENT) : null,
      difference: decimalText(host + feesRoundedUp - venue, EXPONENT),
      feesRoundedUp: decimalText(feesRoundedUp, EXPONENT),
      isEqual: host + feesRoundedUp === venue && (!isReported || reported === told),
    };
  });
}

/** What the fills at a venue moved of an asset: the position where it is the base, the cash flow where it is the quote. */
function flowOf(built: BuiltLane, venueIndex: number, asset: string): bigint {
  const assetId = built.configuration.assets.find(({ code }) => code === asset)?.assetId;
  let flow = 0n;
  for (const [index, instrument] of built.configuration.instruments.entries()) {
    if (instrument.venueIndex !== venueIndex) continue;
    if (instrument.baseAssetId === assetId) flow += mantissas(heldOf(built, index));
    else if (instrument.quoteAssetId === assetId) flow += cashOf(built, index);
  }
  return flow;
}

function heldOf({ positions }: BuiltLane, index: number): number {
  return positions.quantity[positions.rowOf(positions.accountRow, index)] ?? 0;
}

function cashOf(built: BuiltLane, index: number): bigint {
  const { positions } = built;
  const row = positions.rowOf(positions.accountRow, index);
  const quantity = heldOf(built, index);
  // Realised and unrealised P&L together are the cash flow and what the position is worth; at cost, the position is worth its cost.
  const cost = money(positions.costWhole[row] ?? 0, positions.costParts[row] ?? 0);
  const realised = money(positions.realizedWhole[row] ?? 0, positions.realizedParts[row] ?? 0);
  return quantity >= 0 ? realised - cost : realised + cost;
}

function money(whole: number, parts: number): bigint {
  return BigInt(whole) * BigInt(PARTS_PER_WHOLE) + BigInt(parts);
}

function mantissas(mantissa: number): bigint {
  return BigInt(mantissa) * MANTISSA_SCALE;
}

/** As the venue writes a balance: eight decimals, the rest cut off. */
function cut(amount: bigint): bigint {
  return (amount / MANTISSA_SCALE) * MANTISSA_SCALE;
}
