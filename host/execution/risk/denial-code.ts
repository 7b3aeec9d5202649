/**
 * Every reason for which this host refuses an order: a closed list, one code for each control, never reused. The gate returns
 * the negative; records and logs carry the positive. Codes 1 to 9 are the order table's IntentRefusal. docs/risk-controls.md has a line for each.
 */
export const DenialCode = {
  MALFORMED_INTENT: 1,
  UNKNOWN_INSTRUMENT: 2,
  DUPLICATE_TAG: 3,
  ORDER_TABLE_FULL: 4,
  SEQUENCE_EXHAUSTED: 5,
  DRAFT_OUTSTANDING: 6,
  UNKNOWN_TAG: 7,
  ORDER_NOT_OPEN: 8,
  NOT_REPLACEABLE: 9,
  KILLED: 10,
  MODE_HALTED: 11,
  MODE_CANCEL_ONLY: 12,
  MODE_REDUCING: 13,
  RESTRICTED_INSTRUMENT: 14,
  NOT_A_DRAFT: 15,
  INTENT_FLOOD: 16,
  LINE_DOWN: 17,
  VENUE_BACK_OFF: 18,
  STALE_DECISION: 19,
  OFF_TICK: 20,
  OFF_LOT: 21,
  QUANTITY_BELOW_MINIMUM: 22,
  QUANTITY_ABOVE_MAXIMUM: 23,
  NOTIONAL_BELOW_MINIMUM: 24,
  ORDER_QUANTITY_LIMIT: 30,
  ORDER_NOTIONAL_LIMIT: 31,
  PRICE_COLLAR: 32,
  NOTIONAL_OVERFLOW: 33,
  REFERENCE_INVALID: 40,
  REFERENCE_STALE: 41,
  POSITION_LIMIT: 50,
  GROSS_EXPOSURE_LIMIT: 51,
  OPEN_ORDERS_LIMIT: 52,
  SELF_MATCH: 53,
  EXTERNAL_MATCH: 54,
  ORDER_RATE: 60,
  MESSAGE_RATE: 61,
  AGENT_WITHOUT_SHARE: 70,
  AGENT_POSITION_SHARE: 71,
  AGENT_OPEN_ORDERS_SHARE: 72,
  AGENT_ORDER_RATE_SHARE: 73,
  RULE_FAULT: 90,
  LAST_HOP_KILLED: 100,
  LAST_HOP_MODE: 101,
  LAST_HOP_LEASE: 102,
  LAST_HOP_NOT_APPROVED: 103,
  LAST_HOP_CHILDREN_EXCEED_PARENT: 104,
  LAST_HOP_DIFFERS_FROM_APPROVAL: 105,
  LAST_HOP_REUSED_ID: 106,
  LAST_HOP_MESSAGE_BUDGET: 107,
  ENCODE_FAILED: 110,
  EGRESS_FULL: 111,
  JOURNAL_REFUSED: 112,
  NOT_SENT: 113,
  REPLACE_OVERTAKEN: 114,
} as const;
export type DenialCode = (typeof DenialCode)[keyof typeof DenialCode];

/** A signed rule's own code n (1 to 999) is denied as 1000 + n. */
export const RULE_DENIED_BASE = 1000;
export const RULE_DENIED_LAST = 1999;
/** Length of a column with one counter for each code. */
export const DENIAL_CODES = 2000;

const names: ReadonlyMap<number, string> = new Map(
  Object.entries(DenialCode).map(([name, code]) => [code, name]),
);

/** Name of a code for people; RULE_DENIED_n for a rule's own. Cold. */
export function denialName(code: number): string {
  if (code > RULE_DENIED_BASE && code <= RULE_DENIED_LAST) return `RULE_DENIED_${code - RULE_DENIED_BASE}`;
  return names.get(code) ?? `UNLISTED_${code}`;
}
