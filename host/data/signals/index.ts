export { AGENTS_MAX, SignalCode, SignalPool } from "./signal-pool.hot.ts";
