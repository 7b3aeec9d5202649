/** What an operation on a book answers. Anything but `OK` means that the book may no longer be traded on. */
export const BookCode = {
  OK: 0,
  /** A price or size is negative or above 2^53 - 1. The entries before it are applied: the book must be cleared. */
  VALUE_REFUSED: 1,
  /** The best bid is at or above the best ask after a whole delta. */
  CROSSED: 2,
  /** The best level has reached the prices at which levels were dropped for want of room: the true best is unknown. */
  INCOMPLETE: 3,
} as const;
export type BookCode = (typeof BookCode)[keyof typeof BookCode];

/** Indices into `TickBook.best`. Prices and sizes are mantissas; both are 0 when the side holds no level. */
export const BestCell = {
  BID_PRICE: 0,
  BID_SIZE: 1,
  ASK_PRICE: 2,
  ASK_SIZE: 3,
} as const;

/** Indices into `TickBook.counters`; every one only rises, `clear` leaves them alone. */
export const BookCounter = {
  /** Entries applied, removals included. */
  LEVELS: 0,
  /** Removals of a level that was not there. The venue's rules allow them: nothing is wrong. */
  ABSENT_REMOVALS: 1,
  /** Entries that went to the ladder instead of the window. */
  OUTSIDE_WINDOW: 2,
  /** Levels given up because the ladder was full, the farthest from the best first. */
  LEVELS_DROPPED: 3,
  /** Moves of a window after its side's best level. */
  RECENTRES: 4,
} as const;
export const BOOK_COUNTER_COUNT = 5;

/** The sides of a book, as `TickBook` numbers them. */
export const BookSide = { BID: 0, ASK: 1 } as const;
export type BookSide = (typeof BookSide)[keyof typeof BookSide];
