export type { Clock } from "./clock.ts";
export { SystemClock } from "./system-clock.ts";
export { VirtualClock } from "./virtual-clock.ts";
