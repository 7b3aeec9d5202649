/** What a step asks of the world outside, each of one venue; the driver carries it out after the step, in order. */
export const EffectKind = {
  /** Send `length` bytes of the egress buffer from `offset` on the order line of the venue. `a` is the order's slot, `b` its request id. */
  SEND_ORDER: 1,
  /** Ask for a book snapshot of instrument `a`. */
  WANT_SNAPSHOT: 2,
  /** The venue answered a request of the session itself: `a` request id, `b` status, `offset` error code. */
  SESSION_REPLY: 3,
  /** The venue will close its connections. */
  SERVER_SHUTDOWN: 4,
  /** What came on the line of channel `a` has a hole: its subscriptions are to be renewed. */
  RESUBSCRIBE: 5,
  /** The venue ended the stream of account events. */
  STREAM_END: 6,
  /** The venue refused a time stamp: its clock is to be measured. */
  MEASURE_CLOCK: 7,
  /** Send `length` bytes of the egress buffer from `offset`: a question, `b` its request id. */
  SEND_QUERY: 8,
} as const;
export type EffectKind = (typeof EffectKind)[keyof typeof EffectKind];
