import type { Execution, MarketListener, OrderState, Side } from "./types.ts";

/** Tells several listeners, each event to all of them in the given order (a ledger first, then who reports from it). */
export class ListenerChain implements MarketListener {
  private readonly listeners: readonly MarketListener[];

  constructor(listeners: readonly MarketListener[]) {
    this.listeners = listeners;
  }

  onAccepted(order: OrderState, timeNs: number): void {
    for (const listener of this.listeners) listener.onAccepted(order, timeNs);
  }

  onExecution(execution: Execution): void {
    for (const listener of this.listeners) listener.onExecution(execution);
  }

  onCanceled(order: OrderState, timeNs: number, cancelClientOrderId: string | null): void {
    for (const listener of this.listeners) listener.onCanceled(order, timeNs, cancelClientOrderId);
  }

  onExpired(order: OrderState, timeNs: number): void {
    for (const listener of this.listeners) listener.onExpired(order, timeNs);
  }

  onLevel(side: Side, price: number, quantity: number): void {
    for (const listener of this.listeners) listener.onLevel(side, price, quantity);
  }
}
