/** What a report, a reply or a request did to the order table. */
export const Outcome = {
  /** late or repeated, nothing changed */
  IGNORED: 0,
  /** the order's state changed */
  CHANGED: 1,
  /** a fill was applied: `OrderTable.fill` holds it, positions must follow */
  FILLED: 2,
  /** an execution that was applied before */
  DUPLICATE: 3,
  /** the caller may not do this in this state */
  REFUSED: 4,
  /** not believed and not applied: `haltReason` says why */
  QUARANTINED: 5,
  /** an order of an earlier start of this host: adopt it */
  PRIOR_EPOCH: 6,
  /** a reply to no request that is remembered */
  UNMATCHED_REPLY: 7,
  /** a trade was undone or corrected: `OrderTable.amendments` holds the terms undone, `fill` those in force; positions must follow */
  AMENDED: 8,
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** Why an instrument must halt. 0 is none. */
export const HaltReason = {
  NONE: 0,
  /** the venue says what cannot follow from what it said before */
  CONTRADICTION: 1,
  /** filled beyond the order's quantity; the fill is applied */
  OVER_FILL: 2,
  /** our sum of fills exceeds the venue's cumulative quantity: a repeated execution older than the memory of trade ids */
  CUM_QTY_INCONSISTENT: 3,
  /** our own prefix and epoch, but no such order */
  UNKNOWN_ORDER: 4,
  /** an order that this host did not make */
  FOREIGN_ORDER: 5,
  /** negative or unsafe numbers, unknown enumeration values, a trade without id, price or quantity */
  MALFORMED_REPORT: 6,
  /** instrument, side, quantity or venue order id differ from the order's */
  MISMATCHED_REPORT: 7,
  /** traded off the tick grid */
  OFF_TICK_FILL: 8,
  /** a limit order traded at a worse price than its limit */
  WORSE_THAN_LIMIT: 9,
  /** we never replace orders */
  UNEXPECTED_REPLACE: 10,
  /** a trade is undone or corrected that is not remembered */
  UNKNOWN_TRADE: 11,
  /** a trade is undone or corrected that was undone before */
  UNDONE_TWICE: 12,
  /** the order would have less than nothing filled */
  NEGATIVE_CUM_QTY: 13,
} as const;
export type HaltReason = (typeof HaltReason)[keyof typeof HaltReason];
