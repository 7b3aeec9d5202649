import type { Purses } from "../market/index.ts";
import type { VenueClock } from "./clock.ts";
import { formatAmount } from "./decimal.ts";
import type { FeeRates } from "./fee-rates.ts";
import { rateText } from "./fee-rates.ts";
import { errorAnswer, jsonAnswer } from "./http-answer.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { portfolioId, walletId } from "./identity.ts";
import type { OrderRegistry } from "./order-registry.ts";
import { countIn, pageOf, publicRoute, viewRoute } from "./route.ts";
import type { Call, Route } from "./route.ts";

/** What the paths of accounts need of the venue. */
export interface AccountRouteContext {
  readonly clock: VenueClock;
  readonly fees: FeeRates;
  readonly purses: Purses;
  readonly orders: OrderRegistry;
  /** All currencies of the venue's products. */
  readonly currencies: readonly string[];
  /** Those of them that are money, not coins. */
  readonly fiat: ReadonlySet<string>;
}

const ACCOUNTS_STANDARD = 49;
const ACCOUNTS_MAX = 250;
const OPENED = "2021-05-31T09:59:59Z";

/** Accounts, fees, permissions, and the older public lists of currencies that clients load first. */
export function accountRoutes(context: AccountRouteContext): Route[] {
  return [
    viewRoute(/^\/api\/v3\/brokerage\/accounts$/, (call) => listAccounts(context, call)),
    viewRoute(/^\/api\/v3\/brokerage\/accounts\/([^/]+)$/, (call) => getAccount(context, call)),
    viewRoute(/^\/api\/v3\/brokerage\/transaction_summary$/, (call) => transactionSummary(context, call)),
    viewRoute(/^\/api\/v3\/brokerage\/key_permissions$/, keyPermissions),
    publicRoute(/^\/v2\/currencies$/, () => jsonAnswer(200, { data: fiatList(context) })),
    publicRoute(/^\/v2\/currencies\/crypto$/, () => jsonAnswer(200, { data: coinList(context) })),
    publicRoute(/^\/v2\/exchange-rates$/, () =>
      jsonAnswer(200, { data: { currency: "USD", rates: { USD: "1.0" } } }),
    ),
  ];
}

function listAccounts(context: AccountRouteContext, { account, query }: Call): HttpAnswer {
  const all = context.currencies.map((_, index) => accountJson(context, account, index));
  const page = pageOf(all, query, countIn(query, "limit", ACCOUNTS_STANDARD, ACCOUNTS_MAX));
  const { members, hasNext, cursor } = page;
  return jsonAnswer(200, { accounts: members, has_next: hasNext, cursor, size: members.length });
}

function getAccount(context: AccountRouteContext, { account, id }: Call): HttpAnswer {
  const index = context.currencies.findIndex((_, place) => walletId(account, place) === id);
  if (index < 0) return errorAnswer(404, "NOT_FOUND", "account not found");
  return jsonAnswer(200, { account: accountJson(context, account, index) });
}

function accountJson(context: AccountRouteContext, account: number, index: number): object {
  const currency = context.currencies[index] ?? "";
  const { free, locked } = context.purses.balance(account, currency);
  return {
    uuid: walletId(account, index),
    name: `${currency} Wallet`,
    currency,
    available_balance: { value: formatAmount(free), currency },
    default: true,
    active: true,
    created_at: OPENED,
    updated_at: OPENED,
    deleted_at: null,
    type: context.fiat.has(currency) ? "ACCOUNT_TYPE_FIAT" : "ACCOUNT_TYPE_CRYPTO",
    ready: true,
    hold: { value: formatAmount(locked), currency },
    retail_portfolio_id: portfolioId(account),
    platform: "ACCOUNT_PLATFORM_CONSUMER",
  };
}

function transactionSummary({ fees, orders }: AccountRouteContext, { account }: Call): HttpAnswer {
  let volume = 0n;
  let paid = 0n;
  for (const record of orders.newestFirst(account)) {
    volume += record.filledQuote;
    paid += record.fees;
  }
  const tier = { pricing_tier: "Advanced 1", usd_from: "0", usd_to: "1000" };
  const rates = { taker_fee_rate: rateText(fees.takerBps), maker_fee_rate: rateText(fees.makerBps) };
  return jsonAnswer(200, {
    total_volume: Number(formatAmount(volume)),
    total_fees: Number(formatAmount(paid)),
    fee_tier: { ...tier, ...rates, aop_from: "", aop_to: "" },
    margin_rate: null,
    goods_and_services_tax: null,
    advanced_trade_only_volume: Number(formatAmount(volume)),
    advanced_trade_only_fees: Number(formatAmount(paid)),
    coinbase_pro_volume: 0,
    coinbase_pro_fees: 0,
    total_balance: "",
    has_promo_fee: false,
  });
}

/** No key of this venue may move money out of it. */
function keyPermissions({ account, key }: Call): HttpAnswer {
  const rights = { can_view: true, can_trade: key?.canTrade === true, can_transfer: false };
  return jsonAnswer(200, { ...rights, portfolio_uuid: portfolioId(account), portfolio_type: "DEFAULT" });
}

function fiatList({ currencies, fiat }: AccountRouteContext): readonly object[] {
  return currencies
    .filter((currency) => fiat.has(currency))
    .map((id) => ({ id, name: id, min_size: "0.01" }));
}

function coinList({ currencies, fiat }: AccountRouteContext): readonly object[] {
  return currencies
    .filter((currency) => !fiat.has(currency))
    .map((code, index) => ({ asset_id: walletId(0, index), code, name: code, exponent: 8, type: "crypto" }));
}
