import { ExecType } from "../../abi/host/index.ts";
import type { OrderTable } from "../execution/orders/index.ts";
import type { RiskGate } from "../execution/risk/index.ts";
import type { OrderNotices } from "./order-notices.hot.ts";

/** What this host refuses, told: counted, journalled, and the agent hears of it. */
export class OrderDenials {
  private readonly orders: OrderTable;
  private readonly gate: RiskGate;
  private readonly notices: OrderNotices;

  constructor(orders: OrderTable, gate: RiskGate, notices: OrderNotices) {
    this.orders = orders;
    this.gate = gate;
    this.notices = notices;
  }

  /** A draft that the gate has denied, and counted. One in place of another order leaves that as it is. */
  deny(slot: number, code: number): void {
    const { orders, notices } = this;
    const older = orders.olderOf(slot);
    orders.deny(slot, code);
    notices.noteDenial(orders.columns.agent[slot]!, slot, code);
    if (older < 0) notices.emit(slot, ExecType.DENIED, 0);
    else notices.emitUnreplaced(older, code);
  }

  /** A draft that never came before the gate. */
  denyUnjudged(slot: number, code: number): void {
    this.gate.countDenial(code);
    this.deny(slot, code);
  }

  /** An intent that did not even become an order: its agent is told by tag, or by the order (`older`, −1: none) that it was to replace. */
  refuse(agent: number, block: Int32Array, older: number, code: number): void {
    this.gate.countDenial(code);
    this.notices.noteDenial(agent, -1, code);
    if (older < 0) this.notices.emitRefusal(agent, block, code);
    else this.notices.emitUnreplaced(older, code);
  }
}
