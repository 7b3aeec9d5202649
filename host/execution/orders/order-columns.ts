/** Slots of the order table as columns. A slot is `sequence & (capacity − 1)`. */
export class OrderColumns {
  readonly capacity: number;
  readonly status: Uint8Array;
  readonly side: Uint8Array;
  readonly orderType: Uint8Array;
  readonly timeInForce: Uint8Array;
  /** RequestFlag bits: requests whose reply is awaited. Kept apart from the status. */
  readonly requestFlags: Uint8Array;
  /** 1 once the venue has shown that the order existed there. */
  readonly proven: Uint8Array;
  readonly agent: Int32Array;
  readonly instrument: Int32Array;
  readonly tag: Int32Array;
  /** Client order id, as the venue sees it. */
  readonly epoch: Int32Array;
  readonly sequence: Int32Array;
  readonly venueOrderIdLow: Int32Array;
  readonly venueOrderIdHigh: Int32Array;
  /** 0 when none. */
  readonly newRequestId: Int32Array;
  readonly cancelRequestId: Int32Array;
  /** Denial or rejection code, 0 when none. */
  readonly reason: Int32Array;
  /** Mantissas; price is 0 for MARKET. */
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  /** Sum of the fills that were applied. Never falls. */
  readonly cumQty: Float64Array;
  /** Highest cumulative quantity that the venue reported; above cumQty while a fill is missing. */
  readonly venueCumQty: Float64Array;
  /** What is reserved for the order at worst case. */
  readonly exposureQty: Float64Array;
  /** Session time of the submission, and of the last cancel request. */
  readonly submittedNs: Float64Array;
  readonly cancelNs: Float64Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.status = new Uint8Array(capacity);
    this.side = new Uint8Array(capacity);
    this.orderType = new Uint8Array(capacity);
    this.timeInForce = new Uint8Array(capacity);
    this.requestFlags = new Uint8Array(capacity);
    this.proven = new Uint8Array(capacity);
    this.agent = new Int32Array(capacity);
    this.instrument = new Int32Array(capacity);
    this.tag = new Int32Array(capacity);
    this.epoch = new Int32Array(capacity);
    this.sequence = new Int32Array(capacity);
    this.venueOrderIdLow = new Int32Array(capacity);
    this.venueOrderIdHigh = new Int32Array(capacity);
    this.newRequestId = new Int32Array(capacity);
    this.cancelRequestId = new Int32Array(capacity);
    this.reason = new Int32Array(capacity);
    this.price = new Float64Array(capacity);
    this.quantity = new Float64Array(capacity);
    this.cumQty = new Float64Array(capacity);
    this.venueCumQty = new Float64Array(capacity);
    this.exposureQty = new Float64Array(capacity);
    this.submittedNs = new Float64Array(capacity);
    this.cancelNs = new Float64Array(capacity);
  }
}

export const RequestFlag = {
  NEW_IN_FLIGHT: 1,
  CANCEL_IN_FLIGHT: 2,
  /** After a disconnect or a cancel of unknown outcome: only proof, or a report of the end, ends UNKNOWN. */
  NEEDS_PROOF: 4,
} as const;
