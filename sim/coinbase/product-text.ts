import type { DayFigures } from "./day-statistics.ts";
import { formatAmount, formatDecimal } from "./decimal.ts";
import type { ProductSpec } from "./product.ts";

/** A product as REST lists it. */
export function productJson(spec: ProductSpec, day: DayFigures): object {
  return {
    product_id: spec.productId,
    price: day.price,
    price_percentage_change_24h: day.changePercent,
    volume_24h: day.volume,
    volume_percentage_change_24h: "",
    base_increment: formatDecimal(spec.baseIncrement),
    quote_increment: formatDecimal(spec.quoteIncrement),
    quote_min_size: formatAmount(spec.quoteMin),
    quote_max_size: formatAmount(spec.quoteMax),
    base_min_size: formatDecimal(spec.baseMin),
    base_max_size: formatDecimal(spec.baseMax),
    base_name: spec.baseName,
    quote_name: spec.quoteName,
    watched: false,
    is_disabled: false,
    new: false,
    status: "online",
    cancel_only: false,
    limit_only: false,
    post_only: false,
    trading_disabled: false,
    auction_mode: false,
    product_type: "SPOT",
    quote_currency_id: spec.quoteCurrency,
    base_currency_id: spec.baseCurrency,
    fcm_trading_session_details: null,
    mid_market_price: "",
    alias: "",
    alias_to: [],
    base_display_symbol: spec.baseCurrency,
    quote_display_symbol: spec.quoteCurrency,
    view_only: false,
    price_increment: formatDecimal(spec.priceIncrement),
    display_name: spec.productId,
    product_venue: "CBE",
    ...DECORATION,
    high_24h: day.high,
    low_24h: day.low,
  };
}

/** Fields of the recorded product list that say nothing about trading. */
const DECORATION = {
  approximate_quote_24h_volume: "",
  new_at: "2023-01-01T00:00:00Z",
  market_cap: "",
  base_cbrn: "",
  quote_cbrn: "",
  product_cbrn: "",
  icon_color: "",
  icon_url: "",
  display_name_overwrite: "",
  is_alpha_testing: false,
  about_description: "",
  best_bid_price: "",
  best_ask_price: "",
};

/** `events` of the `status` channel: all products. */
export function statusEvents(specs: readonly ProductSpec[]): string {
  const products = specs.map((spec) => ({
    product_type: "SPOT",
    id: spec.productId,
    base_currency: spec.baseCurrency,
    quote_currency: spec.quoteCurrency,
    base_increment: formatDecimal(spec.baseIncrement),
    quote_increment: formatDecimal(spec.quoteIncrement),
    display_name: spec.productId.replace("-", "/"),
    status: "online",
    status_message: "",
    min_market_funds: formatAmount(spec.quoteMin),
  }));
  return JSON.stringify([{ type: "snapshot", products }]);
}
