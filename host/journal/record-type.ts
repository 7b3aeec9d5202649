/** What a journal record holds. The journal gives meaning to SYNC_MARK and CLOSE alone; the other numbers belong to the lane. */
export const RecordType = {
  /** A frame as received, before decoding. */
  INPUT_FRAME: 1,
  /** A timer that came due. */
  INPUT_TIMER: 2,
  /** A control action: swap, limit change, mode change. */
  INPUT_CONTROL: 3,
  /** A session that came up, went down or changed its credentials. */
  INPUT_CONNECTION: 4,
  /** What a plugin on a thread of its own answered, or what became of it. The channel is its slot. */
  INPUT_PLUGIN: 5,
  /** An order intent; it precedes the order's bytes on the wire. */
  INTENT: 16,
  /** Digest of the bytes that were sent. */
  EFFECT: 17,
  /** A refusal with its code. */
  REFUSAL: 18,
  /** An order's new state, as the lane came to it; the input that caused it is the last one before. A replay compares it. */
  ORDER: 19,
  /** A fill that was applied, or reversed; as ORDER. */
  FILL: 20,
  /** What reconciliation found: a doubt, a proof, a break. */
  FINDING: 21,
  /**
   * The journal refused a record of the lane's; the payload is the code (i32). From here on no new order left, and what the lane did is no more what a
   * replay, whose journal takes everything, would come to.
   */
  REFUSED: 22,
  /** The configuration in force, as JSON. */
  CONFIGURATION: 32,
  /** A plugin that was admitted, placed or swapped. */
  PLUGIN: 33,
  /** What earlier sessions left to this one, as JSON: positions, fees, orders without a proven end. */
  OPENING: 34,
  /** Written by the journal: u64 sequence number up to which everything was on stable storage when this record was appended. */
  SYNC_MARK: 48,
  /** Written by the journal at its close, after a sync of all that precedes it: the final state hash. */
  CLOSE: 49,
} as const;
export type RecordType = (typeof RecordType)[keyof typeof RecordType];
