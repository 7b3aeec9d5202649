/** What may be sent. Ordered: a higher number is stricter. Cancels flow in all of them. */
export const TradingMode = {
  ACTIVE: 1,
  /** only orders that can shrink the account's position */
  REDUCING: 2,
  CANCEL_ONLY: 3,
  HALTED: 4,
} as const;
export type TradingMode = (typeof TradingMode)[keyof typeof TradingMode];
