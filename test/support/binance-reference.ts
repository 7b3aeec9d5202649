import type { DescribedRecord } from "../../abi/host/index.ts";
import { ExecType, LiquiditySide, OrdStatus, SessionState, Side } from "../../abi/host/index.ts";
import { ReferenceAnswers } from "./binance-reference-answers.ts";
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
import { Fields, Refused, decimal, plainText, refuse } from "./binance-reference-fields.ts";
import type { JsonTree } from "./strict-json.ts";
import { parseStrictJson } from "./strict-json.ts";

// What the frames of Binance mean, written a second time and for clarity alone: a whole tree, big integers, regular expressions. The
// codec's tests hold the codec against it. It shares nothing with the codec but the protocol's own words.

export interface ReferenceInstrument {
  readonly instrumentId: number;
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly baseAssetId: number;
  readonly quoteAssetId: number;
  readonly priceExponent: number;
  readonly sizeExponent: number;
  readonly quoteExponent: number;
}

export interface ReferenceAsset {
  readonly asset: string;
  readonly assetId: number;
  readonly exponent: number;
}

const DAY_NS = 86_400_000_000_000n;

type Description = DescribedRecord;

/** The reference decoder. */
export class BinanceReference {
  readonly #instruments: readonly ReferenceInstrument[];
  readonly #assets = new Map<string, { assetId: number; exponent: number }>();
  readonly #answers: ReferenceAnswers;

  constructor(instruments: readonly ReferenceInstrument[], assets: readonly ReferenceAsset[] = []) {
    this.#instruments = instruments;
    for (const one of instruments) {
      if (!this.#assets.has(one.baseAsset))
        this.#assets.set(one.baseAsset, { assetId: one.baseAssetId, exponent: one.sizeExponent });
      if (!this.#assets.has(one.quoteAsset))
        this.#assets.set(one.quoteAsset, { assetId: one.quoteAssetId, exponent: one.quoteExponent });
    }
    for (const { asset, assetId, exponent } of assets) this.#assets.set(asset, { assetId, exponent });
    this.#answers = new ReferenceAnswers(instruments, this.#assets);
  }

  /** The records of a frame, or null when it is to be refused. */
  decode(
    channel: "market" | "rest" | "order" | "orderRest",
    bytes: Uint8Array,
    instrumentIndex = 0,
  ): readonly Description[] | null {
    try {
      if (channel === "orderRest") return this.#answers.rest(bytes);
      const tree = parseStrictJson(bytes) ?? refuse("no JSON");
      const top = new Fields(tree);
      if (channel === "market") return [this.#market(top)];
      return channel === "rest" ? [this.#rest(top, instrumentIndex)] : this.#order(top);
    } catch (error) {
      if (error instanceof Refused) return null;
      throw error;
    }
  }

  #market(top: Fields): Description {
    if (top.has("stream") || top.has("data")) {
      if (top.get("stream")?.kind !== "text") refuse("no stream");
      return this.#marketEvent(new Fields(top.get("data")));
    }
    const isReply = !top.has("e") && (top.has("result") || top.has("error") || top.has("code"));
    return isReply ? controlReply(top) : this.#marketEvent(top);
  }

  #marketEvent(event: Fields): Description {
    if (!event.has("e")) return event.has("u") ? this.#quote(event) : refuse("unknown message");
    const type = event.text("e");
    if (type === "depthUpdate") return this.#depth(event);
    if (type === "trade") return this.#trade(event);
    return status(type === "serverShutdown" ? SessionState.SERVER_SHUTDOWN : SessionState.IGNORED);
  }

  #instrument(event: Fields): ReferenceInstrument {
    const symbol = event.text("s");
    return this.#instruments.find((one) => one.symbol === symbol) ?? refuse("unknown symbol");
  }

  #quote(event: Fields): Description {
    const { instrumentId, priceExponent, sizeExponent } = this.#instrument(event);
    const bidPrice = event.decimal("b", priceExponent);
    const bidSize = event.decimal("B", sizeExponent);
    const askPrice = event.decimal("a", priceExponent);
    const askSize = event.decimal("A", sizeExponent);
    return record("Quote", {
      updateId: event.integer("u"),
      tsEvent: 0n,
      bidPrice,
      bidSize,
      askPrice,
      askSize,
      instrumentId,
      timeNs: 0n,
    });
  }

