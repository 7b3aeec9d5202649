import { numberedUuid } from "./uuid.ts";

/** The ids under which the venue knows an account: fixed by its number, so that runs can be compared. */
export function userId(account: number): string {
  return numberedUuid(1, account);
}

export function portfolioId(account: number): string {
  return numberedUuid(2, account);
}

/** One wallet for each account and currency; the currency is numbered by its place among the venue's. */
export function walletId(account: number, currencyIndex: number): string {
  return numberedUuid(3, account * 1_000 + currencyIndex);
}
