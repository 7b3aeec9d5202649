import { OrdStatus, OrderType, TimeInForce } from "../../../abi/host/index.ts";
import type { InstrumentTable } from "./instrument-table.ts";
import type { IntentReader } from "./intent-reader.hot.ts";
import { IntentRefusal } from "./intent-refusal.ts";
import { RequestFlag, type OrderColumns } from "./order-columns.ts";
import type { OrderSlots } from "./order-slots.hot.ts";
import { IS_OPEN, OrderTrigger } from "./order-states.ts";
import type { OrderTransitions } from "./order-transitions.hot.ts";

const NONE = -1;

/**
 * Orders that take the place of others. The newer order is a draft like any other until it is submitted; then the older one is PENDING_REPLACE, and the
 * venue is asked in one request to cancel it and to place the newer one. Both count in full until the end of each is known, whatever the halves of
 * the answer say, in whatever order, or whether there is one [C9].
 */
export class OrderReplacements {
  readonly #slots: OrderSlots;
  readonly #columns: OrderColumns;
  readonly #transitions: OrderTransitions;
  readonly #instruments: InstrumentTable;
  readonly #guards: Uint8Array;

  /** `guards`: by venue index, see OrderTableOptions.guardsReplace. */
  constructor(
    slots: OrderSlots,
    transitions: OrderTransitions,
    instruments: InstrumentTable,
    guards: Uint8Array,
  ) {
    this.#slots = slots;
    this.#columns = slots.columns;
    this.#transitions = transitions;
    this.#instruments = instruments;
    this.#guards = guards;
  }

  /** A draft in place of the order in `older`, with what the intent changes. Its slot, or −IntentRefusal. */
  create(intent: IntentReader, agent: number, older: number): number {
    if (intent.checkReplace() !== 0) return -IntentRefusal.MALFORMED_INTENT;
    const columns = this.#columns;
    if (columns.agent[older] !== agent || columns.tag[older] !== intent.tag)
      return -IntentRefusal.UNKNOWN_TAG;
    if (this.isReplaceable(older) === 0) return -IntentRefusal.NOT_REPLACEABLE;
    const left = this.#leftOf(older);
    const price = intent.numbers[0]! === 0 ? columns.price[older]! : intent.numbers[0]!;
    const quantity = intent.numbers[1]! === 0 ? left : intent.numbers[1]!;
    if (price === columns.price[older] && quantity === left) return -IntentRefusal.MALFORMED_INTENT;
    const slot = this.#slots.claim();
    if (slot < 0) return slot;
    columns.status[slot] = OrdStatus.INITIALIZED;
    columns.side[slot] = columns.side[older]!;
    columns.orderType[slot] = columns.orderType[older]!;
    columns.timeInForce[slot] = columns.timeInForce[older]!;
    columns.agent[slot] = agent;
    columns.instrument[slot] = columns.instrument[older]!;
    columns.tag[slot] = columns.tag[older]!;
    columns.price[slot] = price;
    columns.quantity[slot] = quantity;
    this.#slots.links.link(slot, older);
    return slot;
  }

  /** The older order's side of a submission: the cancel half has the request id after the newer order's. Returns Outcome. */
  request(older: number, requestId: number, nowNs: number): number {
    const flags = RequestFlag.CANCEL_IN_FLIGHT | RequestFlag.REPLACE_IN_FLIGHT;
    this.#transitions.beginCancel(older, requestId, flags, nowNs);
    return this.#transitions.apply(older, OrderTrigger.REPLACE_REQUESTED);
  }

  /** 1 when the order rests, as far as anybody knows, with something left, and nothing else was asked of it. */
  isReplaceable(slot: number): number {
    const columns = this.#columns;
    const status = columns.status[slot]!;
    if (status !== OrdStatus.ACCEPTED && status !== OrdStatus.PARTIALLY_FILLED) return 0;
    if (columns.orderType[slot] === OrderType.MARKET || columns.timeInForce[slot] !== TimeInForce.GTC)
      return 0;
    // Where an earlier replace left the other order alive, each may end by itself; a third one would be one too many.
    if (this.#isOpen(this.#slots.links.olderOf(slot)) || this.#isOpen(this.#slots.links.newerOf(slot)))
      return 0;
    // A report may have told of the order before the reply to its request.
    const asked = columns.requestFlags[slot]! & ~RequestFlag.NEW_IN_FLIGHT;
    return asked === 0 && this.#leftOf(slot) > 0 ? 1 : 0;
  }

  /**
   * How much of what is reserved the order in `slot` can never come on top of. Of a draft it is what is reserved for the order in whose place it is: none, unless the venue
   * cancels only what is wholly unfilled and places nothing where it did not cancel, and nothing is filled as far as is known: then only one of the two can trade.
   * An order that counts already does not come on top of itself.
   */
  creditOf(slot: number): number {
    const columns = this.#columns;
    if (columns.status[slot] !== OrdStatus.INITIALIZED) return columns.exposureQty[slot]!;
    const older = this.#slots.links.olderOf(slot);
    if (older < 0) return 0;
    if (this.#guards[this.#instruments.venue[columns.instrument[older]!]!] !== 1) return 0;
    if (columns.cumQty[older]! > 0 || columns.venueCumQty[older]! > 0) return 0;
    const exposure = columns.exposureQty[older]!;
    return exposure < columns.quantity[slot]! ? exposure : columns.quantity[slot]!;
  }

  /**
   * The order that stands for the tag of the one in `slot`: the older of two as long as it is open, then the newer, or whichever has taken that
   * one's place since. Where all are over it is the older one if that was filled and the newer one never traded, else the one asked about.
   */
  standsFor(slot: number): number {
    const columns = this.#columns;
    const { links, byTag } = this.#slots;
    const older = links.olderOf(slot);
    if (columns.status[slot] === OrdStatus.INITIALIZED) return slot;
    if (this.#isOpen(older)) return older;
    if (this.#isOpen(slot)) return slot;
    if (links.newerOf(slot) >= 0) {
      const standing = byTag.find(columns.agent[slot]!, columns.tag[slot]!, 0);
      return standing >= 0 ? standing : slot;
    }
    const isFilled = older >= 0 && columns.status[older] === OrdStatus.FILLED && columns.cumQty[slot] === 0;
    return isFilled ? older : slot;
  }

  #leftOf(slot: number): number {
    const columns = this.#columns;
    const cumQty = columns.cumQty[slot]!;
    const venueCumQty = columns.venueCumQty[slot]!;
    return columns.quantity[slot]! - (cumQty > venueCumQty ? cumQty : venueCumQty);
  }

  #isOpen(slot: number): boolean {
    return slot !== NONE && IS_OPEN[this.#columns.status[slot]!] === 1;
  }
}
