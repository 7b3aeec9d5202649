import type { DescribedRecord } from "../../abi/host/index.ts";
import {
  ExecType,
  LiquiditySide,
  OrdStatus,
  OrderType,
  SessionState,
  Side,
  TimeInForce,
} from "../../abi/host/index.ts";
import type { ReferenceAsset, ReferenceInstrument } from "./binance-reference.ts";
import { Fields, decimal, refuse } from "./binance-reference-fields.ts";
import type { JsonTree } from "./strict-json.ts";

const MANTISSA_MAX = 2n ** 53n - 1n;
const UNKNOWN_ASSET = 4_294_967_295;

/** The keys that stand once in an object. */
export const coinbaseKeys: ReadonlySet<string> = new Set(
  "type channel timestamp sequence_num events product_id updates side event_time price_level new_quantity trades trade_id price size time orders order_id client_order_id cumulative_quantity leaves_quantity limit_price status order_side order_type time_in_force reject_reason message error success success_response error_response preview_failure_reason results failure_reason order fills accounts created_time filled_size order_configuration base_size post_only limit_limit_gtc sor_limit_ioc limit_limit_fok market_market_ioc trade_time trade_type commission liquidity_indicator size_in_quote currency available_balance hold value entry_id".split(
    " ",
  ),
);

const statuses = {
  PENDING: [ExecType.NEW, OrdStatus.PENDING_NEW],
  QUEUED: [ExecType.NEW, OrdStatus.PENDING_NEW],
  OPEN: [ExecType.NEW, OrdStatus.ACCEPTED],
  EDIT_QUEUED: [ExecType.NEW, OrdStatus.ACCEPTED],
  CANCEL_QUEUED: [ExecType.NEW, OrdStatus.PENDING_CANCEL],
  FILLED: [ExecType.NEW, OrdStatus.FILLED],
  CANCELLED: [ExecType.CANCELED, OrdStatus.CANCELED],
  EXPIRED: [ExecType.EXPIRED, OrdStatus.EXPIRED],
  FAILED: [ExecType.REJECTED, OrdStatus.REJECTED],
} as const;
const sides = { BUY: Side.BUY, SELL: Side.SELL };
const orderTypes = {
  Limit: OrderType.LIMIT,
  LIMIT: OrderType.LIMIT,
  "Stop Limit": OrderType.LIMIT,
  STOP_LIMIT: OrderType.LIMIT,
  Bracket: OrderType.LIMIT,
  BRACKET: OrderType.LIMIT,
  Market: OrderType.MARKET,
  MARKET: OrderType.MARKET,
  Stop: OrderType.MARKET,
  STOP: OrderType.MARKET,
};
const timesInForce = {
  GOOD_UNTIL_CANCELLED: TimeInForce.GTC,
  GOOD_UNTIL_DATE_TIME: TimeInForce.GTC,
  IMMEDIATE_OR_CANCEL: TimeInForce.IOC,
  FILL_OR_KILL: TimeInForce.FOK,
};
/** Some of the venue's errors with this codec's numbers: those that the tests use. */
export const errorCodes: Readonly<Record<string, number>> = {
  UNKNOWN_FAILURE_REASON: 2,
  INSUFFICIENT_FUND: 8,
  INVALID_LIMIT_PRICE_POST_ONLY: 12,
  UNKNOWN_CANCEL_ORDER: 42,
  PREVIEW_INSUFFICIENT_FUND: 60,
  unauthorized: 80,
};

export function record(
  name: string,
  fields: DescribedRecord["fields"],
  groups: DescribedRecord["groups"] = {},
): DescribedRecord {
  return { name, fields, groups };
}

export function status(state: number, errorCode = 0): DescribedRecord {
  return record("SessionStatus", { requestId: 0, errorCode, state });
}

/** The items of the list that a key has. */
export function items(fields: Fields, key: string): readonly JsonTree[] {
  const list = fields.get(key);
  return list?.kind === "array" ? list.items : refuse(`no list ${key}`);
}

/** Nanoseconds since 1970 of a time, or of the time of a key. */
export function isoNs(source: Fields | string, key = ""): bigint {
  const text = typeof source === "string" ? source : source.text(key);
  const [, seconds = "", fraction = ""] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text) ?? refuse("no time");
  const ms = Date.parse(`${seconds}Z`);
  // Date.parse takes 24:00:00 and rolls a 30th of February over: only what it writes again was a time.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== `${seconds}.000Z`) return refuse("no time");
  const year = Number(text.slice(0, 4));
  if (year < 2017 || year > 2099) return refuse("time out of range");
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

/** An amount with more digits than are kept, rounded to the higher or the lower number. */
export function rounded(text: string, exponent: number, isUp: boolean): bigint {
  const isNegative = text.startsWith("-");
  const [, whole = "", fraction = ""] = /^-?(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text) ?? refuse("no decimal");
  const kept = decimal(`${whole}.${fraction.slice(0, -exponent).padEnd(1, "0")}`, exponent);
  const isAway = /[1-9]/.test(fraction.slice(-exponent)) && isNegative !== isUp;
  return (isNegative ? -1n : 1n) * (isAway ? kept + 1n : kept);
}

