import {
  ExecType,
  LiquiditySide,
  OrderEvent,
  OrderType,
  OrdStatus,
  Side,
  TimeInForce,
} from "../../../abi/host/index.ts";
import type { InstrumentTable, IntentReader } from "../orders/index.ts";
import { IntentRefusal, MAX_SAFE, writeMantissa } from "../orders/index.ts";

/** Orders that may rest at once; one more is denied. */
export const PAPER_ORDERS_MAX = 64;

/** Places in `totals`. */
export const PaperTotal = { ORDERS: 0, FILLS: 1, CANCELS: 2, REJECTS: 3, EXPIRIES: 4, DENIALS: 5 } as const;
const TOTALS = 6;

/** The trade at hand; zero in both cells when there is none. */
const QUANTITY = 0;
const PRICE = 1;
const TRADE_CELLS = 2;

/** Where an account's OrderEvents go. */
export interface PaperEvents {
  readonly words: Int32Array;
  /** Word at which a zeroed block begins, or -1 when there is no room. */
  claim(agent: number): number;
}

/**
 * What an agent's intents would have come to, for comparison alone: nothing is decided by it, so its money is in doubles, and there are no fees.
 *
 * The model is the same for everyone who is compared. The best opposite price "allows" a limit order that it equals or betters:
 *
 * ```
 *  order                     │ allowed at once            │ not allowed
 *  ──────────────────────────┼────────────────────────────┼──────────────────────────────────────────────
 *  MARKET (no price: not     │ NEW, TRADE at the opposite │ NEW, EXPIRED
 *  allowed), IOC, FOK        │ best price                 │
 *  LIMIT, GTC                │ NEW, TRADE at that price   │ NEW, rests; TRADE at its limit once it is allowed
 *  LIMIT_MAKER               │ REJECTED                   │ NEW, rests; TRADE at its limit once it is allowed
 *  malformed, tag in use,    │ DENIED, with the code that an order of the host would have
 *  no room, unknown cancel   │
 * ```
 *
 * A replaced order is told of by REPLACED in place of NEW, and is filled or rejected as a new one would be; a replace that changes nothing, or is malformed, by
 * REPLACE_REFUSED.
 *
 * Orders fill whole. Neither size, queue nor delay is looked at, so that its profit is an upper bound.
 */
export class PaperAccount {
  /** By instrument: quantity mantissas, and what was paid (-) or received (+) as price mantissa × quantity mantissa. */
  readonly position: Float64Array;
  readonly cash: Float64Array;
  /** By PaperTotal. */
  readonly totals: Float64Array;
  resting: number;
  /** An event found no room: whoever is told of this account no longer knows its orders. */
  hasMissed: boolean;
  /** By instrument: what was carried in and has had no price yet. */
  private readonly unpriced: Float64Array;
  private readonly instruments: InstrumentTable;
  private readonly nowNs: Float64Array;
  private readonly events: PaperEvents | null;
  /** One row more than may rest: of the order at hand. */
  private readonly tags: Int32Array;
  private readonly sides: Int32Array;
  private readonly types: Int32Array;
  private readonly places: Int32Array;
  private readonly prices: Float64Array;
  private readonly quantities: Float64Array;
  private readonly trade: Float64Array;

  /** `nowNs[0]` is the time of events; without `events` nobody is told. */
  constructor(instruments: InstrumentTable, nowNs: Float64Array, events: PaperEvents | null) {
    const rows = PAPER_ORDERS_MAX + 1;
    this.position = new Float64Array(instruments.count);
    this.cash = new Float64Array(instruments.count);
    this.totals = new Float64Array(TOTALS);
    this.resting = 0;
    this.hasMissed = false;
    this.unpriced = new Float64Array(instruments.count);
    this.instruments = instruments;
    this.nowNs = nowNs;
    this.events = events;
    this.tags = new Int32Array(rows);
    this.sides = new Int32Array(rows);
    this.types = new Int32Array(rows);
    this.places = new Int32Array(rows);
    this.prices = new Float64Array(rows);
    this.quantities = new Float64Array(rows);
    this.trade = new Float64Array(TRADE_CELLS);
  }

  /** Begins with nothing; nobody is told. */
  reset(): void {
    this.position.fill(0);
    this.cash.fill(0);
    this.totals.fill(0);
    this.unpriced.fill(0);
    this.resting = 0;
    this.hasMissed = false;
  }

  /** Begins an instrument with a position, bought at the first middle price that is known from now on. */
  carry(instrument: number, quantity: number): void {
    this.position[instrument] = quantity;
    this.unpriced[instrument] = quantity;
  }

  /** Whether `cash` says what the position has cost. */
  isPriced(instrument: number): boolean {
    return this.unpriced[instrument] === 0;
  }

  /** What was carried in is paid for as soon as there are prices. */
  price(instrument: number, prices: Float64Array, bid: number, ask: number): void {
    const carried = this.unpriced[instrument]!;
    if (carried === 0 || !(prices[bid]! > 0 && prices[ask]! > 0)) return;
    this.cash[instrument] = this.cash[instrument]! - (carried * (prices[bid]! + prices[ask]!)) / 2;
    this.unpriced[instrument] = 0;
  }

