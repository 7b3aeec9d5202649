import type { Random } from "../../../platform/index.ts";

/** The venue cuts a connection after 24 hours. */
const AGE_NS = 23 * 3_600e9;
/** Hosts that were started together do not rotate together. */
const SPREAD_NS = 1_800e9;

/** After how long a connection is to be replaced: 22.5 to 23 hours. */
export function rotationNs(random: Random): number {
  return AGE_NS - random.fraction() * SPREAD_NS;
}
