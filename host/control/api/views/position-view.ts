import { z } from "zod";
import { POSITION_OK, ValuationCell } from "../../../execution/positions/index.ts";
import type { BuiltLane } from "../../../lane/index.ts";
import { REFERENCE_CELLS, ReferenceCell } from "../../../lane/index.ts";
import { amountSchema } from "./amount-schema.ts";
import { amountOf, exactAmount } from "./exact-amount.ts";
import { placeOf } from "./instrument-place.ts";

/** A position of an agent, of the host (orders it took over), of whoever else trades on the account, or of the account. */
export interface PositionView {
  readonly venue: string;
  readonly symbol: string;
  readonly owner: string;
  readonly ownerKind: "agent" | "host" | "external" | "account";
  readonly quantity: string;
  /** At cost; null while flat. */
  readonly averagePrice: string | null;
  readonly realisedPnl: string;
  /** At the middle of the last known prices; null while there are none, or where it cannot be expressed. */
  readonly unrealisedPnl: string | null;
}

export interface PositionsView {
  readonly positions: readonly PositionView[];
}

export const positionsSchema: z.ZodType<PositionsView> = z.strictObject({
  positions: z.array(
    z.strictObject({
      venue: z.string(),
      symbol: z.string(),
      owner: z.string(),
      ownerKind: z.enum(["agent", "host", "external", "account"]),
      quantity: amountSchema,
      averagePrice: amountSchema.nullable(),
      realisedPnl: amountSchema,
      unrealisedPnl: amountSchema.nullable(),
    }),
  ),
});

export function positionsOf(built: BuiltLane): PositionsView {
  const { configuration, positions } = built;
  const owners = [
    ...configuration.agents.map(({ name }, row) => ({ owner: name, ownerKind: "agent" as const, row })),
    { owner: "host", ownerKind: "host" as const, row: configuration.agents.length },
    { owner: "external", ownerKind: "external" as const, row: positions.externalRow },
    { owner: "account", ownerKind: "account" as const, row: positions.accountRow },
  ];
  return {
    positions: configuration.instruments.flatMap((_, index) =>
      owners.map(({ owner, ownerKind, row }) => ({
        ...placeOf(configuration, index),
        owner,
        ownerKind,
        ...amountsOf(built, index, positions.rowOf(row, index)),
      })),
    ),
  };
}

function amountsOf(
  { configuration, positions, prices }: BuiltLane,
  index: number,
  row: number,
): Omit<PositionView, "venue" | "symbol" | "owner" | "ownerKind"> {
  const instrument = configuration.instruments[index];
  const quoteExponent = instrument?.quoteExponent ?? 0;
  const cell = (column: number): number => prices.cells[index * REFERENCE_CELLS + column] ?? 0;
  const bid = cell(ReferenceCell.BID_PRICE);
  const mark = bid === 0 ? 0 : Math.floor((bid + cell(ReferenceCell.ASK_PRICE)) / 2);
  const isValued = positions.value(row, index, Float64Array.of(mark)) === POSITION_OK;
  const { valuation } = positions;
  const isFlat = positions.quantity[row] === 0;
  return {
    quantity: amountOf(positions.quantity[row], instrument?.sizeExponent),
    averagePrice:
      isFlat || !isValued
        ? null
        : amountOf(valuation[ValuationCell.AVERAGE_PRICE], instrument?.priceExponent),
    realisedPnl: exactAmount(
      positions.realizedWhole[row] ?? 0,
      positions.realizedParts[row] ?? 0,
      quoteExponent,
    ),
    unrealisedPnl:
      isValued && (isFlat || mark > 0)
        ? exactAmount(
            valuation[ValuationCell.UNREALIZED_WHOLE] ?? 0,
            valuation[ValuationCell.UNREALIZED_PARTS] ?? 0,
            quoteExponent,
          )
        : null,
  };
}