/** Both halves of a UUID, or null. */
export function uuid(text: string): readonly [bigint, bigint] | null {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) return null;
  const hex = text.replaceAll("-", "");
  return [BigInt(`0x${hex.slice(0, 16)}`), BigInt(`0x${hex.slice(16)}`)];
}

/** Epoch and sequence of a client order id of this host, zeros for any other. */
export function coinbaseClientOrderId(text: string): {
  clientOrderEpoch: number;
  clientOrderSequence: number;
} {
  const [, epoch = "0", sequence = "0"] =
    /^([0-9a-f]{8})-5350-8000-8000-0000([0-9a-f]{8})$/i.exec(text) ?? [];
  const clientOrderEpoch = Number.parseInt(epoch, 16);
  return {
    clientOrderEpoch,
    clientOrderSequence: clientOrderEpoch === 0 ? 0 : Number.parseInt(sequence, 16),
  };
}

type Owner = ReturnType<typeof coinbaseClientOrderId>;

/** FNV-1a, 64 bits. */
function hash(text: string): bigint {
  let value = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) value = ((value ^ BigInt(byte)) * 0x100000001b3n) & (2n ** 64n - 1n);
  return value;
}

/** Orders: what the user channel, the queries and the fills say of them. */
export class CoinbaseOrderReference {
  readonly #instruments: readonly ReferenceInstrument[];
  readonly #assets: readonly ReferenceAsset[];
  readonly #orders = new Map<bigint, { readonly low: bigint; readonly owner: Owner }>();
  #notes: (readonly [high: bigint, low: bigint, owner: Owner])[] = [];

  constructor(instruments: readonly ReferenceInstrument[], assets: readonly ReferenceAsset[]) {
    this.#instruments = instruments;
    const named = instruments.flatMap((one) => [
      { asset: one.baseAsset, assetId: one.baseAssetId, exponent: one.sizeExponent },
      { asset: one.quoteAsset, assetId: one.quoteAssetId, exponent: one.quoteExponent },
    ]);
    this.#assets = [...assets, ...named];
  }

  forgetNotes(): void {
    this.#notes = [];
  }

