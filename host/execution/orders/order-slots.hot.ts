import { OrdStatus } from "../../../abi/host/index.ts";
import { IndexTable } from "./index-table.hot.ts";
import { SEQUENCE_MAX, type BootEpoch } from "./ids.ts";
import { IntentRefusal } from "./intent-refusal.ts";
import { checkCapacity } from "./order-capacity.ts";
import { OpenOrders } from "./open-orders.hot.ts";
import { OrderColumns } from "./order-columns.ts";
import { IS_OPEN } from "./order-states.ts";
import { ReplaceLinks } from "./replace-links.hot.ts";

export interface OrderSlotsOptions {
  readonly epoch: BootEpoch;
  readonly agentsMax: number;
  readonly instrumentCount: number;
  readonly capacity: number;
  readonly openOrdersMax: number;
}

/**
 * Where orders are kept and how they are found: the slot of a sequence is `sequence & (capacity − 1)`. An open order keeps its
 * slot, and so does a finished one with a fill still missing: a sequence whose slot is taken is skipped.
 */
export class OrderSlots {
  readonly columns: OrderColumns;
  readonly open: OpenOrders;
  readonly byTag: IndexTable;
  readonly byVenueOrderId: IndexTable;
  readonly byRequest: IndexTable;
  /** Adopted orders by (epoch, sequence). */
  readonly byPriorId: IndexTable;
  readonly links: ReplaceLinks;
  readonly epoch: number;
  readonly #openOrdersMax: number;
  readonly #mask: number;
  #nextSequence: number;

  constructor(options: OrderSlotsOptions) {
    const { capacity, openOrdersMax, agentsMax } = options;
    checkCapacity(capacity, openOrdersMax, agentsMax);
    this.columns = new OrderColumns(capacity);
    this.open = new OpenOrders(this.columns, options.instrumentCount, agentsMax + 1);
    this.byTag = new IndexTable(capacity);
    this.byVenueOrderId = new IndexTable(capacity);
    this.byRequest = new IndexTable(capacity * 2);
    this.byPriorId = new IndexTable(capacity);
    this.links = new ReplaceLinks(this.columns);
    this.epoch = options.epoch | 0;
    this.#openOrdersMax = openOrdersMax;
    this.#mask = capacity - 1;
    this.#nextSequence = 1;
  }

  /** The draft's number is used up: it can never be given again. */
  useSequence(): void {
    this.#nextSequence += 1;
  }

  /** Slot by client order id of this epoch, or −1. */
  findBySequence(sequence: number): number {
    if (sequence <= 0 || sequence >= this.#nextSequence) return -1;
    const slot = sequence & this.#mask;
    return this.columns.sequence[slot] === sequence && this.columns.epoch[slot] === this.epoch ? slot : -1;
  }

  /** The slot for the next sequence, emptied; or −IntentRefusal. */
  claim(): number {
    if (this.open.count >= this.#openOrdersMax) return -IntentRefusal.ORDER_TABLE_FULL;
    const columns = this.columns;
    const mask = this.#mask;
    let sequence = this.#nextSequence;
    const last = sequence + mask;
    while (IS_OPEN[columns.status[sequence & mask]!] === 1 || columns.exposureQty[sequence & mask]! > 0) {
      if (sequence === last) return -IntentRefusal.ORDER_TABLE_FULL;
      sequence += 1;
    }
    if (sequence > SEQUENCE_MAX) return -IntentRefusal.SEQUENCE_EXHAUSTED;
    const slot = sequence & mask;
    if (columns.status[slot] === OrdStatus.INITIALIZED) return -IntentRefusal.DRAFT_OUTSTANDING;
    this.#nextSequence = sequence;
    this.#recycle(slot);
    columns.epoch[slot] = this.epoch;
    columns.sequence[slot] = sequence;
    return slot;
  }

  learnVenueOrderId(slot: number, low: number, high: number): void {
    const columns = this.columns;
    if ((low | high) === 0 || (columns.venueOrderIdLow[slot]! | columns.venueOrderIdHigh[slot]!) !== 0) {
      return;
    }
    columns.venueOrderIdLow[slot] = low;
    columns.venueOrderIdHigh[slot] = high;
    this.byVenueOrderId.insert(columns.instrument[slot]!, low, high, slot);
  }

  /** Sets the status and keeps lists and reserved quantity in line with it. */
  move(slot: number, status: number): void {
    const columns = this.columns;
    const isOpen = IS_OPEN[status]!;
    columns.status[slot] = status;
    if (isOpen === 1) {
      this.open.open(slot);
      this.#nameByTag(slot);
    } else {
      this.open.close(slot);
      this.byTag.remove(columns.agent[slot]!, columns.tag[slot]!, 0, slot);
      const newer = this.links.newerOf(slot);
      if (newer >= 0 && IS_OPEN[columns.status[newer]!] === 1) this.#nameByTag(newer);
    }
    this.open.reserve(slot, isOpen);
  }

  /** The first open order of an agent's tag has it; of a replace that is the older one, and the newer one after its end. */
  #nameByTag(slot: number): void {
    const columns = this.columns;
    if (columns.tag[slot] === 0 || this.byTag.find(columns.agent[slot]!, columns.tag[slot]!, 0) >= 0) return;
    this.byTag.insert(columns.agent[slot]!, columns.tag[slot]!, 0, slot);
  }

  #recycle(slot: number): void {
    const columns = this.columns;
    const low = columns.venueOrderIdLow[slot]!;
    const high = columns.venueOrderIdHigh[slot]!;
    if ((low | high) !== 0) this.byVenueOrderId.remove(columns.instrument[slot]!, low, high, slot);
    if (columns.newRequestId[slot] !== 0) this.byRequest.remove(columns.newRequestId[slot]!, 0, 0, slot);
    if (columns.cancelRequestId[slot] !== 0) {
      this.byRequest.remove(columns.cancelRequestId[slot]!, 0, 0, slot);
    }
    if (columns.epoch[slot] !== this.epoch) {
      this.byPriorId.remove(columns.epoch[slot]!, columns.sequence[slot]!, 0, slot);
    }
    this.links.forget(slot);
    columns.requestFlags[slot] = 0;
    columns.proven[slot] = 0;
    columns.venueOrderIdLow[slot] = 0;
    columns.venueOrderIdHigh[slot] = 0;
    columns.newRequestId[slot] = 0;
    columns.cancelRequestId[slot] = 0;
    columns.reason[slot] = 0;
    columns.cumQty[slot] = 0;
    columns.venueCumQty[slot] = 0;
    columns.knownQty[slot] = 0;
    columns.knownUntilNs[slot] = 0;
    columns.submittedNs[slot] = 0;
    columns.cancelNs[slot] = 0;
  }
}
