import { z } from "zod";
import type { BuiltLane } from "../../../lane/index.ts";
import { amountSchema } from "./amount-schema.ts";
import { amountOf, exactAmount } from "./exact-amount.ts";

/** One asset at one venue: what the venue reported, and what it must be by our own fills and fees since the first report. */
export interface BalanceView {
  readonly venue: string;
  readonly asset: string;
  /** Null until the venue reports the asset. */
  readonly free: string | null;
  readonly locked: string | null;
  readonly expected: string | null;
  readonly fees: string;
  /** A sum would have passed 2^53: `expected` is no longer kept. */
  readonly isBroken: boolean;
}

export interface BalancesView {
  readonly balances: readonly BalanceView[];
}

export const balancesSchema: z.ZodType<BalancesView> = z.strictObject({
  balances: z.array(
    z.strictObject({
      venue: z.string(),
      asset: z.string(),
      free: amountSchema.nullable(),
      locked: amountSchema.nullable(),
      expected: amountSchema.nullable(),
      fees: amountSchema,
      isBroken: z.boolean(),
    }),
  ),
});

export function balancesOf({ balances, configuration }: BuiltLane): BalancesView {
  return {
    balances: configuration.venues.flatMap(({ name }, venue) =>
      configuration.assets.map((asset, index) =>
        balanceOf(balances, venue * balances.assetCount + index, name, asset),
      ),
    ),
  };
}

function balanceOf(
  balances: BuiltLane["balances"],
  row: number,
  venue: string,
  { code, exponent }: { readonly code: string; readonly exponent: number },
): BalanceView {
  const isReported = balances.isReported[row] === 1;
  return {
    venue,
    asset: code,
    free: isReported ? amountOf(balances.reportedFree[row], exponent) : null,
    locked: isReported ? amountOf(balances.reportedLocked[row], exponent) : null,
    expected: isReported
      ? exactAmount(balances.expectedWhole[row] ?? 0, balances.expectedParts[row] ?? 0, exponent)
      : null,
    fees: amountOf(balances.fees[row], exponent),
    isBroken: balances.broken[row] === 1,
  };
}