  learnNotes(): void {
    for (const [high, low, owner] of this.#notes) this.#orders.set(high, { low, owner });
  }

  /** Notes the order of an answer. */
  note(fields: Fields): { venueOrderId: bigint } & Owner {
    const venueOrderId = this.venueOrderId(fields);
    const [, low = 0n] = uuid(fields.text("order_id")) ?? [];
    const owner = coinbaseClientOrderId(fields.text("client_order_id"));
    if ((this.#orders.get(venueOrderId)?.low ?? low) !== low) refuse("another order of the same id");
    this.#notes.push([venueOrderId, low, owner]);
    return { venueOrderId, ...owner };
  }

  /** How an order is called, nothing of it noted. */
  namesOf(fields: Fields): { venueOrderId: bigint } & Owner {
    return {
      venueOrderId: this.venueOrderId(fields),
      ...coinbaseClientOrderId(fields.text("client_order_id")),
    };
  }

  venueOrderId(fields: Fields): bigint {
    const [high] = uuid(fields.text("order_id")) ?? refuse("no UUID");
    return high === 0n ? refuse("no UUID") : high;
  }

  ownerOf(venueOrderId: bigint): Owner {
    return this.#orders.get(venueOrderId)?.owner ?? { clientOrderEpoch: 0, clientOrderSequence: 0 };
  }

  assetOf(code: string): ReferenceAsset | undefined {
    return this.#assets.find(({ asset }) => asset === code);
  }

  instrument(fields: Fields): ReferenceInstrument {
    const product = fields.text("product_id");
    return this.#instruments.find(({ symbol }) => symbol === product) ?? refuse("unknown symbol");
  }

  userOrders(event: Fields, sentNs: bigint): readonly DescribedRecord[] {
    event.oneOf("type", { snapshot: 0, update: 0 });
    return items(event, "orders").map((one) => this.#userOrder(new Fields(one, coinbaseKeys), sentNs));
  }

  #userOrder(order: Fields, sentNs: bigint): DescribedRecord {
    const instrument = this.instrument(order);
    const [cumQty, leavesQty] = [
      order.decimal("cumulative_quantity", instrument.sizeExponent),
      order.decimal("leaves_quantity", instrument.sizeExponent),
    ];
    const common = this.#common(order, "order_side", cumQty);
    const orderQty = common.execType === ExecType.NEW ? cumQty + leavesQty : 0n;
    if (orderQty > MANTISSA_MAX) refuse("out of range");
    const isPriced = order.has("limit_price") && order.text("limit_price") !== "";
    const price = isPriced ? order.decimal("limit_price", instrument.priceExponent) : 0n;
    return report({
      ...common,
      instrumentId: instrument.instrumentId,
      tsEvent: sentNs,
      orderQty,
      cumQty,
      price,
    });
  }

  /** One order as the queries write it. */
  queriedOrder(order: Fields): DescribedRecord {
    const instrument = this.instrument(order);
    const cumQty = order.decimal("filled_size", instrument.sizeExponent);
    const common = this.#common(order, "side", cumQty);
    const configuration = new Fields(order.get("order_configuration"), coinbaseKeys);
    const limit = ["limit_limit_gtc", "sor_limit_ioc", "limit_limit_fok"].find((key) =>
      configuration.has(key),
    );
    const key = limit ?? (configuration.has("market_market_ioc") ? "market_market_ioc" : undefined);
    const terms = key === undefined ? null : new Fields(configuration.get(key), coinbaseKeys);
    const isSized = terms !== null && (limit !== undefined || terms.has("base_size"));
    const isMaker = limit !== undefined && terms?.has("post_only") === true && terms.flag("post_only");
    return report({
      ...common,
      instrumentId: instrument.instrumentId,
      tsEvent: isoNs(order, "created_time"),
      cumQty,
      orderQty: isSized ? terms.decimal("base_size", instrument.sizeExponent) : 0n,
      price:
        limit === undefined || terms === null ? 0n : terms.decimal("limit_price", instrument.priceExponent),
      orderType: isMaker ? OrderType.LIMIT_MAKER : common.orderType,
    });
  }

  #common(order: Fields, sideKey: string, cumQty: bigint) {
    const [execType, ordStatus] = order.oneOf<readonly [number, number]>("status", statuses);
    const isRejected = execType === ExecType.REJECTED;
    return {
      ...this.note(order),
      execType,
      ordStatus: ordStatus === OrdStatus.ACCEPTED && cumQty > 0n ? OrdStatus.PARTIALLY_FILLED : ordStatus,
      side: order.oneOf(sideKey, sides),
      orderType: order.oneOf<number>("order_type", orderTypes),
      timeInForce: order.oneOf<number>("time_in_force", timesInForce),
      rejectCode: isRejected ? (errorCodes[order.text("reject_reason")] ?? 1) : 0,
    };
  }

  /** One fill. */
  fill(fill: Fields): DescribedRecord {
    const instrument = this.instrument(fill);
    const execType = fill.oneOf<number>("trade_type", {
      FILL: ExecType.TRADE,
      REVERSAL: ExecType.TRADE_CANCEL,
      CORRECTION: ExecType.TRADE_CORRECT,
    });
    if (fill.flag("size_in_quote")) refuse("size in quote");
    const venueOrderId = this.venueOrderId(fill);
    const fee = this.assetOf(instrument.quoteAsset);
    const makers: Readonly<Record<string, number>> = {
      MAKER: LiquiditySide.MAKER,
      TAKER: LiquiditySide.TAKER,
    };
    return report({
      venueOrderId,
      ...this.ownerOf(venueOrderId),
      instrumentId: instrument.instrumentId,
      tradeId: hash(fill.text("trade_id")),
      tsEvent: isoNs(fill, "trade_time"),
      lastPrice: fill.decimal("price", instrument.priceExponent),
      lastQty: fill.decimal("size", instrument.sizeExponent),
      commission: rounded(fill.text("commission"), fee?.exponent ?? instrument.quoteExponent, true),
      commissionAssetId: fee?.assetId ?? UNKNOWN_ASSET,
      execType,
      execId: execType === ExecType.TRADE ? 0n : hash(fill.text("entry_id")),
      ordStatus: execType === ExecType.TRADE ? OrdStatus.PARTIALLY_FILLED : OrdStatus.UNKNOWN,
      side: fill.oneOf("side", sides),
      liquiditySide: makers[fill.text("liquidity_indicator")] ?? LiquiditySide.NONE,
    });
  }

  /** One account: a balance, or none for an asset that the host did not define. */
  balance(account: Fields): readonly DescribedRecord[] {
    const asset = this.assetOf(account.text("currency"));
    const [available, hold] = [account.get("available_balance"), account.get("hold")];
    if (available === undefined || hold === undefined) return refuse("no balance");
    if (asset === undefined) return [];
    const value = (tree: JsonTree, isUp: boolean): bigint =>
      rounded(new Fields(tree, coinbaseKeys).text("value"), asset.exponent, isUp);
    const amounts = { free: value(available, false), locked: value(hold, true) };
    return [record("Balance", { ...amounts, tsEvent: 0n, assetId: asset.assetId })];
  }
}

/** A report with the fields that are told; all others are 0. */
function report(told: DescribedRecord["fields"]): DescribedRecord {
  return record("ExecutionReport", {
    venueOrderId: 0n,
    tradeId: 0n,
    tsEvent: 0n,
    price: 0n,
    orderQty: 0n,
    lastPrice: 0n,
    lastQty: 0n,
    cumQty: 0n,
    cumQuote: 0n,
    commission: 0n,
    commissionAssetId: 0,
    instrumentId: 0,
    clientOrderEpoch: 0,
    clientOrderSequence: 0,
    rejectCode: 0,
    execId: 0n,
    execType: 0,
    ordStatus: 0,
    side: 0,
    liquiditySide: 0,
    orderType: 0,
    timeInForce: 0,
    requestId: 0,
    ...told,
  });
}

/** What stands for a list of nothing that concerns this host. */
export const ignored: DescribedRecord = status(SessionState.IGNORED);
