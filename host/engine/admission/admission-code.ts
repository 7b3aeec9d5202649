/**
 * Why a module is not admitted, beyond the engine's own refusals, or why a step was left out. A closed list: callers branch on the code,
 * never on the text.
 */
export const admissionCodes = [
  /** The deadline passed; the worker was told to end. */
  "SANDPIT_ADMISSION_DEADLINE",
  /** The worker ended without an answer: out of memory, or a fault of the host. */
  "SANDPIT_ADMISSION_WORKER_DIED",
  /** As many workers as may run are running. */
  "SANDPIT_ADMISSION_BUSY",
  /** What the worker answered is not what a worker answers, or not about this module. */
  "SANDPIT_ADMISSION_ANSWER_REFUSED",
  /** The recorded events of the request cannot be given to this plugin. */
  "SANDPIT_ADMISSION_EVENTS_REFUSED",
  /** The manifest claims to write records that its kind may not write. */
  "SANDPIT_ADMISSION_CAPABILITY",
  "SANDPIT_ADMISSION_TRIAL_GAS",
  "SANDPIT_ADMISSION_TRIAL_DEPTH",
  "SANDPIT_ADMISSION_TRIAL_TRAP",
  /** An impossible length, or bytes that are no records. */
  "SANDPIT_ADMISSION_TRIAL_OUTPUT",
  /** A record that is not in the manifest's `writes`, or not the one that the kind has to answer with. */
  "SANDPIT_ADMISSION_TRIAL_RECORD",
  /** More records in one call than the manifest's `limits.outputs`. */
  "SANDPIT_ADMISSION_TRIAL_COUNT",
  /** NaN, an infinity, or a value out of range. */
  "SANDPIT_ADMISSION_TRIAL_VALUE",
  /** The host's words of the control block were overwritten. */
  "SANDPIT_ADMISSION_TRIAL_GUARD",
  /** Two fresh instances answered the same events with other bytes. */
  "SANDPIT_ADMISSION_NOT_DETERMINISTIC",
  /** Another engine answered the same events with other bytes, other gas, another state, or a trap. */
  "SANDPIT_ADMISSION_CROSS_CHECK_DIFFERS",
  /** The other engine's process died of the module, or was not done in time. */
  "SANDPIT_ADMISSION_CROSS_CHECK_CRASHED",
  /** Skipped: nobody signed the module, and the environment runs such modules. */
  "SANDPIT_ADMISSION_UNSIGNED",
  /** Skipped: there is no second engine to compare with, or the recorded events are too many for it. */
  "SANDPIT_ADMISSION_CROSS_CHECK_UNAVAILABLE",
  /** Skipped: an earlier step refused the module. */
  "SANDPIT_ADMISSION_NOT_REACHED",
] as const;

export type AdmissionCode = (typeof admissionCodes)[number];
