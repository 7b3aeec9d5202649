/** Why the host stops a plugin for what it wrote, beside the faults that the call itself shows. Texts for the log and the console. */
export const OutputFault = {
  MALFORMED_RECORDS: "the outbox holds no sequence of whole records",
  UNEXPECTED_RECORD: "wrote a record that its kind may not write",
  VALUE_REFUSED: "a value was not finite, out of range, or named an unknown instrument or output",
  TOO_MANY_RECORDS: "wrote more records in one call than its manifest's limits.outputs",
  NO_VERDICT: "answered a check with none or several verdicts, or a code out of range",
  EVENT_FLOOD: "its orders caused more events in one step than the host delivers",
} as const;
export type OutputFault = (typeof OutputFault)[keyof typeof OutputFault];
