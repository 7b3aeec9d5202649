import type { ParameterValues } from "../parameters.ts";
import type { PluginModule } from "../plugin-module.ts";
import { layOutEvents, tableBytes } from "./event-table.ts";
import { linkModule } from "./link-module.ts";
import type { LinkedRun } from "./linked-run.ts";
import type { SecondEngine } from "./second-engine.ts";
import { runInV8 } from "./v8-run.ts";

/** The events lie in the linked module, which goes through a file. */
export const TABLE_BYTES_MAX: number = 256 * 1024 * 1024;

/** A module, and what an ordinary run of it in V8 came to. */
export interface CrossCheckPlan {
  readonly module: PluginModule;
  readonly parameters: ParameterValues;
  readonly events: readonly Uint8Array[];
  /** Digest of the trial on these events. */
  readonly trialDigest: string;
}

/**
 * | state       | what it means                                                                          |
 * |-------------|-----------------------------------------------------------------------------------------|
 * | agrees      | both engines answered with the same bytes, the same gas, and ended in the same state     |
 * | differs     | they did not, or one of them trapped                                                    |
 * | crashed     | the second engine gave no answer                                                        |
 * | unavailable | there is no second engine, or the events are too many for it                            |
 */
export interface CrossCheckResult {
  readonly state: "agrees" | "differs" | "crashed" | "unavailable";
  readonly text: string;
}

/**
 * Runs a module on the trial's events in V8 and in a second engine, linked into one module without imports that both are given, and compares. That the linked
 * module does in V8 what the ordinary one did shows that the linking changes nothing. A second opinion, not a proof.
 */
export function crossCheck(
  { module, parameters, events, trialDigest }: CrossCheckPlan,
  engine: SecondEngine,
): CrossCheckResult {
  const size = tableBytes(events);
  if (size > TABLE_BYTES_MAX)
    return {
      state: "unavailable",
      text: `the events have ${size} bytes, ${engine.name} is given up to ${TABLE_BYTES_MAX}: give fewer`,
    };
  const linked = linkModule(module, layOutEvents(module.manifest, parameters, events));
  const here = runInV8(linked, module.manifest, events.length);
  if (here.trialDigest !== trialDigest)
    return {
      state: "differs",
      text: "linked with its harness the module answers otherwise than alone: report it, the linking has a fault",
    };
  const there = engine.run(linked, events.length);
  switch (there.state) {
    case "ran":
      return compare(here.run, there.run, engine.name);
    case "trapped":
      return {
        state: "differs",
        text: `${engine.name} stops ${there.event === null ? "in init" : `on event ${there.event}`}, V8 does not: ${there.reason}`,
      };
    case "crashed":
      return { state: "crashed", text: `${engine.name} gave no answer: ${there.reason}` };
    case "unavailable":
      return {
        state: "unavailable",
        text: `${engine.name} is not at hand, what V8 computes is not compared with another engine: ${there.reason}`,
      };
  }
}

function compare(here: LinkedRun, there: LinkedRun, name: string): CrossCheckResult {
  const event = here.trail.findIndex((word, index) => word !== there.trail[index]);
  if (event >= 0 || here.trail.length !== there.trail.length || here.answers !== there.answers)
    return {
      state: "differs",
      text: `from event ${event} on ${name} computes other answers than V8: rewrite what differs, or report it`,
    };
  if (here.state !== there.state)
    return { state: "differs", text: `${name} and V8 answer alike and end in another state: report it` };
  return { state: "agrees", text: `${name} answered ${here.trail.length} events as V8 did, ${here.state}` };
}
