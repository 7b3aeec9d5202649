/** What the simulated venues share of the way between them and their clients. */
export { Latency, NO_LATENCY } from "./latency.ts";
export type { LatencyOptions } from "./latency.ts";
export { TaskQueue } from "./task-queue.ts";
export { CLOSE_ABNORMAL, CLOSE_GOING_AWAY, CLOSE_NORMAL, CLOSE_POLICY } from "./venue-sink.ts";
export type { VenueSink } from "./venue-sink.ts";