  /** A well-formed new order on an instrument (its row) at these best prices (`prices[at]` bid, `prices[ask]` offer; 0 where there is none). */
  submit(intent: IntentReader, instrument: number, prices: Float64Array, bid: number, ask: number): void {
    this.price(instrument, prices, bid, ask);
    const isBuy = intent.side === Side.BUY;
    const best = prices[isBuy ? ask : bid]!;
    const limit = intent.numbers[0]!;
    const isMarket = intent.orderType === OrderType.MARKET;
    const isAllowed = best > 0 && (isMarket || (isBuy ? limit >= best : limit <= best));
    const isResting = !isAllowed && !isMarket && intent.timeInForce === TimeInForce.GTC;
    if (this.rowOf(intent.tag) >= 0) return this.deny(intent, IntentRefusal.DUPLICATE_TAG);
    if (isResting && this.resting === PAPER_ORDERS_MAX)
      return this.deny(intent, IntentRefusal.ORDER_TABLE_FULL);
    const row = this.enter(intent, instrument);
    this.count(PaperTotal.ORDERS);
    if (isAllowed && intent.orderType === OrderType.LIMIT_MAKER) {
      this.end(row, OrdStatus.REJECTED, ExecType.REJECTED, PaperTotal.REJECTS);
      return;
    }
    this.tell(row, OrdStatus.ACCEPTED, ExecType.NEW, LiquiditySide.NONE);
    if (isResting) {
      this.resting = row + 1;
      return;
    }
    this.trade[PRICE] = best;
    if (isAllowed && this.fill(row, LiquiditySide.TAKER)) return;
    this.end(row, OrdStatus.EXPIRED, ExecType.EXPIRED, PaperTotal.EXPIRIES);
  }

  /** The resting order of the intent's tag and instrument goes; denied, when there is no such one. */
  cancel(intent: IntentReader, instrument: number): void {
    const row = this.rowOf(intent.tag);
    if (row < 0 || this.places[row] !== instrument) return this.deny(intent, IntentRefusal.UNKNOWN_TAG);
    this.cancelRow(row);
  }

  /** The resting order of the intent's tag and instrument gets other terms. */
  replace(intent: IntentReader, instrument: number, prices: Float64Array, bid: number, ask: number): void {
    const row = this.rowOf(intent.tag);
    if (row < 0 || this.places[row] !== instrument) return this.deny(intent, IntentRefusal.UNKNOWN_TAG);
    const price = intent.numbers[0]! === 0 ? this.prices[row]! : intent.numbers[0]!;
    const quantity = intent.numbers[1]! === 0 ? this.quantities[row]! : intent.numbers[1]!;
    const isSame = price === this.prices[row] && quantity === this.quantities[row];
    if (isSame || intent.checkReplace() !== 0) return this.refuseReplace(row);
    this.price(instrument, prices, bid, ask);
    this.prices[row] = price;
    this.quantities[row] = quantity;
    this.count(PaperTotal.ORDERS);
    const isBuy = this.sides[row] === Side.BUY;
    const best = prices[isBuy ? ask : bid]!;
    const isAllowed = best > 0 && (isBuy ? price >= best : price <= best);
    if (isAllowed && this.types[row] === OrderType.LIMIT_MAKER) {
      this.end(row, OrdStatus.REJECTED, ExecType.REJECTED, PaperTotal.REJECTS);
      this.remove(row);
      return;
    }
    this.tell(row, OrdStatus.ACCEPTED, ExecType.REPLACED, LiquiditySide.NONE);
    if (!isAllowed) return;
    this.trade[PRICE] = best;
    if (!this.fill(row, LiquiditySide.TAKER))
      this.end(row, OrdStatus.EXPIRED, ExecType.EXPIRED, PaperTotal.EXPIRIES);
    this.remove(row);
  }

  /** Every resting order goes. */
  cancelAll(): void {
    while (this.resting > 0) this.cancelRow(this.resting - 1);
  }

  /** The best prices of an instrument are these now: what they allow is filled, at its limit. */
  onPrices(instrument: number, prices: Float64Array, bid: number, ask: number): void {
    const bestBid = prices[bid]!;
    const bestAsk = prices[ask]!;
    if (!(bestBid > 0 && bestAsk > 0)) return;
    this.price(instrument, prices, bid, ask);
    for (let row = this.resting - 1; row >= 0; row--) {
      if (this.places[row] !== instrument) continue;
      const limit = this.prices[row]!;
      if (this.sides[row] === Side.BUY ? bestAsk > limit : bestBid < limit) continue;
      this.trade[PRICE] = limit;
      if (!this.fill(row, LiquiditySide.MAKER))
        this.end(row, OrdStatus.EXPIRED, ExecType.EXPIRED, PaperTotal.EXPIRIES);
      this.remove(row);
    }
  }

