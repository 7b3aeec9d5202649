/**
 * The question that the answer under way is to: set by the line before an answer over REST, nothing while a message is read that nobody
 * asked for.
 *
 * Its line says it again, so that a codec which has begun afresh in between understands the answer all the same.
 */
export class Asked {
  /** 0: no question of the host's; what is told then is news. */
  static requestId: u32 = 0;
  /** Entries that the answer does not hold: see `Rest`. */
  static rest: u32 = 0;
  /** The order that was asked about: by the venue's id, by ours, or both. All 0: a question about many. */
  static venueOrderId: u64 = 0;
  static epoch: u32 = 0;
  static sequence: u32 = 0;

  static clear(): void {
    Asked.requestId = 0;
    Asked.rest = Rest.NONE;
    Asked.venueOrderId = 0;
    Asked.epoch = 0;
    Asked.sequence = 0;
  }

  /** Whether one order alone was asked about. */
  static get isOne(): bool {
    return Asked.venueOrderId != 0 || Asked.epoch != 0;
  }

  /** Whether an order is the one. */
  static isAbout(venueOrderId: u64, epoch: u32, sequence: u32): bool {
    if (Asked.venueOrderId != 0 && Asked.venueOrderId == venueOrderId) return true;
    return Asked.epoch != 0 && Asked.epoch == epoch && Asked.sequence == sequence;
  }
}

/** What the venue has beyond a page. */
export namespace Rest {
  export const NONE: u32 = 0;
  /** More, which nobody asks for: older ones. */
  export const LEFT: u32 = 1;
  /** More, and the next page comes. */
  export const FOLLOWS: u32 = 2;
}
