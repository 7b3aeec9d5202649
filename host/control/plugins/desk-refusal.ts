import { EngineError } from "../../engine/index.ts";
import { PluginChangeError } from "../../lane/index.ts";
import type { PluginOutcome, PluginRefusalCode } from "../api/plugin-operations.ts";
import type { SlotPlace } from "./slot-place.ts";

export type Refused = Extract<PluginOutcome, { refusal: unknown }>;

export const ENDING: Refused = refused("SANDPIT_CONTROL_ENDING", "the host is stopping", "start it again");

export function refused(code: PluginRefusalCode, text: string, remedy: string): Refused {
  return { refusal: { code, text, remedy } };
}

/** Admission's own code stands in the text. */
export function notAdmitted(code: string, text: string): Refused {
  return refused(
    "SANDPIT_PLUGIN_NOT_ADMITTED",
    `${code}: ${text}`,
    "see every step with `sandpit plugin admit FILE`",
  );
}

export function wrongKind({ slot }: SlotPlace): Refused {
  return refused("SANDPIT_PLUGIN_KIND", `${slot.name} takes ${slot.kind} plugins`, "name another slot");
}

/** What an operation cannot begin with: what is there has to go first, or something has to be there. */
export function inTheWay({ slot, stage, candidate }: SlotPlace): Refused {
  if (stage === "shadow" || stage === "probation" || candidate !== null) {
    const waiting = stage === "quarantined" ? ", and a candidate waits" : "";
    const remedy = "promote it, or roll it back, first";
    return refused("SANDPIT_PLUGIN_BUSY", `${slot.name} is in ${stage}${waiting}`, remedy);
  }
  return refused("SANDPIT_PLUGIN_STATE", `${slot.name} is ${stage}`, "deploy a module to it first");
}

/** What an operation throws because the lane or the engine refuses it becomes a refusal. */
export function attempted(operate: () => PluginOutcome): PluginOutcome {
  try {
    return operate();
  } catch (error) {
    return refusalOf(error);
  }
}

/** Throws what is no refusal of lane or engine. */
export function refusalOf(error: unknown): Refused {
  if (error instanceof EngineError && error.code.startsWith("SANDPIT_ENGINE_PARAMETER"))
    return refused(
      "SANDPIT_PLUGIN_PARAMETERS",
      error.message,
      "see `sandpit plugin inspect FILE` for names and ranges",
    );
  if (error instanceof PluginChangeError && error.code === "SANDPIT_PLUGIN_STATE_LOST")
    return refused(
      "SANDPIT_PLUGIN_STATE",
      `${error.code}: ${error.message}`,
      "read that state in the new version, or deploy it with --fresh; nothing has changed",
    );
  if (error instanceof PluginChangeError || error instanceof EngineError)
    return refused(
      "SANDPIT_PLUGIN_STATE",
      `${error.code}: ${error.message}`,
      "see the text; nothing has changed",
    );
  throw error;
}
