import { Purses } from "./purses.ts";
import type { Balance } from "./purses.ts";
import type { Execution, MarketListener, NewOrder, OrderState, Side } from "./types.ts";

/** Opening amounts with exponent -8, as a venue writes them. */
export interface OpeningBalance {
  readonly account: number;
  readonly asset: string;
  readonly amount: bigint;
}

export interface LedgerOptions {
  readonly baseAsset: string;
  readonly quoteAsset: string;
  /** Basis points of the received amount, or of the notional, at least 0, to a hundredth (7.5 is fine). */
  readonly makerFeeBps: number;
  readonly takerFeeBps: number;
  /**
   * "received": in what the side receives, cut to eight digits. "quote": on top of what a buy pays and off what a sell
   * receives, exact to exponent -16; a buy then locks its fee too, at the taker's rate. "received" by default.
   */
  readonly feeIn?: "received" | "quote";
  /** Shared with the ledgers of other instruments; a set of its own by default. */
  readonly purses?: Purses;
  readonly openingBalances: readonly OpeningBalance[];
}

/** One side of an execution, as money sees it. */
export interface Party {
  readonly account: number;
  readonly side: Side;
  readonly isMaker: boolean;
}

/** What an execution was done at. */
export type Terms = Pick<Execution, "price" | "quantity">;

/** The fee of one side of an execution. */
export interface Fee {
  readonly asset: string;
  /** Exponent -8, cut off. */
  readonly amount: bigint;
  /** What was taken, exponent -16. */
  readonly charged: bigint;
}

const QUANTITY_SCALE = 100_000_000n;
const HUNDREDTHS_OF_BPS = 1_000_000n;

/**
 * The accounts of one market: free and locked balances, moved by the market's own events. A buy locks quote at its
 * limit and a sell locks base; an execution moves the amounts and pays the fee (see feeIn) to the venue's own account, and
 * an end unlocks the rest. The anonymous flow is account 0, without limits. Whatever happens, each asset's total over all
 * accounts and fees stays at the opening total.
 */
export class Ledger implements MarketListener {
  private readonly options: LedgerOptions;
  private readonly purses: Purses;
  private readonly feeInQuote: boolean;
  private readonly locks = new Map<OrderState, bigint>();

  /** Throws RangeError for a negative fee or opening amount. */
  constructor(options: LedgerOptions) {
    this.options = options;
    this.purses = options.purses ?? new Purses();
    this.feeInQuote = options.feeIn === "quote";
    const feesAllowed = options.makerFeeBps >= 0 && options.takerFeeBps >= 0;
    if (!feesAllowed) throw new RangeError("makerFeeBps and takerFeeBps must be at least 0");
    for (const { account, asset, amount } of options.openingBalances) {
      if (amount < 0n) throw new RangeError(`opening balance of ${asset}, account ${account}: below 0`);
      this.purses.purse(account, asset).free += amount * QUANTITY_SCALE;
    }
  }

  /**
   * Whether the account's free balance covers the order; false is the venue's "insufficient balance". A MARKET buy needs
   * its present cost, from the market's sweepCost; the anonymous flow is always covered. `released` is what another order of
   * the account gives back first, when this one replaces it.
   */
  covers(order: NewOrder, marketCost: bigint, released: bigint = 0n): boolean {
    if (order.account === 0) return true;
    const marketBuy = order.side === 1 && order.type === "MARKET";
    const cost = marketBuy ? marketCost + this.feeLock(marketCost) : this.lockOf(order, order.quantity);
    return this.balance(order.account, this.paidAsset(order.side)).free + released >= cost;
  }

  /** What the order keeps locked, in the asset that it pays with, exponent -16. */
  held(order: OrderState): bigint {
    return this.locks.get(order) ?? 0n;
  }

  balance(account: number, asset: string): Balance {
    return this.purses.balance(account, asset);
  }

  /** All assets the account ever had, by name. */
  balances(account: number): ReadonlyMap<string, Balance> {
    return this.purses.balances(account);
  }

  /** Fees taken so far in that asset, exponent -16; of all ledgers that share the purses. */
  fees(asset: string): bigint {
    return this.purses.fees(asset);
  }

  /** Sum over all accounts and fees, exponent -16; never changes after opening. */
  total(asset: string): bigint {
    return this.purses.total(asset);
  }

  /** The fee that side of the execution pays; the same for every call. */
  fee(execution: Execution, order: OrderState): Fee {
    const { account, side } = order;
    return this.feeOf(execution, { account, side, isMaker: order === execution.maker });
  }

  /** The fee that a party pays at those terms. */
  feeOf(terms: Terms, { side, isMaker }: Party): Fee {
    const bps = isMaker ? this.options.makerFeeBps : this.options.takerFeeBps;
    if (this.feeInQuote) {
      const charged = shareOf(quoteOf(terms), bps);
      return { asset: this.options.quoteAsset, amount: charged / QUANTITY_SCALE, charged };
    }
    const received = side === 1 ? BigInt(terms.quantity) * QUANTITY_SCALE : quoteOf(terms);
    const amount = shareOf(received, bps) / QUANTITY_SCALE;
    const asset = side === 1 ? this.options.baseAsset : this.options.quoteAsset;
    return { asset, amount, charged: amount * QUANTITY_SCALE };
  }

