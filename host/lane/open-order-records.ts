import { ExecType, HEADER_BYTES, LiquiditySide, OrderEvent, OrdStatus } from "../../abi/host/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import type { OrderTable } from "../execution/orders/index.ts";
import { OrderRecordWriter } from "../execution/orders/index.ts";
import type { PositionBook } from "../execution/positions/index.ts";
import { openInbox } from "./inbox.hot.ts";
import type { OrderEvents } from "./order-events.hot.ts";

const TIME = 0;
const POSITION = 3;

/** Tells an agent that begins with nothing of the orders that are open under its name. */
export class OpenOrderRecords {
  private readonly orders: OrderTable;
  private readonly positions: PositionBook;
  private readonly nowNs: Float64Array;
  private readonly writer: OrderRecordWriter;

  constructor(orders: OrderTable, positions: PositionBook, nowNs: Float64Array) {
    this.orders = orders;
    this.positions = positions;
    this.nowNs = nowNs;
    this.writer = new OrderRecordWriter(orders.columns, orders.instruments.instrumentId);
  }

  /** One OrderEvent (NEW, with the order's status and what is filled of it) for each, the oldest first. What the agent answers is dropped. */
  present(agent: number, plugin: PluginSlot): void {
    for (const order of this.openOrdersOf(agent)) {
      const block = openInbox(plugin, OrderEvent.templateId, OrderEvent.blockLength);
      this.write(plugin.i32, block, order, ExecType.NEW);
      plugin.invoke(OrderEvent.templateId, HEADER_BYTES + OrderEvent.blockLength);
    }
  }

  /** Queues for each, the oldest first, that it is canceled: for one who goes on without them. False when there is no room for all. */
  queueEnds(agent: number, events: OrderEvents): boolean {
    for (const order of this.openOrdersOf(agent)) {
      const word = events.claim(agent);
      if (word < 0) return false;
      this.write(events.words, word << 2, order, ExecType.CANCELED);
      new Uint8Array(events.words.buffer)[(word << 2) + OrderEvent.ordStatus] = OrdStatus.CANCELED;
    }
    return true;
  }

  private write(words: Int32Array, block: number, order: number, execType: ExecType): void {
    const row = this.positions.rowOf(
      this.orders.columns.agent[order] ?? 0,
      this.orders.columns.instrument[order] ?? 0,
    );
    this.writer.eventCells.fill(0);
    this.writer.eventCells[TIME] = this.nowNs[0] ?? 0;
    this.writer.eventCells[POSITION] = this.positions.quantity[row] ?? 0;
    this.writer.writeEvent(words, block, order, execType, LiquiditySide.NONE);
  }

  private openOrdersOf(agent: number): number[] {
    const { columns, open, replacements } = this.orders;
    // Of a replace that is under way there is one order under the tag for its agent.
    const mine = [...open.slots.subarray(0, open.count)].filter(
      (order) => columns.agent[order] === agent && replacements.standsFor(order) === order,
    );
    return mine.sort((one, other) => (columns.sequence[one] ?? 0) - (columns.sequence[other] ?? 0));
  }
}
