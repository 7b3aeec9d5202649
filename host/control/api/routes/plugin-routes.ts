import { createHash } from "node:crypto";
import { z } from "zod";
import type { PluginKind } from "../../../../abi/host/index.ts";
import { wasmLimits } from "../../../engine/index.ts";
import type { Actor } from "../actor.ts";
import type { ApiContext } from "../api-context.ts";
import { ApiProblem } from "../api-problem.ts";
import type { PluginChange, PluginOutcome } from "../plugin-operations.ts";
import { pluginRefusalCodes, pluginStages } from "../plugin-operations.ts";
import type { Permission } from "../role.ts";
import type { Audited, Route } from "../route.ts";
import { kindSchema } from "../views/plugin-view.ts";
import { auditSequenceSchema, reasonSchema } from "./action-input.ts";
import { kindOfSlot, slotNamed, slotSchema } from "./slot-named.ts";

const MODULE_CHARACTERS_MAX = Math.ceil(wasmLimits.moduleBytes / 3) * 4;
/** The maps of the bundled plugins have 80,000 bytes at most. It is read on the trading thread. */
const SOURCE_MAP_CHARACTERS_MAX = 524_288;
/** Of a map's characters, one in seven is a quotation mark, which JSON escapes. */
const SOURCE_MAP_BYTES_MAX = 1.25 * SOURCE_MAP_CHARACTERS_MAX;
const OTHER_BYTES = 16_384;
const CHANGES: readonly Permission[] = ["CHANGE_STRATEGY", "CHANGE_RISK", "CHANGE_VENUE"];

export interface SlotInput {
  readonly slot: string;
  readonly reason: string;
}

export interface ParametersInput extends SlotInput {
  readonly parameters: Readonly<Record<string, number>>;
}

export interface DeployInput extends ParametersInput {
  readonly kind: PluginKind;
  readonly module: string;
  readonly isFresh?: boolean | undefined;
  readonly sourceMap?: string | undefined;
}

export type PluginAnswer = PluginChange & Audited;
export type PluginRoute<Input> = Route<Input, PluginAnswer>;

const parametersInput = z.record(z.string().max(64), z.number());
const answer: z.ZodType<PluginAnswer> = z.strictObject({
  slot: z.string(),
  stage: z.enum(pluginStages),
  plugin: z.string(),
  version: z.string(),
  sha256: z.string(),
  isChanged: z.boolean(),
  auditSequence: auditSequenceSchema,
});

/** Who may bring in a plugin of a kind, or change one's parameters. */
function changeOf(kind: PluginKind): Permission {
  if (kind === "risk") return "CHANGE_RISK";
  return kind === "venue" ? "CHANGE_VENUE" : "CHANGE_STRATEGY";
}

function changeOfSlot(context: ApiContext, { slot }: { readonly slot: string }): Permission {
  return changeOf(kindOfSlot(context, slot) ?? slotNamed(context, slot).kind);
}

async function settled(outcome: Promise<PluginOutcome>): Promise<PluginAnswer> {
  const result = await outcome;
  if ("change" in result) return { ...result.change, auditSequence: null };
  const { code, text, remedy } = result.refusal;
  throw new ApiProblem(code, text, remedy);
}

