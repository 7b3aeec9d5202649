import { trialEvents } from "../../../../host/engine/admission/trial/trial-events.ts";
import { runTrial } from "../../../../host/engine/admission/trial/trial-run.ts";
import type { CrossCheckPlan } from "../../../../host/engine/cross-check/index.ts";
import { layOutEvents } from "../../../../host/engine/cross-check/event-table.ts";
import { linkModule } from "../../../../host/engine/cross-check/link-module.ts";
import { loadModule } from "../../../../host/engine/index.ts";

/** A plugin after its trial, as the cross-check is given it. */
export function planOf(bytes: Uint8Array, given?: readonly Uint8Array[]): CrossCheckPlan {
  const module = loadModule(bytes);
  const events = given ?? trialEvents(module.manifest, []);
  const { digest } = runTrial(module, { parameters: {}, events, filler: 0 });
  return { module, parameters: {}, events, trialDigest: digest };
}

export function linkedOf({ module, parameters, events }: CrossCheckPlan): Uint8Array {
  return linkModule(module, layOutEvents(module.manifest, parameters, events));
}