  #trade(event: Fields): Description {
    const { instrumentId, priceExponent, sizeExponent } = this.#instrument(event);
    const aggressorSide = event.flag("m") ? Side.SELL : Side.BUY;
    const [tradeId, tsEvent] = [event.integer("t"), nearStamp(event)];
    const [price, size] = [event.decimal("p", priceExponent), event.decimal("q", sizeExponent)];
    return record("Trade", { tradeId, tsEvent, price, size, instrumentId, aggressorSide, timeNs: 0n });
  }

  #depth(event: Fields): Description {
    const instrument = this.#instrument(event);
    const [firstUpdateId, lastUpdateId] = [event.integer("U"), event.integer("u")];
    if (firstUpdateId > lastUpdateId) refuse("inverted ids");
    const fields = {
      firstUpdateId,
      lastUpdateId,
      tsEvent: event.stamp("E"),
      instrumentId: instrument.instrumentId,
      snapshot: 0,
    };
    return book(fields, levels(event.get("b"), instrument), levels(event.get("a"), instrument));
  }

  #rest(top: Fields, instrumentIndex: number): Description {
    const instrument = this.#instruments[instrumentIndex] ?? refuse("unknown instrument");
    if (!top.has("lastUpdateId")) return top.has("code") ? controlReply(top) : refuse("unknown message");
    const id = top.integer("lastUpdateId");
    const fields = {
      firstUpdateId: id,
      lastUpdateId: id,
      tsEvent: 0n,
      instrumentId: instrument.instrumentId,
      snapshot: 1,
    };
    return book(fields, levels(top.get("bids"), instrument), levels(top.get("asks"), instrument));
  }

  #order(top: Fields): readonly Description[] {
    if (top.has("event")) return this.#orderEvent(new Fields(top.get("event")));
    if (top.has("e")) return this.#orderEvent(top);
    return top.has("status") ? this.#answers.socket(top) : refuse("unknown message");
  }

  #orderEvent(event: Fields): readonly Description[] {
    switch (event.text("e")) {
      case "executionReport":
        return [this.#executionReport(event)];
      case "outboundAccountPosition":
        return this.#balances(event);
      case "eventStreamTerminated":
        return [status(SessionState.TERMINATED)];
      case "serverShutdown":
        return [status(SessionState.SERVER_SHUTDOWN)];
      default:
        return [status(SessionState.IGNORED)];
    }
  }

  #balances(event: Fields): readonly Description[] {
    const tsEvent = event.stamp("u");
    const list = event.get("B");
    if (list?.kind !== "array") return refuse("no balances");
    const balances = list.items.flatMap((item) => {
      const entry = new Fields(item);
      const asset = this.#assets.get(entry.text("a"));
      const [free, locked] = [
        entry.decimal("f", asset?.exponent ?? -8),
        entry.decimal("l", asset?.exponent ?? -8),
      ];
      return asset === undefined
        ? []
        : [record("Balance", { free, locked, tsEvent, assetId: asset.assetId })];
    });
    return balances.length === 0 ? [status(SessionState.IGNORED)] : balances;
  }

  #executionReport(event: Fields): Description {
    const { instrumentId, priceExponent, sizeExponent, quoteExponent } = this.#instrument(event);
    const ordStatus = event.oneOf("X", ordStatuses);
    const execType =
      event.text("x") === "TRADE_PREVENTION" ? preventedType(ordStatus) : event.oneOf("x", execTypes);
    const [current, original, isMaker, reason] = [
      event.text("c"),
      event.text("C"),
      event.flag("m"),
      event.text("r"),
    ];
    return record("ExecutionReport", {
      venueOrderId: event.integer("i"),
      tradeId: tradeIdOf(event),
      tsEvent: nearStamp(event),
      price: event.decimal("p", priceExponent),
      orderQty: event.decimal("q", sizeExponent),
      lastPrice: event.decimal("L", priceExponent),
      lastQty: event.decimal("l", sizeExponent),
      cumQty: event.decimal("z", sizeExponent),
      cumQuote: event.decimal("Z", quoteExponent),
      ...this.#commission(event),
      instrumentId,
      ...clientOrderId(execType === ExecType.CANCELED && original !== "" ? original : current),
      rejectCode: execType === ExecType.REJECTED && reason !== "NONE" ? -2010 : 0,
      execType,
      ordStatus,
      side: event.oneOf("S", sides),
      liquiditySide:
        execType !== ExecType.TRADE
          ? LiquiditySide.NONE
          : isMaker
            ? LiquiditySide.MAKER
            : LiquiditySide.TAKER,
      orderType: event.oneOf("o", orderTypes),
      timeInForce: event.oneOf("f", timesInForce),
      requestId: 0,
      execId: 0n,
    });
  }

  #commission(event: Fields): { commission: bigint; commissionAssetId: number } {
    const tree = event.get("N");
    if (tree?.kind === "word" && tree.word === "null") {
      return event.decimal("n", -8) === 0n
        ? { commission: 0n, commissionAssetId: 0 }
        : refuse("fee without asset");
    }
    const asset = this.#assets.get(event.text("N"));
    return {
      commission: event.decimal("n", asset?.exponent ?? -8),
      commissionAssetId: asset?.assetId ?? UNKNOWN_ASSET,
    };
  }
}

