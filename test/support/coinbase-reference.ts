import type { DescribedRecord } from "../../abi/host/index.ts";
import { SessionState, Side } from "../../abi/host/index.ts";
import type { ReferenceAsset, ReferenceInstrument } from "./binance-reference.ts";
import { Fields, Refused, refuse } from "./binance-reference-fields.ts";
import { referenceBook } from "./coinbase-reference-book.ts";
import { CoinbaseRestReference } from "./coinbase-rest-reference.ts";
import {
  CoinbaseOrderReference,
  coinbaseKeys,
  isoNs,
  items,
  record,
  status,
} from "./coinbase-reference-order.ts";
import { parseStrictJson } from "./strict-json.ts";

// What the messages of Coinbase mean, written a second time and for clarity alone: a whole tree, big integers, regular expressions. The
// codec's tests hold the codec against it. It shares nothing with the codec but the protocol's own words.

/** Every line of the codec. */
export type CoinbaseLine = "market" | "order" | "rest";

const errors: Readonly<Record<string, number>> = {
  "authentication failure": 100,
  "rate limit exceeded": 101,
};

/** Words with a backslash in them are none of the list. */
function errorCodeOf(top: Fields): number {
  const message = top.get("message");
  if (message?.kind !== "text") return refuse("no message");
  return message.isEscaped ? 1 : (errors[message.text] ?? 1);
}

/** The reference decoder. It learns the orders that it sees, as the codec does. */
export class CoinbaseReference {
  readonly #instruments: readonly ReferenceInstrument[];
  readonly #orders: CoinbaseOrderReference;
  readonly #rest: CoinbaseRestReference;

  constructor(instruments: readonly ReferenceInstrument[], assets: readonly ReferenceAsset[]) {
    this.#instruments = instruments;
    this.#orders = new CoinbaseOrderReference(instruments, assets);
    this.#rest = new CoinbaseRestReference(this.#orders);
  }

  /** The records of a whole message, or null when it is to be refused. */
  decode(line: CoinbaseLine, bytes: Uint8Array): readonly DescribedRecord[] | null {
    this.#orders.forgetNotes();
    try {
      const records = line === "rest" ? this.#rest.answer(bytes) : this.#message(line, bytes);
      this.#orders.learnNotes();
      return records;
    } catch (error) {
      if (error instanceof Refused) return null;
      throw error;
    }
  }

  #message(line: "market" | "order", bytes: Uint8Array): readonly DescribedRecord[] {
    const top = new Fields(parseStrictJson(bytes) ?? refuse("no JSON"), coinbaseKeys);
    if (!top.has("channel")) {
      if (top.text("type") !== "error") refuse("unknown message");
      return [status(SessionState.REQUEST_FAILED, errorCodeOf(top))];
    }
    const [channel, sentNs, sequence] = [
      top.text("channel"),
      isoNs(top, "timestamp"),
      top.integer("sequence_num"),
    ];
    const events = items(top, "events");
    const number = record("LineSequence", { sequence, tsEvent: sentNs });
    const read = this.#readerOf(line, channel, sequence, sentNs);
    if (read === null) return [number, ...this.#control(line, channel)];
    return [number, ...events.flatMap((event) => read(new Fields(event, coinbaseKeys)))];
  }

  #readerOf(
    line: "market" | "order",
    channel: string,
    sequence: bigint,
    sentNs: bigint,
  ): ((event: Fields) => readonly DescribedRecord[]) | null {
    if (line === "order")
      return channel === "user" ? (event) => this.#orders.userOrders(event, sentNs) : null;
    if (channel === "l2_data") return (event) => referenceBook(event, this.#instruments, sequence, sentNs);
    return channel === "market_trades" ? (event) => this.#trades(event) : null;
  }

  #control(line: "market" | "order", channel: string): readonly DescribedRecord[] {
    if (channel === "subscriptions") return [status(SessionState.SUBSCRIBED)];
    if (channel === "heartbeats") return [];
    return line === "order" ? refuse("unknown channel") : [status(SessionState.IGNORED)];
  }

  #trades(event: Fields): readonly DescribedRecord[] {
    const isUpdate = event.oneOf("type", { snapshot: false, update: true });
    const trades = items(event, "trades");
    return isUpdate ? trades.map((trade) => this.#trade(new Fields(trade, coinbaseKeys))).toReversed() : [];
  }

  #trade(trade: Fields): DescribedRecord {
    const instrument = this.#orders.instrument(trade);
    const id = trade.text("trade_id");
    if (!/^\d+$/.test(id) || BigInt(id) >= 2n ** 63n) refuse("trade id");
    return record("Trade", {
      tradeId: BigInt(id),
      tsEvent: isoNs(trade, "time"),
      price: trade.decimal("price", instrument.priceExponent),
      size: trade.decimal("size", instrument.sizeExponent),
      instrumentId: instrument.instrumentId,
      aggressorSide: trade.oneOf("side", { BUY: Side.SELL, SELL: Side.BUY }),
      timeNs: 0n,
    });
  }
}
