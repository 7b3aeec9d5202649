import { FaultCode } from "./fault-code.ts";

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
  /** Threads that were stuck or ended; see FaultCode.THREAD. */
  FAULTS_THREAD: 12,
} as const;

/** A power of two of words, and a cache line or two. */
export const SLOT_COUNTERS = 16;

/** The counter of a fault. */
export function faultCounterOf(code: FaultCode): number {
  switch (code) {
    case FaultCode.GAS:
      return SlotCounter.FAULTS_GAS;
    case FaultCode.DEPTH:
      return SlotCounter.FAULTS_DEPTH;
    case FaultCode.TRAP:
      return SlotCounter.FAULTS_TRAP;
    case FaultCode.OUTPUT:
      return SlotCounter.FAULTS_OUTPUT;
    case FaultCode.STOPPED:
      return SlotCounter.FAULTS_STOPPED;
    case FaultCode.GUARD:
      return SlotCounter.FAULTS_GUARD;
    case FaultCode.THREAD:
      return SlotCounter.FAULTS_THREAD;
  }
}
