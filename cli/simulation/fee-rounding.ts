import type { CoinbaseVenue } from "../../sim/coinbase/index.ts";
import { termsInForce } from "../../sim/coinbase/index.ts";
import { SIMULATED_ACCOUNT } from "./simulated-account.ts";

/** From the ledger's exponent, -16, to the host's. */
const LEDGER_SCALE = 100_000_000n;

/** What an account's fees in an asset grow by when each is rounded up to eight decimals, as the codec does. A trade that was undone has none. */
export function feesRoundedUp(
  venue: CoinbaseVenue,
  asset: string,
  account: number = SIMULATED_ACCOUNT,
): bigint {
  let sum = 0n;
  for (const record of venue.orders.newestFirst(account)) {
    if (record.product.quoteCurrency !== asset) continue;
    for (const fill of record.fills) {
      const { commission } = termsInForce(record, fill) ?? { commission: 0n };
      sum += (LEDGER_SCALE - (commission % LEDGER_SCALE)) % LEDGER_SCALE;
    }
  }
  return sum;
}
