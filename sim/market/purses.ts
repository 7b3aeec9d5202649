/** One asset of one account. Amounts have exponent -16: a base quantity's mantissa is scaled by 1e8. */
export interface Balance {
  readonly free: bigint;
  readonly locked: bigint;
}

/** A balance that its ledger may change. */
export interface Purse {
  free: bigint;
  locked: bigint;
}

/**
 * What all accounts have, and the fees taken, by asset. Ledgers of several instruments may share one set, so that an asset
 * which two of them have in common is one purse. Amounts have exponent -16.
 */
export class Purses {
  private readonly accounts = new Map<number, Map<string, Purse>>();
  private readonly feesByAsset = new Map<string, bigint>();

  /** The account's purse for that asset, made when absent. */
  purse(account: number, asset: string): Purse {
    const purses = this.accounts.get(account) ?? new Map<string, Purse>();
    this.accounts.set(account, purses);
    const purse = purses.get(asset) ?? { free: 0n, locked: 0n };
    purses.set(asset, purse);
    return purse;
  }

  balance(account: number, asset: string): Balance {
    const purse = this.accounts.get(account)?.get(asset);
    return { free: purse?.free ?? 0n, locked: purse?.locked ?? 0n };
  }

  /** All assets the account ever had, by name. */
  balances(account: number): ReadonlyMap<string, Balance> {
    return this.accounts.get(account) ?? new Map<string, Balance>();
  }

  /** Fees taken so far in that asset. */
  fees(asset: string): bigint {
    return this.feesByAsset.get(asset) ?? 0n;
  }

  takeFee(asset: string, amount: bigint): void {
    this.feesByAsset.set(asset, this.fees(asset) + amount);
  }

  /** Sum over all accounts and fees; never changes after opening. */
  total(asset: string): bigint {
    let sum = this.fees(asset);
    for (const purses of this.accounts.values()) {
      const purse = purses.get(asset);
      if (purse !== undefined) sum += purse.free + purse.locked;
    }
    return sum;
  }
}
