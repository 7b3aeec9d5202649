import { z } from "zod";
import { overflowPolicies, RING_BYTES_MAX, RING_BYTES_MIN } from "../engine/index.ts";

const KIB = 1024;
const RING_KIB = 256;
const DEADLINE_MS = 10;
const DECISION_AGE_SECONDS = 1;

/** Where a plugin runs: in the trading thread, or on a thread of its own. */
export type PlacementPlace = "inline" | ThreadPlacementConfiguration;

/** A thread of its own. */
export interface ThreadPlacementConfiguration {
  readonly on: "thread";
  readonly overflow: (typeof overflowPolicies)[number];
  readonly deadlineMs: number;
  readonly ringKiB: number;
  readonly decisionAgeSecondsMax: number;
}

const isPowerOfTwo = (count: number): boolean => (count & (count - 1)) === 0;

/** For agents, features and the ensemble. Without `overflow` there is no thread: what is left out for a slow plugin is for its owner to say. */
export const placeSchema: z.ZodType<PlacementPlace | undefined> = z
  .union(
    [
      z.literal("inline"),
      z.strictObject({
        on: z.literal("thread"),
        overflow: z.enum(overflowPolicies),
        deadlineMs: z.number().min(5).max(10_000).default(DEADLINE_MS),
        ringKiB: z
          .int()
          .min(RING_BYTES_MIN / KIB)
          .max(RING_BYTES_MAX / KIB)
          .refine(isPowerOfTwo, "must be a power of two")
          .default(RING_KIB),
        decisionAgeSecondsMax: z.number().positive().max(3_600).default(DECISION_AGE_SECONDS),
      }),
    ],
    {
      error:
        'must be "inline", or an object with "on": "thread", "overflow": "conflate" or "drop", and deadlineMs (5 to 10000), ringKiB (a power of two from 64 to 65536), decisionAgeSecondsMax, where they differ from their defaults',
    },
  )
  .optional();

/** For rules and codecs. */
export const inlineSchema: z.ZodType<"inline" | undefined> = z
  .literal("inline", {
    error:
      'must be "inline" or left out: what a risk rule or a codec answers is needed within the step, and a thread answers after it',
  })
  .optional();
