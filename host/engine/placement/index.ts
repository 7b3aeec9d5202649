export {
  ENTRY_HEADER_BYTES,
  EntryCell,
  EntryWord,
  RING_BYTES_MAX,
  RING_BYTES_MIN,
} from "./channel-layout.ts";
export type { ToldFault } from "./fault-text.ts";
export { toldFaultOf } from "./fault-text.ts";
export { InputCounter } from "./input-port.hot.ts";
export type { WorkerInput } from "./open-worker.ts";
export { openWorker } from "./open-worker.ts";
export type { OverflowPolicy } from "./overflow-policy.ts";
export { overflowPolicies } from "./overflow-policy.ts";
export { placedEntry } from "./placed-entry.ts";
export { PlacedKind } from "./placed-kind.ts";
export type { ChannelOptions, StartWorker } from "./channel-shared.ts";
export { PluginChannel } from "./plugin-channel.ts";
export type { PluginPort } from "./plugin-port.ts";
export { voidPort } from "./plugin-port.ts";
export type { PluginWorker } from "./plugin-worker.hot.ts";
export { startWorker } from "./start-worker.ts";
