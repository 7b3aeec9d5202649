/** Credit of one venue: `messagesMax` messages, refilled evenly over `windowNs`; new orders leave `cancelReserve`. */
export interface LastHopBudget {
  readonly venueIndex: number;
  readonly messagesMax: number;
  readonly windowNs: number;
  readonly cancelReserve: number;
}

const VENUES = 256;

/** The last hop's own message budgets, by venue. A venue without one has no credit: nothing but cancels goes there. */
export class LastHopCredit {
  /** Messages that may go at once; refilled by time. */
  readonly messages: Float64Array;
  readonly messagesMax: Float64Array;
  readonly messagesPerNs: Float64Array;
  /** Small integers: what new orders leave to cancels. */
  readonly reserve: Int32Array;
  readonly refilledNs: Float64Array;

  constructor(budgets: readonly LastHopBudget[]) {
    this.messages = new Float64Array(VENUES);
    this.messagesMax = new Float64Array(VENUES);
    this.messagesPerNs = new Float64Array(VENUES);
    this.reserve = new Int32Array(VENUES);
    this.refilledNs = new Float64Array(VENUES);
    for (const budget of budgets) this.#place(budget);
  }

  #place({ venueIndex, messagesMax, windowNs, cancelReserve }: LastHopBudget): void {
    const isVenue = Number.isInteger(venueIndex) && venueIndex >= 0 && venueIndex < VENUES;
    const isReserved = Number.isInteger(cancelReserve) && cancelReserve >= 1 && cancelReserve < messagesMax;
    if (!isVenue || !isReserved || !(windowNs >= 1) || this.messagesMax[venueIndex] !== 0) {
      throw new RangeError(
        `last-hop budget of venue ${venueIndex}: expected one for each venue from 0 to ${VENUES - 1}, a window of 1 ns or more ` +
          "and a reserve from 1 to messagesMax − 1; correct the configuration",
      );
    }
    this.messages[venueIndex] = messagesMax;
    this.messagesMax[venueIndex] = messagesMax;
    this.messagesPerNs[venueIndex] = messagesMax / windowNs;
    this.reserve[venueIndex] = cancelReserve;
  }
}
