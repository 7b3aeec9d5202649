/** Cells of `Lane.counters`; each only rises. */
export const LaneCounter = {
  STEPS: 0,
  FRAMES_REFUSED: 1,
  QUOTES: 2,
  QUOTES_REFUSED: 3,
  QUOTES_OLD: 4,
  TRADES: 5,
  TRADES_REFUSED: 6,
  BOOK_DELTAS: 7,
  UNKNOWN_INSTRUMENT: 8,
  UNKNOWN_RECORD: 9,
  INVALIDATIONS: 10,
  DECISIONS: 11,
  COMBINED: 12,
  INTENTS: 13,
  ORDERS_SENT: 14,
  CANCELS_SENT: 15,
  DENIALS: 16,
  FILLS: 17,
  REJECTS: 18,
  HALTS: 19,
  COMMITS_FAILED: 20,
  SESSION_STATUS: 21,
  AGENT_FAULTS: 22,
  LINE_GAPS: 23,
  FOREIGN_RECORDS: 24,
  /** Outputs taken from plugins on threads of their own; those of another generation, or of a stopped plugin; those that came too late. */
  PLACED_OUTPUTS: 25,
  PLACED_REFUSED: 26,
  PLACED_LATE: 27,
  /** Questions about orders and the account. */
  QUERIES_SENT: 28,
  /** Those of the orders that took another's place. */
  REPLACES_SENT: 29,
  /** Trades that a venue undid or corrected, and that were. */
  AMENDMENTS: 30,
  /** Orders in place of others that were not let out after all when the cancel was taken. */
  REPLACES_WITHHELD: 31,
} as const;
export const LANE_COUNTERS = 32;
