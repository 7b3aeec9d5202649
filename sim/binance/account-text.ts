import type { VenueClock } from "./clock.ts";
import { formatDecimal, formatQuote } from "./decimal.ts";
import type { VenueAccount } from "./venue-account.ts";
import type { FeeRates, Wallet } from "./wallet.ts";

/** One basis point as a mantissa with exponent -8. */
const BASIS_POINT = 10_000;

/** Writes the account reply. */
export class AccountTexts {
  readonly #wallet: Wallet;
  readonly #fees: FeeRates;
  readonly #clock: VenueClock;

  constructor(wallet: Wallet, fees: FeeRates, clock: VenueClock) {
    this.#wallet = wallet;
    this.#fees = fees;
    this.#clock = clock;
  }

  /** The reply to `account.status` and `GET /api/v3/account`. */
  status(account: VenueAccount, omitZero: boolean, nowNs: number, micros: boolean): string {
    const { makerBps, takerBps } = this.#fees;
    return (
      `{"makerCommission":${Math.floor(makerBps)},"takerCommission":${Math.floor(takerBps)},"buyerCommission":0,"sellerCommission":0,` +
      `"commissionRates":{"maker":"${rateText(makerBps)}","taker":"${rateText(takerBps)}",` +
      `"buyer":"0.00000000","seller":"0.00000000"},"canTrade":true,"canWithdraw":false,"canDeposit":false,` +
      `"brokered":false,"requireSelfTradePrevention":false,"preventSor":false,` +
      `"updateTime":${this.#clock.stamp(nowNs, micros)},"accountType":"SPOT",` +
      `"balances":[${this.#list(account.id, omitZero)}],"permissions":["SPOT"],"uid":${account.id}}`
    );
  }

  #list(account: number, omitZero: boolean): string {
    let text = "";
    for (const asset of this.#wallet.assets) {
      const { free, locked } = this.#wallet.balance(account, asset);
      if (omitZero && free === 0n && locked === 0n) continue;
      text +=
        `${text === "" ? "" : ","}{"asset":"${asset}","free":"${formatQuote(free)}",` +
        `"locked":"${formatQuote(locked)}"}`;
    }
    return text;
  }
}

/** `0.00100000` for ten basis points. */
function rateText(bps: number): string {
  return formatDecimal(Math.round(bps * BASIS_POINT));
}
