export { PAPER_ORDERS_MAX, PaperAccount, PaperTotal } from "./paper-account.hot.ts";
