/** What can be done to the plugin of a slot while the lane runs. Each is an input of its own, between two events. */
export const PluginAction = {
  /** A candidate is shown everything that the slot's plugin sees, and compared. */
  SHADOW: "shadow",
  /** The candidate takes the place; the one before goes on beside it, on call. */
  PROMOTE: "promote",
  /** The one before takes its place again. */
  ROLL_BACK: "rollback",
  /** Whatever runs beside is given up: a candidate is dropped, or a probation over. */
  SETTLE: "settle",
  /** A candidate takes the place without a shadow: where a plugin was stopped, or reads other records than the one before. */
  REPLACE: "replace",
  /** The plugin is stopped and nothing takes over; what its failure would mean for orders, this means. */
  QUARANTINE: "quarantine",
} as const;
export type PluginAction = (typeof PluginAction)[keyof typeof PluginAction];

/** One change, as it is asked for and journalled. */
export interface PluginChange {
  readonly action: PluginAction;
  /** Name of the slot. */
  readonly slot: string;
  /** Whether a candidate begins with nothing, though the old one's state could be handed over. */
  readonly isFresh: boolean;
  readonly person: string;
  readonly reason: string;
}

/** Why a change is refused. Nothing has changed then, and nothing was journalled. */
export type PluginChangeCode =
  | "SANDPIT_PLUGIN_SLOT_UNKNOWN"
  | "SANDPIT_PLUGIN_KIND"
  | "SANDPIT_PLUGIN_OUTPUTS"
  | "SANDPIT_PLUGIN_INPUTS"
  | "SANDPIT_PLUGIN_FEATURE_UNKNOWN"
  | "SANDPIT_PLUGIN_BUSY"
  | "SANDPIT_PLUGIN_PLACED"
  | "SANDPIT_PLUGIN_NO_CANDIDATE"
  | "SANDPIT_PLUGIN_NO_PREDECESSOR"
  | "SANDPIT_PLUGIN_NOT_RUNNING"
  | "SANDPIT_PLUGIN_FIRST_RECORDS"
  | "SANDPIT_PLUGIN_STATE_LOST"
  | "SANDPIT_PLUGIN_JOURNAL";

/** A change that is refused: code and remedy. */
export class PluginChangeError extends Error {
  readonly code: PluginChangeCode;
  override readonly name = "PluginChangeError";

  constructor(code: PluginChangeCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
