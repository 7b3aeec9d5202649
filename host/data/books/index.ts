export { BestCell, BookCode, BookCounter, BookSide } from "./book-code.ts";
export { BOOK_TOP_LEVELS_MAX, TickBook } from "./tick-book.hot.ts";
export type { TickBookOptions } from "./tick-book.hot.ts";
