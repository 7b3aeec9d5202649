import { PARTS_PER_WHOLE } from "../../host/execution/orders/index.ts";
import type { BuiltLane } from "../../host/lane/index.ts";
import { decimalText } from "../console/amount.ts";

/** Both books are compared in 10^-16 of an asset: the venue's ledger has that exponent, the host's money is exact to it. */
const EXPONENT = -16;
const MANTISSA_SCALE = 10n ** 8n;
const FIRST_INSTRUMENT = 0;

/** What the venue's ledger says of one asset. */
export interface VenueBalance {
  readonly asset: string;
  /** At the session's start and now, free and locked together, exponent -16. */
  readonly opening: bigint;
  readonly free: bigint;
  readonly locked: bigint;
}

export interface AssetComparison {
  readonly asset: string;
  /** What the asset must be by the host's own fills and fees. */
  readonly host: string;
  readonly venue: string;
  /** The venue's last report of the balance to the host; null before the first. */
  readonly reported: string | null;
  readonly difference: string;
  readonly isEqual: boolean;
}

/**
 * Compares the venue's ledger with the host, asset by asset: the opening balance moved by the host's positions, P&L and fees must be the
 * venue's balance to the last digit, and the balance that the venue reported last must be that too, in its eight decimals.
 */
export function compareLedgers(built: BuiltLane, ledger: readonly VenueBalance[]): AssetComparison[] {
  return ledger.map(({ asset, opening, free, locked }) => {
    const row = built.configuration.assets.findIndex(({ code }) => code === asset);
    const host = opening + flowOf(built, asset) - mantissas(built.balances.fees[row] ?? 0);
    const venue = free + locked;
    const isReported = built.balances.isReported[row] === 1;
    const reported = mantissas(
      (built.balances.reportedFree[row] ?? 0) + (built.balances.reportedLocked[row] ?? 0),
    );
    const told = cut(free) + cut(locked);
    return {
      asset,
      host: decimalText(host, EXPONENT),
      venue: decimalText(venue, EXPONENT),
      reported: isReported ? decimalText(reported, EXPONENT) : null,
      difference: decimalText(host - venue, EXPONENT),
      isEqual: host === venue && (!isReported || reported === told),
    };
  });
}

/** What the fills moved of an asset: the position in the base, the cash flow in the quote. */
function flowOf({ positions, configuration }: BuiltLane, asset: string): bigint {
  const instrument = configuration.instruments[FIRST_INSTRUMENT];
  const row = positions.rowOf(positions.accountRow, FIRST_INSTRUMENT);
  const quantity = positions.quantity[row] ?? 0;
  const codeOf = (assetId: number | undefined): string | undefined =>
    configuration.assets.find((known) => known.assetId === assetId)?.code;
  if (asset === codeOf(instrument?.baseAssetId)) return mantissas(quantity);
  if (asset !== codeOf(instrument?.quoteAssetId)) return 0n;
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