  /**
   * What a party would have more of, exponent -16, if an execution had had other terms (null: had never been): base, and quote with the fee. Fees are
   * taken in the quote here; throws an Error for a ledger that takes them in what is received.
   */
  changeOf(
    party: Party,
    before: Terms,
    after: Terms | null,
  ): { readonly base: bigint; readonly quote: bigint } {
    if (!this.feeInQuote) throw new Error("only a ledger with fees in the quote can undo an execution");
    const [was, is] = [this.flowOf(party, before), this.flowOf(party, after)];
    return { base: is.base - was.base, quote: is.quote - is.fee - was.quote + was.fee };
  }

  /** An execution gets other terms, or null: is undone. Money and fees are then as if it had always been so; what is locked stays. */
  amend(party: Party, before: Terms, after: Terms | null): void {
    const { base, quote } = this.changeOf(party, before, after);
    const { baseAsset, quoteAsset } = this.options;
    this.purses.purse(party.account, baseAsset).free += base;
    this.purses.purse(party.account, quoteAsset).free += quote;
    this.purses.takeFee(quoteAsset, this.flowOf(party, after).fee - this.flowOf(party, before).fee);
  }

  onAccepted(order: OrderState): void {
    if (order.account === 0) return;
    const lock = this.lockOf(order, order.quantity);
    const paid = this.purses.purse(order.account, this.paidAsset(order.side));
    paid.free -= lock;
    paid.locked += lock;
    this.locks.set(order, lock);
  }

  onExecution(execution: Execution): void {
    this.settle(execution, execution.maker);
    this.settle(execution, execution.taker);
  }

  onCanceled(order: OrderState): void {
    this.relock(order, 0n);
    this.locks.delete(order);
  }

  onExpired(order: OrderState): void {
    this.onCanceled(order);
  }

  /** Displayed levels move no money. */
  onLevel(): void {}

  private settle(execution: Execution, order: OrderState): void {
    const { baseAsset, quoteAsset } = this.options;
    const base = BigInt(execution.quantity) * QUANTITY_SCALE;
    const quote = quoteOf(execution);
    const buying = order.side === 1;
    if (order.account !== 0) this.relock(order, this.lockOf(order, order.quantity - order.filled));
    this.purses.purse(order.account, buying ? quoteAsset : baseAsset).free -= buying ? quote : base;
    this.purses.purse(order.account, buying ? baseAsset : quoteAsset).free += buying ? base : quote;
    if (order.account !== 0) this.charge(order.account, this.fee(execution, order));
    if (order.filled === order.quantity) this.locks.delete(order);
  }

  /** Received less paid, and the fee, which the anonymous flow does not pay. */
  private flowOf(party: Party, terms: Terms | null): { base: bigint; quote: bigint; fee: bigint } {
    if (terms === null) return { base: 0n, quote: 0n, fee: 0n };
    const sign = party.side === 1 ? 1n : -1n;
    const fee = party.account === 0 ? 0n : this.feeOf(terms, party).charged;
    return { base: sign * BigInt(terms.quantity) * QUANTITY_SCALE, quote: -sign * quoteOf(terms), fee };
  }

  private charge(account: number, fee: Fee): void {
    this.purses.purse(account, fee.asset).free -= fee.charged;
    this.purses.takeFee(fee.asset, fee.charged);
  }

  private relock(order: OrderState, lock: bigint): void {
    const previous = this.locks.get(order);
    if (previous === undefined) return;
    const paid = this.purses.purse(order.account, this.paidAsset(order.side));
    paid.locked += lock - previous;
    paid.free -= lock - previous;
    this.locks.set(order, lock);
  }

  /** What the open quantity keeps locked; a MARKET buy locks nothing, since it is over before anything else happens. */
  private lockOf(order: Pick<NewOrder, "side" | "price" | "type">, quantity: number): bigint {
    if (order.side === 2) return BigInt(quantity) * QUANTITY_SCALE;
    if (order.type === "MARKET") return 0n;
    const notional = BigInt(order.price) * BigInt(quantity);
    return notional + this.feeLock(notional);
  }

  /**
   * The most that a buy of that notional can pay in fees. Cutting each execution's fee takes no more than cutting the sum, so
   * what is locked is enough, however the order is filled.
   */
  private feeLock(notional: bigint): bigint {
    const { makerFeeBps, takerFeeBps } = this.options;
    return this.feeInQuote ? shareOf(notional, Math.max(makerFeeBps, takerFeeBps)) : 0n;
  }

  private paidAsset(side: Side): string {
    return side === 1 ? this.options.quoteAsset : this.options.baseAsset;
  }
}

/** That many basis points of an amount, cut. */
function shareOf(amount: bigint, bps: number): bigint {
  return (amount * BigInt(Math.round(bps * 100))) / HUNDREDTHS_OF_BPS;
}

function quoteOf({ price, quantity }: Terms): bigint {
  return BigInt(price) * BigInt(quantity);
}
