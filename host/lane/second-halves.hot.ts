import { ExecType, OrdStatus } from "../../abi/host/index.ts";
import { Outcome } from "../execution/orders/index.ts";
import { DenialCode, isApproved } from "../execution/risk/index.ts";
import type { RiskApproved, RiskDecision } from "../execution/risk/index.ts";
import type { CancelPace } from "./cancel-pace.hot.ts";
import { LaneCounter } from "./lane-counters.ts";
import type { OrderNotices } from "./order-notices.hot.ts";
import type { SenderParts } from "./order-sender.hot.ts";
import type { VenueHold } from "./venue-hold.hot.ts";

const NONE = 0;

export interface SecondHalfParts {
  readonly parts: SenderParts;
  readonly notices: OrderNotices;
  readonly pace: CancelPace;
  readonly hold: VenueHold;
  /** By venue index: 1 while its order line is usable. */
  readonly lineUp: Uint8Array;
}

/**
 * Where a replace leaves as two requests, the new order leaves when the cancel was taken, up to ten seconds after it was approved. What held then need not hold any more: it
 * is judged once more, by all that judges orders, and counts in the rates from now on [C9]. One that may not leave is over: it is denied, and what
 * becomes of the order before it is that order's own affair.
 */
export class SecondHalves {
  /** Request of the order that may leave, after the last call; 0: none. */
  admitted: number;
  private readonly parts: SenderParts;
  private readonly notices: OrderNotices;
  private readonly pace: CancelPace;
  private readonly hold: VenueHold;
  private readonly lineUp: Uint8Array;

  constructor({ parts, notices, pace, hold, lineUp }: SecondHalfParts) {
    this.admitted = NONE;
    this.parts = parts;
    this.notices = notices;
    this.pace = pace;
    this.hold = hold;
    this.lineUp = lineUp;
  }

  /** The order of a request is about to leave, in place of the one whose cancel was taken. */
  onCancelTaken(requestId: number): void {
    this.admitted = NONE;
    const { orders, gate, journal } = this.parts;
    const slot = orders.findByRequest(requestId);
    // One that is over by now was told when that came.
    if (slot < 0 || orders.columns.newRequestId[slot] !== requestId) return;
    journal.flushInput();
    const early = journal.refusal === 0 ? this.overtaken(slot) : DenialCode.JOURNAL_REFUSED;
    if (early !== 0) return this.refuse(slot, early);
    const decision: RiskDecision = gate.judgeAgain(slot);
    if (!isApproved(decision)) return this.refuse(slot, Math.abs(decision));
    const late = this.admit(slot, decision);
    if (late !== 0) return this.refuse(slot, late);
    this.admitted = requestId;
  }

  /** What the line, the venue, or the two orders themselves have against it; 0: nothing. */
  private overtaken(slot: number): number {
    const { orders } = this.parts;
    const venue = this.venueOf(slot);
    if (this.lineUp[venue] === 0) return DenialCode.LINE_DOWN;
    if (this.hold.isHeld(venue)) return DenialCode.VENUE_BACK_OFF;
    if (this.pace.wanted[slot] === 1) return DenialCode.REPLACE_OVERTAKEN;
    const older = orders.olderOf(slot);
    // The gateway has read an answer that the codec could not.
    return older >= 0 && orders.columns.status[older] === OrdStatus.UNKNOWN
      ? DenialCode.REPLACE_OVERTAKEN
      : 0;
  }

  private admit(slot: number, approval: RiskApproved): number {
    const { orders, gate, lastHop } = this.parts;
    const code = lastHop.admitLater(approval, this.venueOf(slot));
    if (code !== 0) return code;
    gate.moved(slot);
    orders.left(slot);
    return 0;
  }

  private refuse(slot: number, code: number): void {
    const { orders, gate, counters } = this.parts;
    // The venue has shown it, so that it has left, whoever sent it.
    if (orders.sendFailed(slot, code) === Outcome.REFUSED) return;
    gate.countDenial(code);
    counters[LaneCounter.REPLACES_WITHHELD] = counters[LaneCounter.REPLACES_WITHHELD]! + 1;
    this.notices.noteDenial(orders.columns.agent[slot]!, slot, code);
    this.notices.emit(slot, ExecType.DENIED, 0);
  }

  private venueOf(slot: number): number {
    const { orders } = this.parts;
    return orders.instruments.venue[orders.columns.instrument[slot]!]!;
  }
}
