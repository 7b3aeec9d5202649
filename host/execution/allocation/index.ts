export { AgentShares } from "./agent-shares.ts";
export { Allocator } from "./allocator.hot.ts";
export type { AllocatorOptions } from "./allocator.hot.ts";
