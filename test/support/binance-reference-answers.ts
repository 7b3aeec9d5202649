import type { DescribedRecord } from "../../abi/host/index.ts";
import { ExecType, LiquiditySide, OrdStatus, SessionState, Side } from "../../abi/host/index.ts";
import type { ReferenceInstrument } from "./binance-reference.ts";
import { Fields, refuse } from "./binance-reference-fields.ts";
import {
  UNKNOWN_ASSET,
  clientOrderId,
  ordStatuses,
  orderTypes,
  record,
  requestIdOf,
  sides,
  status,
  timesInForce,
} from "./binance-reference-words.ts";
import type { JsonTree } from "./strict-json.ts";
import { parseStrictJson } from "./strict-json.ts";

interface Request {
  readonly requestId: number;
  readonly isReplace: boolean;
  readonly status: number;
  /** From the line before a REST answer. */
  readonly retryAfterMs: bigint;
}

/** The answers to order requests and queries, as the reference decoder understands them. */
export class ReferenceAnswers {
  readonly #instruments: readonly ReferenceInstrument[];
  readonly #assets: ReadonlyMap<string, { assetId: number; exponent: number }>;

  constructor(
    instruments: readonly ReferenceInstrument[],
    assets: ReadonlyMap<string, { assetId: number; exponent: number }>,
  ) {
    this.#instruments = instruments;
    this.#assets = assets;
  }

  /** An answer over the WebSocket API. */
  socket(top: Fields): readonly DescribedRecord[] {
    if (!top.has("id")) refuse("no id");
    const id = top.get("id");
    const [, digits = "0"] = (id?.kind === "text" && /^r([1-9][0-9]{0,9})$/.exec(id.text)) || [];
    const replaceId =
      Number(digits) < 0xffff_ffff && id?.kind === "text" && !id.isEscaped ? Number(digits) : 0;
    const isReplace = replaceId > 0;
    const requestId = isReplace ? replaceId : requestIdOf(top);
    const request = { requestId, isReplace, status: top.int32("status"), retryAfterMs: 0n };
    if (top.has("error")) return failure(request, new Fields(top.get("error")));
    return this.#result(request, top.get("result") ?? refuse("neither result nor error"));
  }

  /** An answer over REST, behind the gateway's line. */
  rest(bytes: Uint8Array): readonly DescribedRecord[] {
    const text = Buffer.from(bytes).toString("latin1");
    const head = /^([0-9]{1,13}) (r?)([0-9]{1,13}) ([0-9]{1,13})\n/.exec(text) ?? refuse("no head");
    const status_ = Number(head[1]);
    const requestId = Number(BigInt(head[3] ?? 0) % 2n ** 32n);
    if (status_ < 100 || status_ > 599 || requestId === 0) refuse("no head");
    const request = {
      requestId,
      isReplace: head[2] === "r",
      status: status_,
      retryAfterMs: BigInt(head[4] ?? 0),
    };
    const body = bytes.subarray(head[0].length);
    const isTold = status_ < 500 && /^[ \t\n\r]*\{/.test(text.slice(head[0].length));
    if (status_ >= 400 && !isTold) return both(request, { status: status_, errorCode: 0 });
    const tree = parseStrictJson(body) ?? refuse("no JSON");
    return status_ < 400 ? this.#result(request, tree) : failure(request, new Fields(tree));
  }

  #result(request: Request, result: JsonTree): readonly DescribedRecord[] {
    const { requestId } = request;
    const bare = reply({ requestId, status: request.status });
    if (result.kind === "array") return [...this.#list(requestId, result.items), bare];
    if (result.kind !== "object") return [bare];
    const fields = new Fields(result);
    if (request.isReplace) return legs(requestId, fields, 0);
    if (fields.has("balances")) return [...this.#balances(fields), bare];
    const order = isOrder(fields) ? this.#order(requestId, fields) : [];
    return [...order, reply({ requestId, status: request.status, ...plain(fields) })];
  }

  #list(requestId: number, items: readonly JsonTree[]): readonly DescribedRecord[] {
    return items.flatMap((item) => {
      if (item.kind !== "object") return [];
      const entry = new Fields(item);
      if (isOrder(entry)) return this.#order(requestId, entry);
      return entry.has("orderId") && entry.has("isBuyer") ? this.#trade(requestId, entry) : [];
    });
  }

  #instrument(entry: Fields): ReferenceInstrument | undefined {
    const symbol = entry.text("symbol");
    return this.#instruments.find((one) => one.symbol === symbol);
  }

