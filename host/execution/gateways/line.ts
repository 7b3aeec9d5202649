/** What a line between a venue and this host carries. The codec is told by it what a frame holds. */
export const Channel = {
  /** Market data. */
  MARKET: 0,
  /** Answers to requests for market data. */
  REST: 1,
  /** The order session, or the account's own events where orders go another way. */
  ORDERS: 2,
  /** Answers to order requests that go by REST. */
  ORDER_REST: 3,
} as const;
export type Channel = (typeof Channel)[keyof typeof Channel];

/** Venues that one lane trades on. A line has to fit into the four bits that the journal has for it. */
export const LANE_VENUES_MAX = 4;

/**
 * Lines are numbered through all venues of a lane, so that a frame and its journal record name venue and channel by one number:
 *
 * ```
 *  line │ venue index (2 bits) │ channel (2 bits) │
 * ```
 */
const CHANNEL_BITS = 2;
const CHANNEL_MASK = (1 << CHANNEL_BITS) - 1;
/** All lines of a lane. */
export const LINES_MAX: number = LANE_VENUES_MAX << CHANNEL_BITS;

export function lineOf(venueIndex: number, channel: number): number {
  return (venueIndex << CHANNEL_BITS) | channel;
}

export function channelOf(line: number): number {
  return line & CHANNEL_MASK;
}

export function venueOf(line: number): number {
  return line >> CHANNEL_BITS;
}