  /** What is no order, and will not be: its agent is told by tag, as the host tells it. */
  deny(intent: IntentReader, reason: number): void {
    this.count(PaperTotal.DENIALS);
    const word = this.claim();
    if (word < 0 || this.events === null) return;
    const { words } = this.events;
    const instrument = this.instruments.indexOf(intent.instrumentId);
    writeMantissa(words, (word << 2) + OrderEvent.timeNs, this.nowNs, 0);
    if (instrument >= 0) writeMantissa(words, (word << 2) + OrderEvent.position, this.position, instrument);
    words[word + (OrderEvent.instrumentId >> 2)] = intent.instrumentId;
    words[word + (OrderEvent.tag >> 2)] = intent.tag;
    words[word + (OrderEvent.ordStatus >> 2)] =
      OrdStatus.DENIED | (ExecType.DENIED << 8) | (intent.side << 16);
    words[word + (OrderEvent.reason >> 2)] = reason;
  }

  /** Writes an order to the row after the last that rests. */
  private enter(intent: IntentReader, instrument: number): number {
    const row = this.resting;
    this.tags[row] = intent.tag;
    this.sides[row] = intent.side;
    this.types[row] = intent.orderType;
    this.places[row] = instrument;
    this.prices[row] = intent.numbers[0]!;
    this.quantities[row] = intent.numbers[1]!;
    return row;
  }

  private rowOf(tag: number): number {
    for (let row = 0; row < this.resting; row++) if (this.tags[row] === tag) return row;
    return -1;
  }

  private refuseReplace(row: number): void {
    this.count(PaperTotal.DENIALS);
    const word = this.tell(row, OrdStatus.ACCEPTED, ExecType.REPLACE_REFUSED, LiquiditySide.NONE);
    if (word >= 0 && this.events !== null)
      this.events.words[word + (OrderEvent.reason >> 2)] = IntentRefusal.MALFORMED_INTENT;
  }

  private cancelRow(row: number): void {
    this.end(row, OrdStatus.CANCELED, ExecType.CANCELED, PaperTotal.CANCELS);
    this.remove(row);
  }

  /** The whole order at `trade[PRICE]`; false, and nothing done, where the position would be no safe integer any more. */
  private fill(row: number, liquiditySide: number): boolean {
    const instrument = this.places[row]!;
    const quantity = this.quantities[row]!;
    const change = this.sides[row] === Side.BUY ? quantity : -quantity;
    const after = this.position[instrument]! + change;
    if (!(after <= MAX_SAFE && after >= -MAX_SAFE)) return false;
    this.position[instrument] = after;
    this.cash[instrument] = this.cash[instrument]! - change * this.trade[PRICE]!;
    this.count(PaperTotal.FILLS);
    this.trade[QUANTITY] = quantity;
    this.tell(row, OrdStatus.FILLED, ExecType.TRADE, liquiditySide);
    return true;
  }

  /** An order is over without a trade. */
  private end(row: number, status: number, execType: number, total: number): void {
    this.count(total);
    this.tell(row, status, execType, LiquiditySide.NONE);
  }

  /** Word at which the event begins, −1 where it found no room. */
  private tell(row: number, status: number, execType: number, liquiditySide: number): number {
    const word = this.claim();
    if (word < 0 || this.events === null) return -1;
    const { words } = this.events;
    const byte = word << 2;
    const instrument = this.places[row]!;
    writeMantissa(words, byte + OrderEvent.timeNs, this.nowNs, 0);
    writeMantissa(words, byte + OrderEvent.price, this.prices, row);
    writeMantissa(words, byte + OrderEvent.quantity, this.quantities, row);
    writeMantissa(words, byte + OrderEvent.position, this.position, instrument);
    if (execType === ExecType.TRADE) {
      writeMantissa(words, byte + OrderEvent.cumQty, this.trade, QUANTITY);
      writeMantissa(words, byte + OrderEvent.lastQty, this.trade, QUANTITY);
      writeMantissa(words, byte + OrderEvent.lastPrice, this.trade, PRICE);
    }
    words[word + (OrderEvent.instrumentId >> 2)] = this.instruments.instrumentId[instrument]!;
    words[word + (OrderEvent.tag >> 2)] = this.tags[row]!;
    words[word + (OrderEvent.ordStatus >> 2)] =
      status | (execType << 8) | (this.sides[row]! << 16) | (liquiditySide << 24);
    return word;
  }

  private claim(): number {
    if (this.events === null) return -1;
    const word = this.events.claim(0);
    if (word < 0) this.hasMissed = true;
    return word;
  }

  private remove(row: number): void {
    const last = this.resting - 1;
    this.tags[row] = this.tags[last]!;
    this.sides[row] = this.sides[last]!;
    this.types[row] = this.types[last]!;
    this.places[row] = this.places[last]!;
    this.prices[row] = this.prices[last]!;
    this.quantities[row] = this.quantities[last]!;
    this.resting = last;
  }

  private count(total: number): void {
    this.totals[total] = this.totals[total]! + 1;
  }
}
