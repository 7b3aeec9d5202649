import type {
  RecomputedPosition,
  RecomputeInstrument,
  RecordedFill,
} from "../../execution/positions/index.ts";
import { foldFill } from "../../execution/positions/index.ts";
import type { Holder, OpeningFee, OpeningInstrument, OpeningPosition } from "./opening.ts";

/** An instrument by its names, with what its fills are worth. */
export interface FoldInstrument extends OpeningInstrument, RecomputeInstrument {}

/** A fill with names in place of numbers. */
export interface NamedFill {
  readonly holder: Holder;
  readonly instrument: FoldInstrument;
  readonly fill: RecordedFill;
  /** Of the fee; null where there was none, or nobody knows the asset. */
  readonly asset: { readonly code: string; readonly exponent: number } | null;
}

interface HeldPosition {
  readonly holder: Holder;
  readonly instrument: FoldInstrument;
  readonly position: RecomputedPosition;
}

/**
 * Positions, cost and fees by names, in BigInt: the second computation, which shares no code with the lane's position book. It is what a
 * start begins with, and what the lane is compared with while it runs.
 */
export class FoldedPositions {
  private readonly held = new Map<string, HeldPosition>();
  private readonly fees = new Map<string, OpeningFee>();

  takeOpening(positions: readonly OpeningPosition[], fees: readonly OpeningFee[]): void {
    for (const given of positions) {
      const { holder, quantity, cost, realized, cash, ...names } = given;
      // The numbers of the session that is to come are not needed: only later fills bring theirs.
      const instrument = { ...names, instrumentId: 0, contractMultiplier: 1 };
      const position = {
        quantity: BigInt(quantity),
        cost: BigInt(cost),
        realized: BigInt(realized),
        cash: BigInt(cash),
      };
      this.held.set(keyOf(holder, names), { holder, instrument, position });
    }
    for (const fee of fees) this.fees.set(feeKeyOf(fee), fee);
  }

  /** One fill, into its holder's position and the account's. */
  take({ holder, instrument, fill, asset }: NamedFill): void {
    for (const who of [holder, "account"] as const) {
      foldFill(this.positionOf(who, instrument), fill, instrument);
      if (asset === null || fill.commission === 0n) continue;
      const { venue } = instrument;
      const fee = { holder: who, venue, asset: asset.code, exponent: asset.exponent, amount: "0" };
      const last = this.fees.get(feeKeyOf(fee)) ?? fee;
      this.fees.set(feeKeyOf(fee), { ...last, amount: String(BigInt(last.amount) + fill.commission) });
    }
  }

  /** What a holder has, or undefined where it never had any. */
  find(holder: Holder, instrument: OpeningInstrument): RecomputedPosition | undefined {
    return this.held.get(keyOf(holder, instrument))?.position;
  }

  /** Fees that a holder has paid in an asset at a venue, mantissas. */
  fee(holder: Holder, venue: string, asset: string): bigint {
    return BigInt(this.fees.get(feeKeyOf({ holder, venue, asset }))?.amount ?? 0);
  }

  positions(): OpeningPosition[] {
    return [...this.held.values()].map(({ holder, instrument, position }) => ({
      holder,
      venue: instrument.venue,
      symbol: instrument.symbol,
      priceExponent: instrument.priceExponent,
      sizeExponent: instrument.sizeExponent,
      quoteExponent: instrument.quoteExponent,
      quantity: String(position.quantity),
      cost: String(position.cost),
      realized: String(position.realized),
      cash: String(position.cash),
    }));
  }

  feeTotals(): OpeningFee[] {
    return [...this.fees.values()];
  }

  private positionOf(holder: Holder, instrument: FoldInstrument): RecomputedPosition {
    const key = keyOf(holder, instrument);
    const known = this.held.get(key);
    if (known !== undefined) return known.position;
    const position = { quantity: 0n, cost: 0n, realized: 0n, cash: 0n };
    this.held.set(key, { holder, instrument, position });
    return position;
  }
}

function keyOf(holder: Holder, { venue, symbol }: OpeningInstrument): string {
  return `${holder} ${venue} ${symbol}`;
}

function feeKeyOf({ holder, venue, asset }: Pick<OpeningFee, "holder" | "venue" | "asset">): string {
  return `${holder} ${venue} ${asset}`;
}
