import { z } from "zod";

/** A decimal number as text, exact: "-0.00125". */
export const amountSchema: z.ZodType<string> = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .meta({ description: "a decimal number as text, exact" });
