/**
 * What an entry of an output ring says, or the host itself about a plugin on another thread. The first five are inputs of the lane; the others are for the
 * channel alone and decide nothing.
 */
export const PlacedKind = {
  /** The records of one call. */
  OUTPUT: 1,
  /** The plugin, its thread, or what they wrote has failed: a FaultCode, and the reason in words. */
  FAULT: 2,
  /** It goes on with what it knew, on a new thread. */
  RESUMED: 3,
  /** The plugin has failed on its probation, and the one before it has taken its place there: as FAULT. What that one writes has the next generation. */
  ROLLED_BACK: 4,
  /** What runs beside the plugin has failed: as FAULT. */
  BESIDE_FAULT: 5,
  /** A candidate is ready beside the plugin: code 0; or it cannot be made ready, and why. */
  PREPARED: 16,
  /** One call on which both wrote differently. */
  DIFFERENCE: 17,
} as const;
export type PlacedKind = (typeof PlacedKind)[keyof typeof PlacedKind];
