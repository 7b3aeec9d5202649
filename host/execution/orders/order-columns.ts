import { committed } from "../../../abi/host/index.ts";
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
  /** Slot of the order whose place this one is to take, and of the one that is to take this one's, plus 1; 0 when none. See ReplaceLinks. */
  readonly replaces: Int32Array;
  readonly replacedBy: Int32Array;
  /** Denial or rejection code, 0 when none. */
  readonly reason: Int32Array;
  /** Mantissas; price is 0 for MARKET. */
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  /** Sum of the fills that were applied. Never falls. */
  readonly cumQty: Float64Array;
  /** Highest cumulative quantity that the venue reported; above cumQty while a fill is missing. */
  readonly venueCumQty: Float64Array;
  /** Of an adopted order: what was filled before and is taken as known, 0 for none, and the venue's time of the report that said so. */
  readonly knownQty: Float64Array;
  readonly knownUntilNs: Float64Array;
  /** What is reserved for the order at worst case. */
  readonly exposureQty: Float64Array;
  /** Session time of the submission, and of the last cancel request. */
  readonly submittedNs: Float64Array;
  readonly cancelNs: Float64Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.status = committed(new Uint8Array(capacity));
    this.side = committed(new Uint8Array(capacity));
    this.orderType = committed(new Uint8Array(capacity));
    this.timeInForce = committed(new Uint8Array(capacity));
    this.requestFlags = committed(new Uint8Array(capacity));
    this.proven = committed(new Uint8Array(capacity));
    this.agent = committed(new Int32Array(capacity));
    this.instrument = committed(new Int32Array(capacity));
    this.tag = committed(new Int32Array(capacity));
    this.epoch = committed(new Int32Array(capacity));
    this.sequence = committed(new Int32Array(capacity));
    this.venueOrderIdLow = committed(new Int32Array(capacity));
    this.venueOrderIdHigh = committed(new Int32Array(capacity));
    this.newRequestId = committed(new Int32Array(capacity));
    this.cancelRequestId = committed(new Int32Array(capacity));
    this.replaces = committed(new Int32Array(capacity));
    this.replacedBy = committed(new Int32Array(capacity));
    this.reason = committed(new Int32Array(capacity));
    this.price = committed(new Float64Array(capacity));
    this.quantity = committed(new Float64Array(capacity));
    this.cumQty = committed(new Float64Array(capacity));
    this.venueCumQty = committed(new Float64Array(capacity));
    this.knownQty = committed(new Float64Array(capacity));
    this.knownUntilNs = committed(new Float64Array(capacity));
    this.exposureQty = committed(new Float64Array(capacity));
    this.submittedNs = committed(new Float64Array(capacity));
    this.cancelNs = committed(new Float64Array(capacity));
  }
}

export const RequestFlag = {
  NEW_IN_FLIGHT: 1,
  CANCEL_IN_FLIGHT: 2,
  /** After a disconnect or a cancel of unknown outcome: only proof, or a report of the end, ends UNKNOWN. */
  NEEDS_PROOF: 4,
  /** Beside CANCEL_IN_FLIGHT: the cancel is one half of a replace. */
  REPLACE_IN_FLIGHT: 8,
} as const;
