import { z } from "zod";
import type { PluginKind } from "../../../../abi/host/index.ts";
import type { PluginSlot } from "../../../engine/index.ts";
import type { ApiContext } from "../api-context.ts";
import { ApiProblem } from "../api-problem.ts";

export const slotSchema: z.ZodType<string> = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, "must be lower case letters, digits and hyphens")
  .meta({ description: "name of a plugin's slot" });

/** Kind of a slot of the lane, or of one that holds nothing but a newcomer; null where there is neither. */
export function kindOfSlot({ view, operations }: ApiContext, name: string): PluginKind | null {
  return view.built.slots.find((slot) => slot.name === name)?.kind ?? operations.kindOf(name);
}

/** Throws ApiProblem where there is none. */
export function slotNamed({ view }: ApiContext, name: string): PluginSlot {
  const { slots } = view.built;
  const found = slots.find((slot) => slot.name === name);
  if (found === undefined)
    throw new ApiProblem(
      "SANDPIT_PLUGIN_UNKNOWN",
      `there is no slot "${name}"`,
      `name one of ${slots.map((slot) => slot.name).join(", ")}`,
    );
  return found;
}
