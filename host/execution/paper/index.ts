export type { PaperEvents } from "./paper-account.hot.ts";
export { PAPER_ORDERS_MAX, PaperAccount, PaperTotal } from "./paper-account.hot.ts";
