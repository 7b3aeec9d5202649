/** What an input of the lane about a plugin on another thread says; the first two come from its worker, the others from the host. */
export const PlacedKind = {
  /** The records of one call. */
  OUTPUT: 1,
  /** The plugin, its thread, or what they wrote has failed: a FaultCode, and the reason in words. */
  FAULT: 2,
  /** It goes on with what it knew, on a new thread. */
  RESUMED: 3,
} as const;
export type PlacedKind = (typeof PlacedKind)[keyof typeof PlacedKind];
