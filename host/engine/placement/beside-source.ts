import type { ParameterValues } from "../parameters.ts";
import type { ThreadModule } from "./thread-module.ts";

/** What a thread is posted to make a candidate from, and where that one's images go once it is in place. */
export interface BesideSource {
  readonly module: ThreadModule;
  readonly parameters: ParameterValues;
  readonly images: SharedArrayBuffer | null;
}

/** Of the hand-over, the way as a number in an entry. */
export const handOverCodes = ["none", "snapshot", "image"] as const;
