/** Indexes into a slot's counters. */
export const SlotCounter = {
  CALLS: 0,
  FAULTS_GAS: 1,
  FAULTS_DEPTH: 2,
  FAULTS_TRAP: 3,
  FAULTS_OUTPUT: 4,
  /** Calls that met a slot without a running plugin. */
  FAULTS_STOPPED: 5,
  FAULTS_GUARD: 6,
  /** Inputs that a venue refused with a code. */
  REFUSALS: 7,
  OUTPUT_BYTES: 8,
  /** Gas that the last sampled call used; one call in 1,024 is sampled. */
  GAS_SAMPLE: 9,
  GAS_SAMPLE_MAX: 10,
  GAS_SAMPLES: 11,
} as const;

/** A power of two of words, and a cache line or two. */
export const SLOT_COUNTERS = 16;
