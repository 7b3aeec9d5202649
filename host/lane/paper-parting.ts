import type { PluginSlot, ShadowRun } from "../engine/index.ts";
import type { InstrumentTable, OrderTable } from "../execution/orders/index.ts";
import { PaperAccount } from "../execution/paper/index.ts";
import type { PositionBook } from "../execution/positions/index.ts";
import type { OpenOrderRecords } from "./open-order-records.ts";
import { OrderEvents } from "./order-events.hot.ts";
import { deliverOldest } from "./paper-delivery.hot.ts";
import { PaperInput } from "./paper-input.hot.ts";
import type { ReferencePrices } from "./reference-prices.hot.ts";
import { REFERENCE_CELLS, ReferenceCell } from "./reference-prices.hot.ts";

export interface PaperParts {
  readonly agentCount: number;
  readonly instruments: InstrumentTable;
  readonly prices: ReferencePrices;
  readonly orders: OrderTable;
  readonly positions: PositionBook;
  readonly openOrders: OpenOrderRecords;
  /** What the agents of the lane are still to be told. */
  readonly events: OrderEvents;
  /** Any slot, for a reader that has none yet. */
  readonly idle: PluginSlot;
  readonly nowNs: Float64Array;
}

/**
 * The ways of a candidate agent from the live one's account to one of its own, and back: not on the way of an ordinary event.
 *
 * ```
 *            outputs differ, or the live agent is stopped            PROMOTE
 *  together ────────────────────────────────────────────▶ parted ───────────────▶ live
 *  the live agent's events and position                   those of its paper account
 * ```
 */
export class PaperParting {
  /** By agent: 1 while the candidate beside it is on its own. */
  readonly isParted: Uint8Array;
  /** By agent: 1 where the candidate that parted reads OrderEvent. */
  readonly isTold: Uint8Array;
  /** By agent. */
  readonly live: readonly PaperAccount[];
  readonly beside: readonly PaperAccount[];
  /** What a parted candidate is still to be told; empty between the lane's steps. */
  readonly events: OrderEvents;
  private readonly parts: PaperParts;
  private readonly inputs: readonly PaperInput[];

  constructor(parts: PaperParts) {
    const { agentCount, instruments, nowNs } = parts;
    this.isParted = new Uint8Array(agentCount);
    this.isTold = new Uint8Array(agentCount);
    this.events = new OrderEvents();
    const accounts = (events: OrderEvents | null): PaperAccount[] =>
      Array.from({ length: agentCount }, () => new PaperAccount(instruments, nowNs, events));
    this.live = accounts(null);
    this.beside = accounts(this.events);
    this.inputs = this.beside.map((account) => new PaperInput(account, instruments));
    this.parts = parts;
  }

  /** Both accounts begin with the live agent's positions at the middle prices; nobody is parted. */
  begin(agent: number): void {
    const { positions, instruments, prices } = this.parts;
    this.isParted[agent] = 0;
    this.events.clear();
    for (const account of [this.live[agent], this.beside[agent]]) {
      account?.reset();
      for (let instrument = 0; instrument < instruments.count; instrument++) {
        const row = instrument * REFERENCE_CELLS;
        account?.carry(instrument, positions.quantity[positions.rowOf(agent, instrument)] ?? 0);
        account?.price(
          instrument,
          prices.cells,
          row + ReferenceCell.BID_PRICE,
          row + ReferenceCell.ASK_PRICE,
        );
      }
    }
  }

  /**
   * From here on the candidate trades on paper. What the live agent is still to be told it is told too, and that the orders which both
   * believe open are canceled: all of it is queued.
   */
  part(agent: number, run: ShadowRun): void {
    this.begin(agent);
    this.isParted[agent] = 1;
    this.isTold[agent] = readsOrders(run.slot) ? 1 : 0;
    run.filter = this.inputs[agent] ?? null;
    const account = this.beside[agent];
    const { events, openOrders } = this.parts;
    const isWhole = events.copyOf(agent, this.events) && openOrders.queueEnds(agent, this.events);
    if (account !== undefined) account.hasMissed = !isWhole;
  }

  /**
   * A parted candidate is about to go live: its paper orders are canceled, and the orders that are open under its name are its own. What it
   * answers is dropped. It may fail at this: ask its slot.
   */
  rejoin(agent: number, beside: PluginSlot): void {
    const account = this.beside[agent];
    if (account === undefined || this.isParted[agent] !== 1 || this.isTold[agent] !== 1) return;
    const { positions, openOrders } = this.parts;
    for (let instrument = 0; instrument < account.position.length; instrument++)
      account.position[instrument] = positions.quantity[positions.rowOf(agent, instrument)] ?? 0;
    account.cancelAll();
    while (this.events.count > 0) deliverOldest(this.events, beside);
    openOrders.present(agent, beside);
  }
}

function readsOrders({ plugin }: PluginSlot): boolean {
  return plugin?.manifest.reads.includes("OrderEvent") ?? false;
}
