import type { Side } from "../market/index.ts";
import type { OrderFill } from "./order-text.ts";

/** One side of a match, as its account sees it. */
export interface AccountTrade extends OrderFill {
  readonly orderId: number;
  readonly side: Side;
  readonly timeNs: number;
  readonly maker: boolean;
}

/** Trades of an account that stay known; the oldest go first, half of them at once. */
const TRADES_MAX = 100_000;

/** The trades of the client accounts in one symbol, oldest first. */
export class AccountTrades {
  readonly #byAccount = new Map<number, AccountTrade[]>();

  add(account: number, trade: AccountTrade): void {
    const list = this.#byAccount.get(account);
    if (list === undefined) this.#byAccount.set(account, [trade]);
    else {
      if (list.length === TRADES_MAX) list.splice(0, TRADES_MAX / 2);
      list.push(trade);
    }
  }

  of(account: number): readonly AccountTrade[] {
    return this.#byAccount.get(account) ?? [];
  }
}
