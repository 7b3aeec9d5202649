import { ExecType, OrderEvent, OrderIntent, OrdStatus, writeInt64 } from "../../abi/host/index.ts";
import type { OrderTable } from "../execution/orders/index.ts";
import { execTypeOfStatus, FillCell, OrderRecordWriter } from "../execution/orders/index.ts";
import type { PositionBook } from "../execution/positions/index.ts";
import { RecordType } from "../journal/index.ts";
import { LaneCounter } from "./lane-counters.ts";
import type { LaneJournal } from "./lane-journal.hot.ts";
import type { OrderEvents } from "./order-events.hot.ts";

const REFUSAL_WORDS = 4;
const TIME = 0;
const LAST_QTY = 1;
const LAST_PRICE = 2;
const POSITION = 3;

export interface NoticeParts {
  readonly orders: OrderTable;
  readonly positions: PositionBook;
  readonly events: OrderEvents;
  readonly journal: LaneJournal;
  readonly counters: Float64Array;
  readonly nowNs: Float64Array;
}

/** What agents and the journal are told of orders: events by the queue, denials as records. */
export class OrderNotices {
  /** Agent whose event found no room in the queue, or -1. */
  overflownAgent: number;
  private readonly parts: NoticeParts;
  private readonly writer: OrderRecordWriter;
  private readonly refusal: Int32Array;
  private readonly refusalBytes: Uint8Array;

  constructor(parts: NoticeParts) {
    this.overflownAgent = -1;
    this.parts = parts;
    this.writer = new OrderRecordWriter(parts.orders.columns, parts.orders.instruments.instrumentId);
    this.refusal = new Int32Array(REFUSAL_WORDS);
    this.refusalBytes = new Uint8Array(this.refusal.buffer);
  }

  /**
   * Queues what became of an order for its agent. Of two orders under one tag the agent is shown the one that stands for it: the end of one is not the end
   * of what it knows by that tag as long as the other lives.
   *
   * ```
   *  what happened                                  │ event
   *  ───────────────────────────────────────────────┼───────────────────────────────────────────────
   *  the older order is over, the newer one lives   │ REPLACED, and the newer one
   *  the newer one was refused, here or there       │ REPLACE_REFUSED with the reason, and the older one
   *  a trade of either                              │ TRADE, and the one that stands
   *  all else                                       │ the state of the one that stands
   * ```
   */
  emit(slot: number, execType: number, liquiditySide: number): void {
    const { orders } = this.parts;
    const shown = orders.replacements.standsFor(slot);
    if (shown === slot) this.write(slot, execType, liquiditySide, orders.columns.reason[slot]!);
    else if (execType === ExecType.TRADE) this.write(shown, execType, liquiditySide, 0);
    else if (orders.olderOf(shown) === slot) this.write(shown, ExecType.REPLACED, liquiditySide, 0);
    else if (execType === ExecType.REJECTED || execType === ExecType.DENIED)
      this.write(shown, ExecType.REPLACE_REFUSED, liquiditySide, orders.columns.reason[slot]!);
    else this.write(shown, execTypeOfStatus(orders.columns.status[shown]!), liquiditySide, 0);
  }

  /** Queues that an order was not replaced, and is as it was. */
  emitUnreplaced(slot: number, code: number): void {
    this.write(slot, ExecType.REPLACE_REFUSED, 0, code);
  }

  private write(slot: number, execType: number, liquiditySide: number, reason: number): void {
    const { events, orders, positions, nowNs } = this.parts;
    const { columns } = orders;
    const agent = columns.agent[slot]!;
    const word = events.claim(agent);
    if (word < 0) {
      this.overflownAgent = agent;
      return;
    }
    this.writer.eventCells[TIME] = nowNs[0]!;
    this.writer.eventCells[POSITION] = positions.quantity[positions.rowOf(agent, columns.instrument[slot]!)]!;
    this.writer.writeEvent(events.words, word << 2, slot, execType, liquiditySide);
    events.words[word + (OrderEvent.reason >> 2)] = reason;
  }

  /** Queues a trade; `fill` as the order table left it. */
  emitFill(slot: number, fill: Float64Array, liquiditySide: number): void {
    const { eventCells } = this.writer;
    eventCells[LAST_QTY] = fill[FillCell.QUANTITY]!;
    eventCells[LAST_PRICE] = fill[FillCell.PRICE]!;
    this.emit(slot, ExecType.TRADE, liquiditySide);
    eventCells[LAST_QTY] = 0;
    eventCells[LAST_PRICE] = 0;
  }

  /** [V16] Queues that a trade was undone (its terms), or corrected (the terms in force). */
  emitAmendment(slot: number, execType: number, terms: Float64Array): void {
    const { eventCells } = this.writer;
    eventCells[LAST_QTY] = terms[FillCell.QUANTITY]!;
    eventCells[LAST_PRICE] = terms[FillCell.PRICE]!;
    this.emit(slot, execType, 0);
    eventCells[LAST_QTY] = 0;
    eventCells[LAST_PRICE] = 0;
  }

  /** An intent that did not even become an order: its agent is told by tag. */
  emitRefusal(agent: number, block: Int32Array, code: number): void {
    const { events, orders, positions, nowNs } = this.parts;
    const word = events.claim(agent);
    if (word < 0) {
      this.overflownAgent = agent;
      return;
    }
    const { words } = events;
    const instrument = orders.instruments.indexOf(block[OrderIntent.instrumentId >> 2]!);
    const position = instrument < 0 ? 0 : positions.quantity[positions.rowOf(agent, instrument)]!;
    writeInt64(words, word + (OrderEvent.timeNs >> 2), nowNs[0]!);
    writeInt64(words, word + (OrderEvent.position >> 2), position);
    words[word + (OrderEvent.instrumentId >> 2)] = block[OrderIntent.instrumentId >> 2]!;
    words[word + (OrderEvent.tag >> 2)] = block[OrderIntent.tag >> 2]!;
    const side = (block[OrderIntent.action >> 2]! >>> 8) & 0xff;
    words[word + (OrderEvent.ordStatus >> 2)] = OrdStatus.DENIED | (ExecType.DENIED << 8) | (side << 16);
    words[word + (OrderEvent.reason >> 2)] = code;
  }

  /** Counts a denial and journals it: agent, slot (-1: it never became an order), code. */
  noteDenial(agent: number, slot: number, code: number): void {
    const { counters, journal } = this.parts;
    counters[LaneCounter.DENIALS] = counters[LaneCounter.DENIALS]! + 1;
    this.refusal[0] = agent;
    this.refusal[1] = slot;
    this.refusal[2] = code;
    journal.note(RecordType.REFUSAL, 0, this.refusalBytes, 0, this.refusalBytes.length);
  }
}
