export type { Clock } from "./clock/index.ts";
export { SystemClock, VirtualClock } from "./clock/index.ts";
export type { CancelTimer, Timers } from "./timers/index.ts";
export { SystemTimers, VirtualTimers } from "./timers/index.ts";
export type { Random } from "./random/index.ts";
export { SeededRandom, SystemRandom } from "./random/index.ts";
export type { Connection, ConnectionListener, RestAnswer, RestCall, Wire } from "./wire/index.ts";
export { SocketWire } from "./wire/index.ts";
