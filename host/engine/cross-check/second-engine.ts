import type { LinkedRun } from "./linked-run.ts";

/**
 * | state       | what happened                                                     |
 * |-------------|-------------------------------------------------------------------|
 * | ran         | every event was run                                                |
 * | trapped     | a call ended in a trap; `event` is null when it was `init`         |
 * | crashed     | it ended, was killed at its deadline, or answered what is no answer |
 * | unavailable | there is no such engine here; nothing was run                      |
 */
export type SecondEngineOutcome =
  | { readonly state: "ran"; readonly run: LinkedRun }
  | { readonly state: "trapped"; readonly event: number | null; readonly reason: string }
  | { readonly state: "crashed"; readonly reason: string }
  | { readonly state: "unavailable"; readonly reason: string };

/** An engine other than V8 that runs linked modules. */
export interface SecondEngine {
  /** For reports. */
  readonly name: string;
  /** Runs a linked module over its first `events` events. Blocks until it is done. Never throws. */
  run(linked: Uint8Array, events: number): SecondEngineOutcome;
}
