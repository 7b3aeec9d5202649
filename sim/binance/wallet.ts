import type { Balance, Ledger } from "../market/index.ts";

/** Commission in basis points of what is received. */
export interface FeeRates {
  readonly makerBps: number;
  readonly takerBps: number;
}

/** The venue's standard rates: 0.1 % each way. */
export const STANDARD_FEES: FeeRates = { makerBps: 10, takerBps: 10 };

/**
 * An account's balances over all symbols. Each symbol's ledger holds its own part of an account, so an asset that two
 * symbols share is two purses: shown as one sum, spent apart.
 */
export class Wallet {
  readonly #ledgers: readonly Ledger[];
  readonly #assets: readonly string[];

  constructor(ledgers: readonly Ledger[], assets: readonly string[]) {
    this.#ledgers = ledgers;
    this.#assets = assets;
  }

  /** All assets of the venue's symbols. */
  get assets(): readonly string[] {
    return this.#assets;
  }

  /** Amounts with exponent -16. */
  balance(account: number, asset: string): Balance {
    let free = 0n;
    let locked = 0n;
    for (const ledger of this.#ledgers) {
      const part = ledger.balance(account, asset);
      free += part.free;
      locked += part.locked;
    }
    return { free, locked };
  }
}
