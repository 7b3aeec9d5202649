export type { BookSize } from "./book-size.ts";
export { BOOK_TICKS, bookSizeOf, defaultBookTicks, isBookTicks } from "./book-size.ts";
export { BestCell, BookCode, BookCounter, BookSide } from "./book-code.ts";
export { BOOK_TOP_LEVELS_MAX, TickBook } from "./tick-book.hot.ts";
export type { TickBookOptions } from "./tick-book.hot.ts";
