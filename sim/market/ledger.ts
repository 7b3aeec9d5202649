import type { Execution, MarketListener, NewOrder, OrderState, Side } from "./types.ts";

/** One asset of one account. Amounts have exponent -16: a base quantity's mantissa is scaled by 1e8. */
export interface Balance {
  readonly free: bigint;
  readonly locked: bigint;
}

/** Opening amounts with exponent -8, as a venue writes them. */
export interface OpeningBalance {
  readonly account: number;
  readonly asset: string;
  readonly amount: bigint;
}

export interface LedgerOptions {
  readonly baseAsset: string;
  readonly quoteAsset: string;
  /** Basis points of the received amount, at least 0, to a hundredth (7.5 is fine). */
  readonly makerFeeBps: number;
  readonly takerFeeBps: number;
  readonly openingBalances: readonly OpeningBalance[];
}

/** The fee of one side of an execution. */
export interface Fee {
  readonly asset: string;
  /** Exponent -8, cut off, as the venue's commission has eight digits. */
  readonly amount: bigint;
}

const QUANTITY_SCALE = 100_000_000n;
const HUNDREDTHS_OF_BPS = 1_000_000n;

/**
 * The accounts of one market: free and locked balances, moved by the market's own events. A buy locks quote at its
 * limit and a sell locks base; an execution moves the amounts, charges the fee in the received asset (base when buying,
 * quote when selling) to the venue's own account, and an end unlocks the rest. The anonymous flow is account 0, without
 * limits. Whatever happens, each asset's total over all accounts and fees stays at the opening total.
 */
export class Ledger implements MarketListener {
  private readonly options: LedgerOptions;
  private readonly accounts = new Map<number, Map<string, MutableBalance>>();
  private readonly feesByAsset = new Map<string, bigint>();
  private readonly locks = new Map<OrderState, bigint>();

  /** Throws RangeError for a negative fee or opening amount. */
  constructor(options: LedgerOptions) {
    this.options = options;
    const feesAllowed = options.makerFeeBps >= 0 && options.takerFeeBps >= 0;
    if (!feesAllowed) throw new RangeError("makerFeeBps and takerFeeBps must be at least 0");
    for (const { account, asset, amount } of options.openingBalances) {
      if (amount < 0n) throw new RangeError(`opening balance of ${asset}, account ${account}: below 0`);
      this.entry(account, asset).free += amount * QUANTITY_SCALE;
    }
  }

  /**
   * Whether the account's free balance covers the order; false is the venue's "insufficient balance". A MARKET buy needs
   * its present cost, from the market's sweepCost; the anonymous flow is always covered.
   */
  covers(order: NewOrder, marketCost: bigint): boolean {
    if (order.account === 0) return true;
    const cost =
      order.side === 1 && order.type === "MARKET" ? marketCost : this.lockOf(order, order.quantity);
    return this.balance(order.account, this.paidAsset(order.side)).free >= cost;
  }

  balance(account: number, asset: string): Balance {
    const entry = this.accounts.get(account)?.get(asset);
    return { free: entry?.free ?? 0n, locked: entry?.locked ?? 0n };
  }

  /** All assets the account ever had, by name. */
  balances(account: number): ReadonlyMap<string, Balance> {
    return this.accounts.get(account) ?? new Map<string, Balance>();
  }

  /** Fees taken so far in that asset, exponent -16. */
  fees(asset: string): bigint {
    return this.feesByAsset.get(asset) ?? 0n;
  }

  /** Sum over all accounts and fees, exponent -16; never changes after opening. */
  total(asset: string): bigint {
    let sum = this.fees(asset);
    for (const balances of this.accounts.values()) {
      const entry = balances.get(asset);
      if (entry !== undefined) sum += entry.free + entry.locked;
    }
    return sum;
  }

  /** The fee that side of the execution pays; the same for every call. */
  fee(execution: Execution, order: OrderState): Fee {
    const bps = order === execution.maker ? this.options.makerFeeBps : this.options.takerFeeBps;
    const received = order.side === 1 ? BigInt(execution.quantity) * QUANTITY_SCALE : quoteOf(execution);
    const amount = (received * BigInt(Math.round(bps * 100))) / HUNDREDTHS_OF_BPS / QUANTITY_SCALE;
    return { asset: order.side === 1 ? this.options.baseAsset : this.options.quoteAsset, amount };
  }

  onAccepted(order: OrderState): void {
    if (order.account === 0) return;
    const lock = this.lockOf(order, order.quantity);
    const paid = this.entry(order.account, this.paidAsset(order.side));
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
    this.entry(order.account, buying ? quoteAsset : baseAsset).free -= buying ? quote : base;
    const fee = order.account === 0 ? 0n : this.fee(execution, order).amount * QUANTITY_SCALE;
    const received = buying ? baseAsset : quoteAsset;
    this.entry(order.account, received).free += (buying ? base : quote) - fee;
    this.feesByAsset.set(received, this.fees(received) + fee);
    if (order.filled === order.quantity) this.locks.delete(order);
  }

  private relock(order: OrderState, lock: bigint): void {
    const previous = this.locks.get(order);
    if (previous === undefined) return;
    const paid = this.entry(order.account, this.paidAsset(order.side));
    paid.locked += lock - previous;
    paid.free -= lock - previous;
    this.locks.set(order, lock);
  }

  /** What the open quantity keeps locked; a MARKET buy locks nothing, since it is over before anything else happens. */
  private lockOf(order: Pick<NewOrder, "side" | "price" | "type">, quantity: number): bigint {
    if (order.side === 2) return BigInt(quantity) * QUANTITY_SCALE;
    return order.type === "MARKET" ? 0n : BigInt(order.price) * BigInt(quantity);
  }

  private paidAsset(side: Side): string {
    return side === 1 ? this.options.quoteAsset : this.options.baseAsset;
  }

  private entry(account: number, asset: string): MutableBalance {
    const balances = this.accounts.get(account) ?? new Map<string, MutableBalance>();
    this.accounts.set(account, balances);
    const entry = balances.get(asset) ?? { free: 0n, locked: 0n };
    balances.set(asset, entry);
    return entry;
  }
}

interface MutableBalance {
  free: bigint;
  locked: bigint;
}

function quoteOf(execution: Execution): bigint {
  return BigInt(execution.price) * BigInt(execution.quantity);
}
