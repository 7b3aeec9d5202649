import { z } from "zod";

/** Why somebody does what he does; recorded. */
export const reasonSchema: z.ZodType<string> = z
  .string()
  .max(200)
  .regex(/\S/, "must say why")
  .meta({ description: "why; it is recorded" });

export const auditSequenceSchema: z.ZodType<number | null> = z
  .int()
  .min(1)
  .nullable()
  .meta({ description: "the audit record of the outcome; null when it could not be recorded" });
