import { WINDOW_TICKS_MAX, WINDOW_TICKS_MIN } from "./tick-window.hot.ts";

/** Ticks of a side's window while there are few books: one book then takes 2.7 MB. */
export const BOOK_TICKS: number = 131_072;
/** So many books have windows of that size; of twice as many each has half of it, so that all windows together stay within 128 MB. */
const FULL_BOOKS_MAX = 64;
/** The levels of a snapshot that lie outside the window go to the ladder, and a venue's default snapshot has 1,000 a side. */
const LADDER_MIN = 2048;
const TICKS_A_LADDER_LEVEL = 8;
const BUFFER_BYTES_A_TICK = 32;

/** What is allocated for one book. */
export interface BookSize {
  /** Of each side: a power of two. */
  readonly windowTicks: number;
  /** Levels of each side beside the window. */
  readonly ladderCapacity: number;
  /** For deltas that wait for a snapshot; given by the system as it is used. */
  readonly bufferBytes: number;
}

/** Ticks of each side's window where nobody has configured them, by the count of books. */
export function defaultBookTicks(bookCount: number): number {
  let ticks = BOOK_TICKS;
  for (let books = FULL_BOOKS_MAX; books < bookCount && ticks > WINDOW_TICKS_MIN; books *= 2) ticks /= 2;
  return ticks;
}

/** Whether a window may have that many ticks. */
export function isBookTicks(ticks: number): boolean {
  return (
    Number.isInteger(ticks) &&
    ticks >= WINDOW_TICKS_MIN &&
    ticks <= WINDOW_TICKS_MAX &&
    (ticks & (ticks - 1)) === 0
  );
}

/** The sizes that go with a window of `windowTicks`. */
export function bookSizeOf(windowTicks: number): BookSize {
  return {
    windowTicks,
    ladderCapacity: Math.max(LADDER_MIN, windowTicks / TICKS_A_LADDER_LEVEL),
    bufferBytes: windowTicks * BUFFER_BYTES_A_TICK,
  };
}
