import { AddressLimits } from "./address-limits.ts";
import type { AddressLimitOptions } from "./address-limits.ts";
import { VenueAccount } from "./venue-account.ts";
import type { AccountLimitOptions } from "./venue-account.ts";

/** The accounts and addresses that the venue has met, each with its own limits. */
export class VenueRegistry {
  readonly #accountLimits: AccountLimitOptions;
  readonly #addressLimits: AddressLimitOptions;
  readonly #accounts = new Map<number, VenueAccount>();
  readonly #addresses = new Map<string, AddressLimits>();

  constructor(accountLimits: AccountLimitOptions, addressLimits: AddressLimitOptions) {
    this.#accountLimits = accountLimits;
    this.#addressLimits = addressLimits;
  }

  account(id: number): VenueAccount {
    const known = this.#accounts.get(id);
    if (known !== undefined) return known;
    const account = new VenueAccount(id, this.#accountLimits);
    this.#accounts.set(id, account);
    return account;
  }

  /** Every address that has been met. */
  get addresses(): IterableIterator<AddressLimits> {
    return this.#addresses.values();
  }

  address(ip: string): AddressLimits {
    const known = this.#addresses.get(ip);
    if (known !== undefined) return known;
    const limits = new AddressLimits(this.#addressLimits);
    this.#addresses.set(ip, limits);
    return limits;
  }
}