export const deployRoute: PluginRoute<DeployInput> = {
  operationId: "deployPlugin",
  method: "POST",
  path: "/v1/plugins/{slot}/deploy",
  summary: "Admits a module beside the plugin that runs in a slot; nothing is acted upon yet.",
  permissions: CHANGES,
  input: z.strictObject({
    slot: slotSchema,
    reason: reasonSchema,
    kind: kindSchema,
    module: z.base64().min(1).max(MODULE_CHARACTERS_MAX).meta({ description: "the module, in base64" }),
    parameters: parametersInput.default({}),
    isFresh: z.boolean().optional().meta({
      description: "true: it begins with nothing, and is not given what the plugin in place knows",
    }),
    sourceMap: z.string().max(SOURCE_MAP_CHARACTERS_MAX).optional().meta({
      description: "what the plugin build wrote beside the module: faults are told by file and line",
    }),
  }),
  answer,
  problems: pluginRefusalCodes,
  bodyBytesMax: MODULE_CHARACTERS_MAX + SOURCE_MAP_BYTES_MAX + OTHER_BYTES,
  action: {
    name: "deploy",
    isStop: false,
    permissionOf: (context, { slot, kind }) => {
      // A slot's own kind counts as well: who may not change a risk rule does not reach its slot under another name of kind.
      return changeOf(kindOfSlot(context, slot) ?? kind);
    },
    argumentsOf: ({ slot, reason, kind, module, parameters, isFresh = false }) => {
      const bytes = Buffer.from(module, "base64");
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const what = { moduleBytes: bytes.length, moduleSha256: sha256, parameters, isFresh };
      return { slot, reason, kind, ...what };
    },
  },
  handle: (context, { slot, reason, kind, module, parameters, isFresh = false, sourceMap }, actor) => {
    const known = kindOfSlot(context, slot);
    if (known !== null && known !== kind)
      throw new ApiProblem(
        "SANDPIT_PLUGIN_KIND",
        `slot ${slot} takes a plugin of kind ${known}, not ${kind}`,
        `say kind ${known}, or name another slot`,
      );
    const bytes = Uint8Array.from(Buffer.from(module, "base64"));
    const map = sourceMap === undefined ? {} : { sourceMap };
    return settled(
      context.operations.deploy({ actor, slot, reason, kind, module: bytes, parameters, isFresh, ...map }),
    );
  },
};

export const setParametersRoute: PluginRoute<ParametersInput> = {
  operationId: "setParameters",
  method: "PUT",
  path: "/v1/plugins/{slot}/parameters",
  summary: "Gives a running plugin other parameters; those not named keep their values.",
  permissions: CHANGES,
  input: z.strictObject({ slot: slotSchema, reason: reasonSchema, parameters: parametersInput }),
  answer,
  problems: pluginRefusalCodes,
  action: { name: "set-parameters", isStop: false, permissionOf: changeOfSlot },
  handle: (context, { slot, reason, parameters }, actor) =>
    settled(context.operations.setParameters({ actor, slot, reason, parameters })),
};

type Step = "shadow" | "drop" | "promote" | "rollback" | "quarantine" | "release";

const summaries: Readonly<Record<Step, string>> = {
  shadow: "Lets a deployed module see live events; its outputs are compared and never acted upon.",
  drop: "Gives up a deployed module, in its shadow or before it; what trades is not touched.",
  promote: "Lets the newcomer of a slot take over.",
  rollback: "Brings the plugin before back, or drops the newcomer.",
  quarantine: "Stops a plugin.",
  release: "Lets a quarantined plugin run again.",
};

function stepRoute(step: Step): PluginRoute<SlotInput> {
  // Whoever may bring a module in may show it events and take it away again.
  const isOwn = step === "shadow" || step === "drop";
  return {
    operationId: `${step}Plugin`,
    method: "POST",
    path: `/v1/plugins/{slot}/${step}`,
    summary: summaries[step],
    permissions: isOwn ? CHANGES : ["SWITCH"],
    input: z.strictObject({ slot: slotSchema, reason: reasonSchema }),
    answer,
    problems: pluginRefusalCodes,
    action: {
      name: step,
      isStop: step === "quarantine",
      ...(isOwn ? { permissionOf: changeOfSlot } : {}),
    },
    handle: (context: ApiContext, { slot, reason }: SlotInput, actor: Actor) =>
      settled(context.operations[step]({ actor, slot, reason })),
  };
}

export const shadowRoute: PluginRoute<SlotInput> = stepRoute("shadow");
export const dropRoute: PluginRoute<SlotInput> = stepRoute("drop");
export const promoteRoute: PluginRoute<SlotInput> = stepRoute("promote");
export const rollbackRoute: PluginRoute<SlotInput> = stepRoute("rollback");
export const quarantineRoute: PluginRoute<SlotInput> = stepRoute("quarantine");
export const releaseRoute: PluginRoute<SlotInput> = stepRoute("release");