  #order(requestId: number, entry: Fields): readonly DescribedRecord[] {
    const instrument = this.#instrument(entry);
    if (instrument === undefined) return [];
    return [
      record("ExecutionReport", {
        ...noReport(requestId, instrument),
        venueOrderId: entry.integer("orderId"),
        tsEvent: entry.stamp("updateTime"),
        price: entry.decimal("price", instrument.priceExponent),
        orderQty: entry.decimal("origQty", instrument.sizeExponent),
        cumQty: entry.decimal("executedQty", instrument.sizeExponent),
        cumQuote: entry.text("cummulativeQuoteQty").startsWith("-")
          ? 0n
          : entry.decimal("cummulativeQuoteQty", instrument.quoteExponent),
        ...clientOrderId(entry.text("clientOrderId")),
        execType: ExecType.ORDER_STATUS,
        ordStatus: entry.oneOf("status", ordStatuses),
        side: entry.oneOf("side", sides),
        orderType: entry.oneOf("type", orderTypes),
        timeInForce: entry.oneOf("timeInForce", timesInForce),
      }),
    ];
  }

  #trade(requestId: number, entry: Fields): readonly DescribedRecord[] {
    const instrument = this.#instrument(entry);
    if (instrument === undefined) return [];
    const asset = this.#assets.get(entry.text("commissionAsset"));
    return [
      record("ExecutionReport", {
        ...noReport(requestId, instrument),
        venueOrderId: entry.integer("orderId"),
        tradeId: entry.integer("id"),
        tsEvent: entry.stamp("time"),
        lastPrice: entry.decimal("price", instrument.priceExponent),
        lastQty: entry.decimal("qty", instrument.sizeExponent),
        commission: entry.decimal("commission", asset?.exponent ?? -8),
        commissionAssetId: asset?.assetId ?? UNKNOWN_ASSET,
        execType: ExecType.TRADE,
        ordStatus: OrdStatus.UNKNOWN,
        side: entry.flag("isBuyer") ? Side.BUY : Side.SELL,
        liquiditySide: entry.flag("isMaker") ? LiquiditySide.MAKER : LiquiditySide.TAKER,
      }),
    ];
  }

  #balances(fields: Fields): readonly DescribedRecord[] {
    const time = fields.get("updateTime");
    const isNew = time?.kind === "number" && time.digits.startsWith("0");
    const tsEvent = isNew ? 0n : fields.stamp("updateTime");
    const list = fields.get("balances");
    if (list?.kind !== "array") return refuse("no balances");
    return list.items.flatMap((item) => {
      const entry = new Fields(item);
      const asset = this.#assets.get(entry.text("asset"));
      const exponent = asset?.exponent ?? -8;
      const [free, locked] = [entry.decimal("free", exponent), entry.decimal("locked", exponent)];
      return asset === undefined
        ? []
        : [record("Balance", { free, locked, tsEvent, assetId: asset.assetId })];
    });
  }
}

function isOrder(fields: Fields): boolean {
  return fields.has("orderId") && fields.has("updateTime");
}

function noReport(requestId: number, { instrumentId }: ReferenceInstrument): DescribedRecord["fields"] {
  return {
    ...{ venueOrderId: 0n, tradeId: 0n, tsEvent: 0n, price: 0n, orderQty: 0n, lastPrice: 0n, lastQty: 0n },
    ...{ cumQty: 0n, cumQuote: 0n, commission: 0n, commissionAssetId: 0, instrumentId },
    ...{ clientOrderEpoch: 0, clientOrderSequence: 0, rejectCode: 0, execType: 0, ordStatus: 0, side: 0 },
    execId: 0n,
    ...{ liquiditySide: LiquiditySide.NONE, orderType: 0, timeInForce: 0, requestId },
  };
}

