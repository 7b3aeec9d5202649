import { committed } from "../../../abi/host/index.ts";
/** What the gate approved and what has left under each approval, by order slot: data only, read by the last hop. */
export class ApprovalLedger {
  /** 1 while an approval stands. */
  readonly isApproved: Uint8Array;
  readonly side: Uint8Array;
  readonly orderType: Uint8Array;
  readonly instrumentId: Int32Array;
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  /** Client order id of the one order that may be canceled in the same request; 0: none. */
  readonly replacesEpoch: Int32Array;
  readonly replacesSequence: Int32Array;
  /** Sum of the quantities that the last hop let through. */
  readonly sentQty: Float64Array;

  constructor(capacity: number) {
    this.isApproved = committed(new Uint8Array(capacity));
    this.side = committed(new Uint8Array(capacity));
    this.orderType = committed(new Uint8Array(capacity));
    this.instrumentId = committed(new Int32Array(capacity));
    this.price = committed(new Float64Array(capacity));
    this.quantity = committed(new Float64Array(capacity));
    this.replacesEpoch = committed(new Int32Array(capacity));
    this.replacesSequence = committed(new Int32Array(capacity));
    this.sentQty = committed(new Float64Array(capacity));
  }
}
