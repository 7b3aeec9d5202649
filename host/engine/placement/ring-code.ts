/** What the ends of a ring answer in place of a template or a count. Each says what its caller has to do. */
export const RingCode = {
  /** Nothing is published: look again later. */
  EMPTY: 0,
  /** No room: keep the entry, or let it go by the declared policy. Never wait. */
  FULL: -1,
  /** The other side's words make no sense: nothing of the ring is to be used any more. */
  CORRUPT: -2,
} as const;
export type RingCode = (typeof RingCode)[keyof typeof RingCode];
