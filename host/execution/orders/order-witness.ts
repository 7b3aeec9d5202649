/** Is told of every change of an order's state, directly after it; the columns then hold the new state. */
export interface OrderWitness {
  /** `trigger` is an OrderTrigger, `lastStatus` the OrdStatus before. */
  onTransition(slot: number, trigger: number, lastStatus: number): void;
}

/** For tables of which nobody keeps a record: paper accounts and tests. */
export const NO_WITNESS: OrderWitness = { onTransition: () => undefined };
