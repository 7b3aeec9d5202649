/**
 * The host's part of a plugin's memory. A plugin is compiled with its statics and heap at or above `memoryBase`, so that neither side
 * lays anything where the other does.
 *
 * ```
 *      0 ┌───────────────────────┐ control block
 *        │  0 abiVersion u32     │ written by the host before init
 *        │  4 kind u32           │
 *        │  8 inboxOffset u32    │
 *        │ 12 inboxCapacity u32  │
 *        │ 16 outboxOffset u32   │
 *        │ 20 outboxCapacity u32 │
 *        │ 24 parametersOffset   │
 *        │ 28 parametersCount    │
 *        │ 32 abort message ptr  │ written by the plugin as it aborts: hostile until checked
 *        │ 36 abort file ptr     │
 *        │ 40 abort line         │
 *        │ 44 abort column       │
 *        │ 64 guard words, 32 B  │ written and checked by the host
 *    256 ├───────────────────────┤ parameters: 64 slots of 8 bytes, in the manifest's order
 *    768 ├───────────────────────┤ unused
 *   4096 ├───────────────────────┤ inbox
 *        ├───────────────────────┤ outbox
 *   base └───────────────────────┘ the plugin's own
 * ```
 */
export const ABI_VERSION = 1;

export const Control = {
  abiVersion: 0,
  kind: 4,
  inboxOffset: 8,
  inboxCapacity: 12,
  outboxOffset: 16,
  outboxCapacity: 20,
  parametersOffset: 24,
  parametersCount: 28,
  abortMessage: 32,
  abortFile: 36,
  abortLine: 40,
  abortColumn: 44,
  guard: 64,
} as const;

export const GUARD_BYTES = 32;
export const PARAMETERS_OFFSET = 256;
export const PARAMETERS_MAX = 64;
export const INBOX_OFFSET = 4096;
export const PAGE_BYTES = 65_536;

/** The kinds of plugin and their numbers in the control block. */
export const pluginKinds = { venue: 1, feature: 2, agent: 3, ensemble: 4, risk: 5 } as const;

export type PluginKind = keyof typeof pluginKinds;

export interface MemoryMap {
  readonly inboxOffset: number;
  readonly inboxCapacity: number;
  readonly outboxOffset: number;
  readonly outboxCapacity: number;
  readonly memoryBase: number;
}

/** A venue's inbox holds a whole order-book snapshot (5,000 levels a side are about 400 KB of JSON), its outbox the levels of it. */
const venueMap: MemoryMap = layOut(1_048_576, 524_288, 0x20_0000);
const smallMap: MemoryMap = layOut(16_384, 16_384, 0x1_0000);

function layOut(inboxCapacity: number, outboxCapacity: number, memoryBase: number): MemoryMap {
  const outboxOffset = INBOX_OFFSET + inboxCapacity;
  if (outboxOffset + outboxCapacity > memoryBase)
    throw new Error("abi: inbox and outbox do not fit below memoryBase");
  return { inboxOffset: INBOX_OFFSET, inboxCapacity, outboxOffset, outboxCapacity, memoryBase };
}

/** The memory map of a kind of plugin. */
export function memoryMapOf(kind: PluginKind): MemoryMap {
  return kind === "venue" ? venueMap : smallMap;
}
