import { parseDecimal } from "./decimal.ts";
import { parseStamp } from "./clock.ts";

/** The order configurations that this venue carries out, with what each means to the market. */
const KINDS = {
  market_market_ioc: { market: true, timeInForce: "IOC", label: "IMMEDIATE_OR_CANCEL" },
  market_market_fok: { market: true, timeInForce: "FOK", label: "FILL_OR_KILL" },
  sor_limit_ioc: { market: false, timeInForce: "IOC", label: "IMMEDIATE_OR_CANCEL" },
  limit_limit_gtc: { market: false, timeInForce: "GTC", label: "GOOD_UNTIL_CANCELLED" },
  limit_limit_gtd: { market: false, timeInForce: "GTC", label: "GOOD_UNTIL_DATE_TIME" },
  limit_limit_fok: { market: false, timeInForce: "FOK", label: "FILL_OR_KILL" },
} as const;

export type ConfigurationKind = keyof typeof KINDS;

/** `order_configuration`, read. Sizes and prices are mantissas with exponent -8; exactly one size is not null. */
export interface OrderConfiguration {
  readonly kind: ConfigurationKind;
  readonly isMarket: boolean;
  readonly timeInForce: "GTC" | "IOC" | "FOK";
  /** As the venue names it. */
  readonly timeInForceLabel: string;
  readonly baseSize: number | null;
  readonly quoteSize: number | null;
  /** 0 for a market order. */
  readonly limitPrice: number;
  readonly postOnly: boolean;
  /** Epoch ns at which a GTD order ends; null for the others. */
  readonly endEpochNs: bigint | null;
  /** The fields as the client sent them, for echoes. */
  readonly sent: Readonly<Record<string, unknown>>;
}

/** Why a configuration was not read; the text goes to the client. */
export interface ConfigurationRefusal {
  readonly error: "INVALID_ARGUMENT" | "UNSUPPORTED_ORDER_CONFIGURATION";
  readonly message: string;
}

/** Reads `order_configuration`. */
export function readConfiguration(value: unknown): OrderConfiguration | ConfigurationRefusal {
  if (typeof value !== "object" || value === null) return malformed("order_configuration is missing");
  const [entry, ...others] = Object.entries(value as Readonly<Record<string, unknown>>);
  if (entry === undefined || others.length > 0) {
    return malformed("order_configuration must have exactly one member");
  }
  const [name, sent] = entry;
  if (!isKind(name)) return unsupported(`order configuration ${name} is not supported`);
  if (typeof sent !== "object" || sent === null) return malformed(`${name} is not an object`);
  return readFields(name, sent as Readonly<Record<string, unknown>>);
}

export function isRefused(value: OrderConfiguration | ConfigurationRefusal): value is ConfigurationRefusal {
  return "error" in value;
}

function readFields(
  kind: ConfigurationKind,
  sent: Readonly<Record<string, unknown>>,
): OrderConfiguration | ConfigurationRefusal {
  const { market, timeInForce, label } = KINDS[kind];
  const baseSize = parseDecimal(sent["base_size"]);
  const quoteSize = parseDecimal(sent["quote_size"]);
  if ((baseSize === null) === (quoteSize === null))
    return malformed(`${kind} needs one size, as a decimal string`);
  if (quoteSize !== null && !market) return unsupported(`quote_size is not supported for ${kind}`);
  const limitPrice = market ? 0 : parseDecimal(sent["limit_price"]);
  if (limitPrice === null) return malformed(`${kind} needs limit_price, as a decimal string`);
  const endEpochNs = kind === "limit_limit_gtd" ? endOf(sent["end_time"]) : null;
  if (kind === "limit_limit_gtd" && endEpochNs === null)
    return malformed("limit_limit_gtd needs end_time, in RFC 3339");
  const postOnly = sent["post_only"] === true;
  return {
    ...{ kind, isMarket: market, timeInForce, timeInForceLabel: label },
    ...{ baseSize, quoteSize, limitPrice, postOnly, endEpochNs, sent },
  };
}

function isKind(name: string): name is ConfigurationKind {
  return Object.hasOwn(KINDS, name);
}

function endOf(value: unknown): bigint | null {
  return typeof value === "string" ? parseStamp(value) : null;
}

function malformed(message: string): ConfigurationRefusal {
  return { error: "INVALID_ARGUMENT", message };
}

function unsupported(message: string): ConfigurationRefusal {
  return { error: "UNSUPPORTED_ORDER_CONFIGURATION", message };
}