const execTypes = {
  NEW: ExecType.NEW,
  TRADE: ExecType.TRADE,
  CANCELED: ExecType.CANCELED,
  REJECTED: ExecType.REJECTED,
  EXPIRED: ExecType.EXPIRED,
  REPLACED: ExecType.REPLACED,
};

function preventedType(ordStatus: number): number {
  return ordStatus === OrdStatus.EXPIRED ? ExecType.EXPIRED : ExecType.REPLACED;
}

function nearStamp(event: Fields): bigint {
  const [sent, happened] = [event.stamp("E"), event.stamp("T")];
  return sent - happened < DAY_NS && happened - sent < DAY_NS ? happened : refuse("stamps a day apart");
}

function tradeIdOf(event: Fields): bigint {
  const tree = event.get("t");
  return tree?.kind === "number" && tree.digits === "-1" ? 0n : event.integer("t");
}

function levels(
  tree: JsonTree | undefined,
  instrument: ReferenceInstrument,
): { price: bigint; size: bigint }[] {
  if (tree?.kind !== "array") return refuse("no levels");
  return tree.items.map((item) => {
    if (item.kind !== "array" || item.items.length !== 2) return refuse("no level");
    const [price, size] = item.items.map(plainText);
    return {
      price: decimal(price ?? "", instrument.priceExponent),
      size: decimal(size ?? "", instrument.sizeExponent),
    };
  });
}

function book(
  fields: Description["fields"],
  bids: { price: bigint; size: bigint }[],
  asks: { price: bigint; size: bigint }[],
): Description {
  return record("BookDelta", fields, { bids, asks });
}

function controlReply(top: Fields): Description {
  const id = requestIdOf(top);
  if (top.has("code")) return status(SessionState.REQUEST_FAILED, id, top.int32("code"));
  if (top.has("error"))
    return status(SessionState.REQUEST_FAILED, id, new Fields(top.get("error")).int32("code"));
  const result = top.get("result");
  return status(
    result?.kind === "word" && result.word === "null" ? SessionState.SUBSCRIBED : SessionState.IGNORED,
    id,
  );
}
