/**
 * What the host says in an input ring beside records: entries without a payload, in their place between the records. All kinds of records are below.
 *
 * ```
 *   MAKE, records for the candidate, HAND_OVER ──▶ PREPARED      SHADOW ──▶ PROMOTE ──▶ SETTLE, or PROMOTE and SETTLE: back
 *   └ the module was posted before                                  └──────▶ SETTLE: dropped
 * ```
 */
export const PlacedOrder = {
  /** An instance of the module that was posted is made beside the plugin. */
  MAKE: 1024,
  /** It is given what the plugin knows by now, by the way in `code`, and every record from here on; then PREPARED is answered. */
  HAND_OVER: 1025,
  /** It is compared from here on. */
  SHADOW: 1026,
  /** What runs beside takes the place, under the generation of this entry, and the other one goes on beside it. */
  PROMOTE: 1027,
  /** What runs beside is given up. */
  SETTLE: 1028,
} as const;
export type PlacedOrder = (typeof PlacedOrder)[keyof typeof PlacedOrder];

/** Added to the template of a record that is for the candidate alone: what it is told before its first event. */
export const BESIDE_RECORD = 2048;
