import type {
  RecomputedPosition,
  RecomputeInstrument,
  RecordedFill,
} from "../../execution/positions/index.ts";
import { foldFill } from "../../execution/positions/index.ts";
import { FillWindow } from "./fill-window.ts";
import type {
  Holder,
  Opening,
  OpeningFee,
  OpeningFill,
  OpeningInstrument,
  OpeningPosition,
} from "./opening.ts";

/** Fills of each instrument that are left to the next session; as many as their orders are (folded-orders.ts). */
const FILLS_LEFT = 64;

/** An instrument by its names, with what its fills are worth. */
export interface FoldInstrument extends OpeningInstrument, RecomputeInstrument {}

/** A fill with names in place of numbers. */
export interface NamedFill {
  readonly holder: Holder;
  readonly instrument: FoldInstrument;
  readonly fill: RecordedFill;
  /** Of the fee; null where there was none, or nobody knows the asset. */
  readonly asset: { readonly code: string; readonly exponent: number } | null;
  /** Client order id. */
  readonly order: { readonly epoch: number; readonly sequence: number };
  readonly tradeId: string;
  /** UNDONE and CORRECTED name a trade that was applied before; of CORRECTED the terms are the new ones. */
  readonly kind: "APPLIED" | "UNDONE" | "CORRECTED";
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
  private readonly windows = new Map<string, FillWindow>();

  takeOpening({
    positions,
    fees,
    fills,
    bases,
  }: Pick<Opening, "positions" | "fees" | "fills" | "bases">): void {
    for (const given of positions) {
      const { holder, venue, symbol, priceExponent, sizeExponent, quoteExponent } = given;
      // The numbers of the session that is to come are not needed: only later fills bring theirs.
      const numbers = { instrumentId: 0, contractMultiplier: 1 };
      const instrument = { venue, symbol, priceExponent, sizeExponent, quoteExponent, ...numbers };
      this.held.set(keyOf(holder, given), { holder, instrument, position: amountsOf(given) });
    }
    for (const fee of fees) this.fees.set(feeKeyOf(fee), fee);
    // An older host has written no fills: then what there is now is the base, and nothing of it can be undone.
    for (const base of bases ?? positions) this.windowOf(base).bases.set(base.holder, amountsOf(base));
    for (const fill of fills ?? []) this.windowOf(fill).takeOpening(fill);
  }

  /** One fill, into its holder's position and the account's; or what became of one. Throws OpeningError where a trade is undone that nobody knows. */
  take(given: NamedFill): void {
    const { instrument, fill, kind } = given;
    const window = this.windowOf(instrument);
    if (kind === "APPLIED") {
      window.add(given);
      for (const who of [given.holder, "account"] as const)
        foldFill(this.positionOf(who, instrument), fill, instrument);
      this.addFee(given, 1n);
      return;
    }
    const last = window.amend(given);
    for (const who of [last.holder, "account"] as const)
      Object.assign(this.positionOf(who, instrument), window.fold(who, instrument));
    this.addFee({ ...last, instrument }, -1n);
    if (kind === "CORRECTED") this.addFee(given, 1n);
  }

  private addFee({ holder, instrument, fill, asset }: Omit<NamedFill, "kind">, sign: bigint): void {
    if (asset === null || fill.commission === 0n) return;
    const { venue } = instrument;
    for (const who of [holder, "account"] as const) {
      const fee = { holder: who, venue, asset: asset.code, exponent: asset.exponent, amount: "0" };
      const last = this.fees.get(feeKeyOf(fee)) ?? fee;
      this.fees.set(feeKeyOf(fee), { ...last, amount: String(BigInt(last.amount) + sign * fill.commission) });
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
    return [...this.held.values()].map(openingPosition);
  }

  /** The last fills of each instrument, and what each holder had before them. */
  lastFills(): { readonly fills: readonly OpeningFill[]; readonly bases: readonly OpeningPosition[] } {
    const fills: OpeningFill[] = [];
    const bases: OpeningPosition[] = [];
    for (const { holder, instrument } of this.held.values()) {
      const window = this.windowOf(instrument);
      // The account has whatever anybody has: its turn is each instrument's one.
      if (holder === "account") fills.push(...window.last(FILLS_LEFT, instrument));
    }
    for (const { holder, instrument } of this.held.values()) {
      const base = this.windowOf(instrument).bases.get(holder);
      if (base !== undefined) bases.push(openingPosition({ holder, instrument, position: base }));
    }
    return { fills, bases };
  }

  private windowOf(instrument: OpeningInstrument): FillWindow {
    const key = keyOf("account", instrument);
    const known = this.windows.get(key);
    if (known !== undefined) return known;
    const window = new FillWindow();
    this.windows.set(key, window);
    return window;
  }

  feeTotals(): OpeningFee[] {
    return [...this.fees.values()];
  }

  private positionOf(holder: Holder, instrument: FoldInstrument): RecomputedPosition {
    const key = keyOf(holder, instrument);
    const known = this.held.get(key);
    if (known !== undefined) {
      // What an opening has brought is without this session's numbers.
      this.held.set(key, { ...known, instrument });
      return known.position;
    }
    const position = { quantity: 0n, cost: 0n, realized: 0n, cash: 0n };
    this.held.set(key, { holder, instrument, position });
    return position;
  }
}

function amountsOf({ quantity, cost, realized, cash }: OpeningPosition): RecomputedPosition {
  return {
    quantity: BigInt(quantity),
    cost: BigInt(cost),
    realized: BigInt(realized),
    cash: BigInt(cash),
  };
}

function openingPosition({ holder, instrument, position }: HeldPosition): OpeningPosition {
  return {
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
  };
}

function keyOf(holder: Holder, { venue, symbol }: OpeningInstrument): string {
  return `${holder} ${venue} ${symbol}`;
}

function feeKeyOf({ holder, venue, asset }: Pick<OpeningFee, "holder" | "venue" | "asset">): string {
  return `${holder} ${venue} ${asset}`;
}
