/** Why an intent does not even become an order; the first codes of the closed list of denials. */
export const IntentRefusal = {
  MALFORMED_INTENT: 1,
  UNKNOWN_INSTRUMENT: 2,
  DUPLICATE_TAG: 3,
  ORDER_TABLE_FULL: 4,
  SEQUENCE_EXHAUSTED: 5,
  DRAFT_OUTSTANDING: 6,
  UNKNOWN_TAG: 7,
  ORDER_NOT_OPEN: 8,
  NOT_REPLACEABLE: 9,
} as const;
export type IntentRefusal = (typeof IntentRefusal)[keyof typeof IntentRefusal];
