import { OrderType, Side } from "../../abi/host/index.ts";
import type { OrderTable } from "../../host/execution/orders/index.ts";
import type { EffectList } from "../../host/lane/index.ts";
import { EffectKind } from "../../host/lane/index.ts";
import { AnswerText } from "./answer-texts.ts";
import { AnswerWriter } from "./answer-writer.hot.ts";

const QUEUE_SIZE = 65_536;
const QUEUE_MASK = QUEUE_SIZE - 1;
const FRAME_BYTES = 1024;
const FRAMES_MAX = 4;
const ORDER_ID_FIRST = 5_000_000_000;
const NS_PER_MS = 1e6;
/** Ticks of 0.01 and lots of 0.00001 at exponent -8: their product is exact where price times quantity would pass 2^53. */
const TICK = 1_000_000;
const LOT = 1000;
const QUOTE_PER_TICK_LOT = 10;

/** Which orders trade: those whose sequence has none of the bits of `fillMask`. -1: none. */
export interface VenueRules {
  readonly fillMask: number;
  /** From the order's step to the arrival of its answers, in session time. */
  readonly roundTripNs: number;
  readonly startWallMs: number;
}

/**
 * Stands in for the venue: answers each order with the frames that the venue would send. A maker order is accepted and rests until it
 * is canceled, an immediate one is accepted and expires; those chosen to trade are filled whole at their price. What it needs to
 * know of an order it reads from the order table.
 */
export class VenueAnswers {
  /** Cell 0: session time at which the next answer arrives; Infinity when nothing is under way. */
  readonly dueNs: Float64Array;
  /** More orders were under way than the queue holds: answers were lost. */
  isOverrun: boolean;
  /** Frames of the answer that `take` has written: `count` of them, each from `begin[i]`, `length[i]` bytes of `bytes`. */
  count: number;
  readonly bytes: Uint8Array;
  readonly begin: Int32Array;
  readonly length: Int32Array;
  private readonly orders: OrderTable;
  private readonly rules: VenueRules;
  private readonly writer: AnswerWriter;
  private readonly slots: Int32Array;
  private readonly requests: Int32Array;
  private readonly due: Float64Array;
  private readonly clock: Float64Array;
  private head: number;
  private tail: number;

  constructor(orders: OrderTable, rules: VenueRules) {
    this.dueNs = Float64Array.of(Number.POSITIVE_INFINITY);
    this.isOverrun = false;
    this.count = 0;
    this.writer = new AnswerWriter(FRAME_BYTES * FRAMES_MAX);
    this.bytes = this.writer.bytes;
    this.begin = new Int32Array(FRAMES_MAX);
    this.length = new Int32Array(FRAMES_MAX);
    this.orders = orders;
    this.rules = rules;
    this.slots = new Int32Array(QUEUE_SIZE);
    this.requests = new Int32Array(QUEUE_SIZE);
    this.due = new Float64Array(QUEUE_SIZE);
    this.clock = new Float64Array(3);
    this.head = 0;
    this.tail = 0;
  }

  /** Takes the orders of a step. Returns how many. `nowNs[0]` is the step's session time. */
  receive(effects: EffectList, nowNs: Float64Array): number {
    let orders = 0;
    for (let index = 0; index < effects.count; index++) {
      if (effects.kind(index) !== EffectKind.SEND_ORDER) continue;
      const at = this.tail & QUEUE_MASK;
      this.slots[at] = effects.a(index);
      this.requests[at] = effects.b(index);
      this.due[at] = nowNs[0]! + this.rules.roundTripNs;
      this.tail += 1;
      orders += 1;
    }
    if (this.tail - this.head > QUEUE_SIZE) this.isOverrun = true;
    this.dueNs[0] = this.head === this.tail ? Number.POSITIVE_INFINITY : this.due[this.head & QUEUE_MASK]!;
    return orders;
  }

  /** Writes the frames that answer the oldest request. */
  take(): void {
    const at = this.head & QUEUE_MASK;
    const slot = this.slots[at]!;
    const request = this.requests[at]!;
    this.clock[0] = this.rules.startWallMs + Math.floor(this.due[at]! / NS_PER_MS);
    this.head += 1;
    this.dueNs[0] = this.head === this.tail ? Number.POSITIVE_INFINITY : this.due[this.head & QUEUE_MASK]!;
    this.count = 0;
    if (this.orders.columns.cancelRequestId[slot] === request) this.answerCancel(slot, request);
    else this.answerOrder(slot, request);
  }

  private answerOrder(slot: number, request: number): void {
    this.placed(slot, request);
    this.report(slot, AnswerText.NEW, false, false);
    if (this.isFilled(slot)) this.report(slot, AnswerText.TRADE, true, false);
    else if (!this.isMaker(slot)) this.report(slot, AnswerText.EXPIRED, false, false);
  }

  private answerCancel(slot: number, request: number): void {
    if (this.isFilled(slot) || !this.isMaker(slot)) {
      this.open(request);
      this.close(AnswerText.UNKNOWN_ORDER);
      return;
    }
    this.canceled(slot, request);
    this.report(slot, AnswerText.CANCEL, false, true);
  }

