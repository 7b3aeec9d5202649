/** What the gate approved and what has left under each approval, by order slot: data only, read by the last hop. */
export class ApprovalLedger {
  /** 1 while an approval stands. */
  readonly isApproved: Uint8Array;
  readonly side: Uint8Array;
  readonly orderType: Uint8Array;
  readonly instrumentId: Int32Array;
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  /** Sum of the quantities that the last hop let through. */
  readonly sentQty: Float64Array;

  constructor(capacity: number) {
    this.isApproved = new Uint8Array(capacity);
    this.side = new Uint8Array(capacity);
    this.orderType = new Uint8Array(capacity);
    this.instrumentId = new Int32Array(capacity);
    this.price = new Float64Array(capacity);
    this.quantity = new Float64Array(capacity);
    this.sentQty = new Float64Array(capacity);
  }
}