function reply(fields: DescribedRecord["fields"]): DescribedRecord {
  return record("RequestReply", {
    ...{ venueOrderId: 0n, serverTimeMs: 0n, retryAfterMs: 0n, requestId: 0 },
    ...{ clientOrderEpoch: 0, clientOrderSequence: 0, status: 0, errorCode: 0 },
    ...fields,
  });
}

/** What refuses a whole request refuses both halves of a replace. */
function both(request: Request, fields: DescribedRecord["fields"]): readonly DescribedRecord[] {
  const { requestId, retryAfterMs, isReplace } = request;
  const own = reply({ requestId, retryAfterMs, ...fields });
  return isReplace ? [reply({ requestId: (requestId + 1) % 2 ** 32, retryAfterMs, ...fields }), own] : [own];
}

function failure(request: Request, error: Fields): readonly DescribedRecord[] {
  const outcome = outcomeOf(error, request.status);
  const tree = error.get("data");
  const data = tree?.kind === "object" ? new Fields(tree) : undefined;
  if (request.isReplace && data?.has("cancelResult") === true)
    return legs(request.requestId, data, outcome.errorCode);
  const ms = (key: string, otherwise: bigint): bigint =>
    data?.has(key) === true ? data.stamp(key) / 1_000_000n : otherwise;
  const replies = both(request, {
    ...outcome,
    serverTimeMs: ms("serverTime", 0n),
    retryAfterMs: ms("retryAfter", request.retryAfterMs),
  });
  const clock = status(SessionState.CLOCK_REFUSED, request.requestId, -1021);
  return outcome.errorCode === -1021 ? [...replies, clock] : replies;
}

/** The venue's own time-outs prove nothing about an order, whatever status stands beside them. */
function outcomeOf(error: Fields, beside: number): { readonly status: number; readonly errorCode: number } {
  const errorCode = error.int32("code");
  if (errorCode === -1006 || errorCode === -1007 || beside === 408) return { status: 504, errorCode };
  const text = error.get("msg");
  const isUnknown =
    errorCode === -2011 && text?.kind === "text" && !text.isEscaped && text.text === "Unknown order sent.";
  return { status: errorCode === -2013 || isUnknown ? 404 : beside, errorCode };
}

function plain(result: Fields): DescribedRecord["fields"] {
  const timeKey = ["serverTime", "transactTime"].find((key) => result.has(key));
  const idKey = ["origClientOrderId", "clientOrderId"].find((key) => result.has(key));
  return {
    venueOrderId: result.has("orderId") ? result.integer("orderId") : 0n,
    serverTimeMs: timeKey === undefined ? 0n : result.stamp(timeKey) / 1_000_000n,
    ...(idKey === undefined ? {} : clientOrderId(result.text(idKey))),
  };
}

function legs(requestId: number, fields: Fields, code: number): readonly DescribedRecord[] {
  return [
    leg((requestId + 1) % 2 ** 32, fields.text("cancelResult"), fields.get("cancelResponse"), code),
    leg(requestId, fields.text("newOrderResult"), fields.get("newOrderResponse"), code),
  ];
}

function leg(requestId: number, result: string, tree: JsonTree | undefined, code: number): DescribedRecord {
  const response = tree?.kind === "object" ? new Fields(tree) : undefined;
  if (result === "SUCCESS")
    return reply({ requestId, status: 200, ...(response === undefined ? {} : plain(response)) });
  if (result === "NOT_ATTEMPTED") return reply({ requestId, status: 400, errorCode: code });
  if (result !== "FAILURE" || response === undefined) return refuse("no leg");
  const outcome = outcomeOf(response, 400);
  const isLimited = outcome.errorCode === -1003 || outcome.errorCode === -1015;
  return reply({ requestId, ...outcome, ...(isLimited ? { status: 429 } : {}) });
}