  private isMaker(slot: number): boolean {
    return this.orders.columns.orderType[slot] === OrderType.LIMIT_MAKER;
  }

  private isFilled(slot: number): boolean {
    return (this.orders.columns.sequence[slot]! & this.rules.fillMask) === 0;
  }

  private open(request: number): void {
    const { writer } = this;
    const offset = this.count * FRAME_BYTES;
    writer.begin(offset);
    this.begin[this.count] = offset;
    writer.text(AnswerText.ID);
    writer.cell[0] = request;
    writer.integer();
  }

  private close(tail: Uint8Array): void {
    this.writer.text(tail);
    this.length[this.count] = this.writer.length - this.begin[this.count]!;
    this.count += 1;
  }

  private placed(slot: number, request: number): void {
    const { writer } = this;
    this.open(request);
    writer.text(AnswerText.PLACED);
    this.orderId(slot);
    writer.text(AnswerText.CLIENT_ORDER_ID);
    this.clientOrderId(slot);
    writer.text(AnswerText.TRANSACT_TIME);
    this.stamp();
    this.close(AnswerText.END_RESULT);
  }

  private canceled(slot: number, request: number): void {
    const { writer } = this;
    this.open(request);
    writer.text(AnswerText.CANCELED);
    this.clientOrderId(slot);
    writer.text(AnswerText.ORDER_ID);
    this.orderId(slot);
    writer.text(AnswerText.CANCEL_ID);
    this.stamp();
    this.close(AnswerText.CANCEL_STATUS);
  }

  private report(slot: number, execution: Uint8Array, isTrade: boolean, isCancel: boolean): void {
    const { writer } = this;
    const { columns } = this.orders;
    const offset = this.count * FRAME_BYTES;
    writer.begin(offset);
    this.begin[this.count] = offset;
    writer.text(AnswerText.REPORT);
    this.stamp();
    writer.text(isCancel ? AnswerText.SYMBOL_CANCEL : AnswerText.SYMBOL_OWN);
    if (!isCancel) this.clientOrderId(slot);
    writer.text(columns.side[slot] === Side.BUY ? AnswerText.BUY : AnswerText.SELL);
    writer.text(this.isMaker(slot) ? AnswerText.MAKER : AnswerText.IMMEDIATE);
    this.quantity(slot);
    writer.text(AnswerText.PRICE);
    this.price(slot);
    writer.text(isCancel ? AnswerText.ORIGINAL_OWN : AnswerText.ORIGINAL_NONE);
    if (isCancel) this.clientOrderId(slot);
    writer.text(execution);
    this.orderId(slot);
    if (isTrade) this.trade(slot);
    else this.noTrade();
    this.stamp();
    this.close(AnswerText.END_REPORT);
  }

  private noTrade(): void {
    const { writer } = this;
    writer.text(AnswerText.NO_TRADE);
    this.stamp();
    writer.text(AnswerText.NO_TRADE_ID);
    this.stamp();
    writer.text(AnswerText.QUOTE_NONE);
  }

  private trade(slot: number): void {
    const { writer } = this;
    const { columns } = this.orders;
    writer.text(AnswerText.LAST_QUANTITY);
    this.quantity(slot);
    writer.text(AnswerText.FILLED_QUANTITY);
    this.quantity(slot);
    writer.text(AnswerText.LAST_PRICE);
    this.price(slot);
    writer.text(AnswerText.FEE);
    this.stamp();
    writer.text(AnswerText.TRADE_ID);
    writer.cell[0] = columns.sequence[slot]!;
    writer.integer();
    writer.text(this.isMaker(slot) ? AnswerText.AS_MAKER : AnswerText.AS_TAKER);
    this.stamp();
    this.clock[1] = (columns.price[slot]! / TICK) * (columns.quantity[slot]! / LOT) * QUOTE_PER_TICK_LOT;
    writer.text(AnswerText.QUOTE);
    writer.cell[0] = this.clock[1]!;
    writer.decimal();
    writer.text(AnswerText.LAST_QUOTE);
    writer.cell[0] = this.clock[1]!;
    writer.decimal();
    writer.text(AnswerText.QUOTE_END);
  }

  private stamp(): void {
    this.writer.cell[0] = this.clock[0]!;
    this.writer.integer();
  }

  private orderId(slot: number): void {
    this.writer.cell[0] = ORDER_ID_FIRST + this.orders.columns.sequence[slot]!;
    this.writer.integer();
  }

  private clientOrderId(slot: number): void {
    const { writer } = this;
    writer.cell[0] = this.orders.columns.epoch[slot]!;
    writer.base36();
    writer.text(AnswerText.DASH);
    writer.cell[0] = this.orders.columns.sequence[slot]!;
    writer.base36();
  }

  private price(slot: number): void {
    this.writer.cell[0] = this.orders.columns.price[slot]!;
    this.writer.decimal();
  }

  private quantity(slot: number): void {
    this.writer.cell[0] = this.orders.columns.quantity[slot]!;
    this.writer.decimal();
  }
}
