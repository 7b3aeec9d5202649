import { committed, Side } from "../../../abi/host/index.ts";
import type { OrderColumns } from "./order-columns.ts";
import { PricedOrders } from "./priced-orders.hot.ts";

/**
 * The orders that may still trade: a dense list for walks over all of them, those of each (instrument, side) by price for
 * the self-match control, counts, and the quantity that is reserved at worst case, by instrument and by (agent, instrument).
 *
 * Walk the dense list from the end: closing an order moves the last one into its place.
 */
export class OpenOrders {
  count: number;
  /** Slot of the open order at each dense place. Room for every slot, so that a reopened order always fits. */
  readonly slots: Int32Array;
  readonly countByInstrument: Int32Array;
  readonly countByAgent: Int32Array;
  /** Reserved quantity, by instrument. */
  readonly buyQty: Float64Array;
  readonly sellQty: Float64Array;
  /** Reserved quantity, at agent * instrumentCount + instrument. */
  readonly agentBuyQty: Float64Array;
  readonly agentSellQty: Float64Array;
  readonly instrumentCount: number;
  readonly #columns: OrderColumns;
  readonly #placeOf: Int32Array;
  readonly #priced: PricedOrders;

  constructor(columns: OrderColumns, instrumentCount: number, agentRows: number) {
    this.count = 0;
    this.slots = committed(new Int32Array(columns.capacity));
    this.countByInstrument = new Int32Array(instrumentCount);
    this.countByAgent = new Int32Array(agentRows);
    this.buyQty = new Float64Array(instrumentCount);
    this.sellQty = new Float64Array(instrumentCount);
    this.agentBuyQty = new Float64Array(instrumentCount * agentRows);
    this.agentSellQty = new Float64Array(instrumentCount * agentRows);
    this.instrumentCount = instrumentCount;
    this.#columns = columns;
    this.#placeOf = new Int32Array(columns.capacity).fill(-1);
    this.#priced = new PricedOrders(columns, instrumentCount * 2);
  }

  /** The open order of an instrument on one side (Side) that is first to trade: MARKET, or at the best price; −1 when there is none. */
  first(instrument: number, side: number): number {
    return this.#priced.first(instrument * 2 + side - 1);
  }

  /**
   * Dense place, below `before`, of an open order of `agent` on `instrument` (−1: any); −1 when there is none.
   * Start with `count` and go on with the place returned: safe while orders close during the walk.
   */
  placeBefore(before: number, agent: number, instrument: number): number {
    const { slots } = this;
    const agents = this.#columns.agent;
    const instruments = this.#columns.instrument;
    for (let place = before - 1; place >= 0; place -= 1) {
      const slot = slots[place]!;
      if ((agent < 0 || agents[slot] === agent) && (instrument < 0 || instruments[slot] === instrument)) {
        return place;
      }
    }
    return -1;
  }

  /** Enters an order; no effect when it is in. */
  open(slot: number): void {
    if (this.#placeOf[slot]! >= 0) return;
    const columns = this.#columns;
    const instrument = columns.instrument[slot]!;
    const agent = columns.agent[slot]!;
    this.#placeOf[slot] = this.count;
    this.slots[this.count] = slot;
    this.count += 1;
    this.countByInstrument[instrument] = this.countByInstrument[instrument]! + 1;
    this.countByAgent[agent] = this.countByAgent[agent]! + 1;
    this.#priced.enter(instrument * 2 + columns.side[slot]! - 1, slot);
  }

  /** Takes an order out; no effect when it is not in. */
  close(slot: number): void {
    const place = this.#placeOf[slot]!;
    if (place < 0) return;
    const columns = this.#columns;
    const instrument = columns.instrument[slot]!;
    const agent = columns.agent[slot]!;
    this.#placeOf[slot] = -1;
    this.count -= 1;
    const moved = this.slots[this.count]!;
    if (moved !== slot) {
      this.slots[place] = moved;
      this.#placeOf[moved] = place;
    }
    this.countByInstrument[instrument] = this.countByInstrument[instrument]! - 1;
    this.countByAgent[agent] = this.countByAgent[agent]! - 1;
    this.#priced.leave(instrument * 2 + columns.side[slot]! - 1, slot);
  }

  /** Brings the reserved quantity in line with the order: leaves at worst case while open, missing fills afterwards. */
  reserve(slot: number, isOpen: number): void {
    const columns = this.#columns;
    const cumQty = columns.cumQty[slot]!;
    const venueCumQty = columns.venueCumQty[slot]!;
    const quantity = columns.quantity[slot]!;
    const target = isOpen === 1 && quantity > venueCumQty ? quantity : venueCumQty;
    const exposure = target > cumQty ? target - cumQty : 0;
    const change = exposure - columns.exposureQty[slot]!;
    if (change === 0) return;
    columns.exposureQty[slot] = exposure;
    const instrument = columns.instrument[slot]!;
    const row = columns.agent[slot]! * this.instrumentCount + instrument;
    if (columns.side[slot] === Side.BUY) {
      this.buyQty[instrument] = this.buyQty[instrument]! + change;
      this.agentBuyQty[row] = this.agentBuyQty[row]! + change;
    } else {
      this.sellQty[instrument] = this.sellQty[instrument]! + change;
      this.agentSellQty[row] = this.agentSellQty[row]! + change;
    }
  }
}
