/** The price that an order is judged against, by instrument: the lane writes it from books that are proven valid. */
export class ReferencePrices {
  readonly bidPrice: Float64Array;
  readonly askPrice: Float64Array;
  /** Session time of the last update, nanoseconds. */
  readonly timeNs: Float64Array;
  /** 1 while the book is valid. A book in doubt refuses orders; its last prices still value positions. */
  readonly isValid: Uint8Array;

  constructor(instrumentCount: number) {
    this.bidPrice = new Float64Array(instrumentCount);
    this.askPrice = new Float64Array(instrumentCount);
    this.timeNs = new Float64Array(instrumentCount);
    this.isValid = new Uint8Array(instrumentCount);
  }
}
