import type { TradingMode } from "./trading-mode.ts";

declare const rearmed: unique symbol;
/** Proof that a named person decided to trade again; made by `rearmOrder` alone. */
export interface RearmOrder {
  readonly [rearmed]: true;
  readonly person: string;
  readonly reason: string;
}

/** Throws RangeError when nobody is named or no reason is given. Cold. */
export function rearmOrder(person: string, reason: string): RearmOrder {
  if (person.trim() === "" || reason.trim() === "") {
    throw new RangeError("a re-arm names the person who decides and the reason; give both");
  }
  return Object.freeze({ person, reason }) as RearmOrder;
}

/** The mode to relax to, once the order is seen to be one. Throws RangeError. */
export function checkRearm(mode: TradingMode, order: RearmOrder): TradingMode {
  if (!Object.isFrozen(order) || order.person === "") {
    throw new RangeError("a mode is relaxed by a re-arm order only; make one with rearmOrder");
  }
  return mode;
}
