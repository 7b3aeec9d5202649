import type { Execution, MarketListener, NewOrder, OrderState, Side } from "../../../sim/market/index.ts";

/** Writes what a market tells as short lines, and keeps the levels it was told. */
export class EventLog implements MarketListener {
  readonly lines: string[] = [];
  readonly levels: readonly [Map<number, number>, Map<number, number>] = [new Map(), new Map()];

  /** The lines since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }

  /** Levels as told, best first, as depth() gives them. */
  told(side: Side): [number, number][] {
    const away = side === 1 ? -1 : 1;
    return [...this.levels[side === 1 ? 0 : 1]].sort(([a], [b]) => away * (a - b));
  }

  onAccepted(state: OrderState): void {
    this.lines.push(`accepted ${state.clientOrderId} ${state.status}`);
  }

  onExecution(execution: Execution): void {
    const { maker, price, quantity, taker } = execution;
    this.lines.push(`${taker.clientOrderId} took ${quantity} at ${price} from ${maker.clientOrderId}`);
  }

  onCanceled(state: OrderState, _timeNs: number, cancelClientOrderId: string | null): void {
    this.lines.push(`canceled ${state.clientOrderId} by ${cancelClientOrderId ?? "nobody"}`);
  }

  onExpired(state: OrderState): void {
    this.lines.push(`expired ${state.clientOrderId} after ${state.filled}`);
  }

  onLevel(side: Side, price: number, quantity: number): void {
    const levels = this.levels[side === 1 ? 0 : 1];
    if (quantity === 0) levels.delete(price);
    else levels.set(price, quantity);
  }
}

const LETTERS = { B: 1, S: 2 } as const;

/** An order from a short text: account, client order id, B or S, quantity, price, and what differs from LIMIT GTC. */
export function order(
  account: number,
  clientOrderId: string,
  side: keyof typeof LETTERS,
  quantity: number,
  price: number,
  rest: Partial<Pick<NewOrder, "type" | "timeInForce">> = {},
): NewOrder {
  const limit = { type: "LIMIT", timeInForce: "GTC" } as const;
  return { account, clientOrderId, side: LETTERS[side], quantity, price, ...limit, ...rest };
}

export const IOC = { timeInForce: "IOC" } as const;
export const FOK = { timeInForce: "FOK" } as const;
export const MAKER = { type: "LIMIT_MAKER" } as const;
export const MARKET = { type: "MARKET", timeInForce: "IOC" } as const;
