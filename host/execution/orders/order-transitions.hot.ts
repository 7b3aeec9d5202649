import { OrdStatus } from "../../../abi/host/index.ts";
import { RequestFlag, type OrderColumns } from "./order-columns.ts";
import type { OrderSlots } from "./order-slots.hot.ts";
import {
  CELL_HALT,
  CELL_IGNORE,
  CELL_NEXT_MASK,
  CELL_REFUSE,
  CELL_WORKING,
  ORDER_STATE_TABLE,
  ORDER_TRIGGERS,
  OrderTrigger,
} from "./order-states.ts";
import { NO_WITNESS, type OrderWitness } from "./order-witness.ts";
import { HaltReason, Outcome } from "./outcome.ts";

/** Moves orders by the decision table, and resolves requests. What the last call did stands in the three public fields. */
export class OrderTransitions {
  lastIndex: number;
  /** Of the order that was moved last: its state before. */
  lastStatus: number;
  haltReason: number;
  haltInstrument: number;
  witness: OrderWitness;
  readonly #slots: OrderSlots;
  readonly #columns: OrderColumns;

  constructor(slots: OrderSlots) {
    this.lastIndex = -1;
    this.lastStatus = 0;
    this.haltReason = HaltReason.NONE;
    this.haltInstrument = -1;
    this.witness = NO_WITNESS;
    this.#slots = slots;
    this.#columns = slots.columns;
  }

  /** A new call, about the order in `slot` (−1: none yet). */
  begin(slot: number): void {
    this.lastIndex = slot;
    this.haltReason = HaltReason.NONE;
    this.haltInstrument = -1;
  }

  halt(reason: number, instrument: number): void {
    this.haltReason = reason;
    this.haltInstrument = instrument;
  }

  /** Outcome CHANGED, IGNORED or REFUSED. */
  apply(slot: number, trigger: number): number {
    const columns = this.#columns;
    const last = columns.status[slot]!;
    this.lastStatus = last;
    const cell = ORDER_STATE_TABLE[last * ORDER_TRIGGERS + trigger]!;
    let next = cell & CELL_NEXT_MASK;
    if (next === CELL_REFUSE) return Outcome.REFUSED;
    if ((cell & CELL_HALT) !== 0) {
      const reason =
        trigger === OrderTrigger.REPORT_TRADE_OVER ? HaltReason.OVER_FILL : HaltReason.CONTRADICTION;
      this.halt(reason, columns.instrument[slot]!);
    }
    if (next === CELL_IGNORE) next = last;
    else if (next === CELL_WORKING) next = this.#workingState(slot);
    this.#slots.move(slot, next);
    const isDoubt = trigger === OrderTrigger.CANCEL_REPLY_UNKNOWN || trigger === OrderTrigger.DISCONNECT;
    if (isDoubt && next === OrdStatus.UNKNOWN) {
      columns.requestFlags[slot] = columns.requestFlags[slot]! | RequestFlag.NEEDS_PROOF;
    }
    if (next === last) return Outcome.IGNORED;
    this.witness.onTransition(slot, trigger, last);
    return Outcome.CHANGED;
  }

  /** A request has its answer: the new order's, or the cancel's. */
  resolve(slot: number, requestId: number, status: number, errorCode: number): number {
    this.begin(slot);
    const columns = this.#columns;
    const isAccepted = status >= 200 && status < 300;
    const isRefused = status >= 400 && status < 500;
    if (columns.newRequestId[slot] !== requestId) {
      this.endCancel(slot);
      if (isAccepted) return this.apply(slot, OrderTrigger.CANCEL_REPLY_ACCEPTED);
      if (isRefused) return this.apply(slot, OrderTrigger.CANCEL_REPLY_REJECTED);
      return this.apply(slot, OrderTrigger.CANCEL_REPLY_UNKNOWN);
    }
    this.#slots.byRequest.remove(requestId, 0, 0, slot);
    columns.newRequestId[slot] = 0;
    columns.requestFlags[slot] = columns.requestFlags[slot]! & ~RequestFlag.NEW_IN_FLIGHT;
    if (isAccepted) {
      columns.proven[slot] = 1;
      return this.apply(slot, OrderTrigger.REPLY_ACCEPTED);
    }
    if (isRefused) {
      columns.reason[slot] = errorCode;
      return this.apply(
        slot,
        columns.proven[slot] === 1 ? OrderTrigger.REJECTED_AFTER_PROOF : OrderTrigger.REPLY_REJECTED,
      );
    }
    return columns.proven[slot] === 1 ? Outcome.IGNORED : this.apply(slot, OrderTrigger.REPLY_UNKNOWN);
  }

  /** The cancel in flight has its answer. */
  endCancel(slot: number): void {
    const columns = this.#columns;
    const requestId = columns.cancelRequestId[slot]!;
    if (requestId !== 0) this.#slots.byRequest.remove(requestId, 0, 0, slot);
    columns.cancelRequestId[slot] = 0;
    columns.requestFlags[slot] =
      columns.requestFlags[slot]! & ~(RequestFlag.CANCEL_IN_FLIGHT | RequestFlag.REPLACE_IN_FLIGHT);
  }

  /** A cancel of the order is about to be sent, alone or as one half of a replace (`flags`); a reply to an earlier one is nobody's. */
  beginCancel(slot: number, requestId: number, flags: number, nowNs: number): void {
    const columns = this.#columns;
    this.endCancel(slot);
    this.#slots.byRequest.insert(requestId, 0, 0, slot);
    columns.cancelRequestId[slot] = requestId;
    columns.cancelNs[slot] = nowNs;
    columns.requestFlags[slot] = columns.requestFlags[slot]! | flags;
  }

  #workingState(slot: number): number {
    const columns = this.#columns;
    const flags = columns.requestFlags[slot]!;
    if ((flags & RequestFlag.NEEDS_PROOF) !== 0) return OrdStatus.UNKNOWN;
    if ((flags & RequestFlag.REPLACE_IN_FLIGHT) !== 0) return OrdStatus.PENDING_REPLACE;
    if ((flags & RequestFlag.CANCEL_IN_FLIGHT) !== 0) return OrdStatus.PENDING_CANCEL;
    if (columns.proven[slot] === 0) return OrdStatus.PENDING_NEW;
    return columns.cumQty[slot]! > 0 ? OrdStatus.PARTIALLY_FILLED : OrdStatus.ACCEPTED;
  }
}
