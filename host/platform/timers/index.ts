export type { CancelTimer, Timers } from "./timers.ts";
export { SystemTimers } from "./system-timers.ts";
export { VirtualTimers } from "./virtual-timers.ts";
