import { IntentAction, OrderCommand, OrderType, Side } from "../../../abi/host/index.ts";
import type { ApprovalLedger } from "./approval-ledger.ts";
import { LastHopCredit } from "./last-hop-credit.ts";
import type { LastHopBudget } from "./last-hop-credit.ts";
import type { RiskApproved } from "./risk-gate.hot.ts";

/**
 * The last check before bytes leave. It shares no code with the gate, on purpose: its own reading of the record, its own
 * rate budget, its own codes (the LAST_HOP_ ones of DenialCode, repeated here and held equal by a test).
 */
export const LastHopDenial = {
  KILLED: 100,
  MODE: 101,
  LEASE: 102,
  NOT_APPROVED: 103,
  CHILDREN_EXCEED_PARENT: 104,
  DIFFERS_FROM_APPROVAL: 105,
  REUSED_ID: 106,
  MESSAGE_BUDGET: 107,
} as const;

export interface LastHopOptions {
  readonly ledger: ApprovalLedger;
  /** Cell 0 not zero: killed. On shared memory, read atomically for each order. */
  readonly kill: Int32Array;
  /** TradingModes.account. */
  readonly accountMode: Int32Array;
  /** Session time, nanoseconds, in cell 0. */
  readonly clock: Float64Array;
  /** Cell 0: session time until which this host holds the lease; Infinity without a standby. */
  readonly leaseUntilNs: Float64Array;
  readonly epoch: number;
  readonly budgets: readonly LastHopBudget[];
}

const STRICTEST_OPEN_MODE = 2;

export class LastHop {
  /** Cancels that were let through although the budget was spent, in cell 0. */
  readonly cancelsBeyondBudget: Float64Array;
  readonly #ledger: ApprovalLedger;
  readonly #kill: Int32Array;
  readonly #accountMode: Int32Array;
  readonly #clock: Float64Array;
  readonly #leaseUntilNs: Float64Array;
  readonly #epoch: number;
  readonly #credit: LastHopCredit;
  #lastSequence: number;

  constructor(options: LastHopOptions) {
    this.cancelsBeyondBudget = new Float64Array(1);
    this.#ledger = options.ledger;
    this.#kill = options.kill;
    this.#accountMode = options.accountMode;
    this.#clock = options.clock;
    this.#leaseUntilNs = options.leaseUntilNs;
    this.#epoch = options.epoch | 0;
    this.#credit = new LastHopCredit(options.budgets);
    this.#lastSequence = 0;
  }

  /** May the OrderCommand at `byteOffset` leave for `venue`, under the approval? 0, or a LastHopDenial. Counts it if so. */
  admitOrder(approval: RiskApproved, venue: number, words: Int32Array, byteOffset: number): number {
    if (Atomics.load(this.#kill, 0) !== 0) return LastHopDenial.KILLED;
    const mode = this.#accountMode[0]!;
    if (mode < 1 || mode > STRICTEST_OPEN_MODE) return LastHopDenial.MODE;
    if (!(this.#clock[0]! < this.#leaseUntilNs[0]!)) return LastHopDenial.LEASE;
    if (this.#ledger.isApproved[approval] !== 1) return LastHopDenial.NOT_APPROVED;
    const sequence = words[(byteOffset + OrderCommand.clientOrderSequence) >> 2]!;
    const epoch = words[(byteOffset + OrderCommand.clientOrderEpoch) >> 2]!;
    if (epoch !== this.#epoch || sequence <= this.#lastSequence) return LastHopDenial.REUSED_ID;
    const terms = this.#compareTerms(approval, words, byteOffset);
    if (terms !== 0) return terms;
    if (this.#spend(venue, this.#credit.reserve[venue]!) === 0) return LastHopDenial.MESSAGE_BUDGET;
    this.#lastSequence = sequence;
    this.#ledger.sentQty[approval] =
      this.#ledger.sentQty[approval]! + wordPair(words, (byteOffset + OrderCommand.quantity) >> 2);
    return 0;
  }

  /** May an order that was admitted before, and has not left, leave for `venue` now? 0, or a LastHopDenial. Counts it now instead. */
  admitLater(approval: RiskApproved, venue: number): number {
    if (Atomics.load(this.#kill, 0) !== 0) return LastHopDenial.KILLED;
    const mode = this.#accountMode[0]!;
    if (mode < 1 || mode > STRICTEST_OPEN_MODE) return LastHopDenial.MODE;
    if (!(this.#clock[0]! < this.#leaseUntilNs[0]!)) return LastHopDenial.LEASE;
    if (this.#ledger.isApproved[approval] !== 1) return LastHopDenial.NOT_APPROVED;
    this.#refill(venue);
    const { messages, messagesMax } = this.#credit;
    // Its message was taken from the credit when it was admitted. What has been refilled up to the brim since would be one too many.
    if (messages[venue]! > messagesMax[venue]! - 1) messages[venue] = messagesMax[venue]! - 1;
    return 0;
  }

  /** A cancel always passes; it is counted. Returns 1 when the budget was already spent. */
  passCancel(venue: number): number {
    if (this.#spend(venue, 0) === 1) return 0;
    this.cancelsBeyondBudget[0] = this.cancelsBeyondBudget[0]! + 1;
    return 1;
  }

  /** Withdraws an approval: the order was denied after all or is over. */
  revoke(approval: RiskApproved): void {
    this.#ledger.isApproved[approval] = 0;
  }

  #compareTerms(slot: number, words: Int32Array, byteOffset: number): number {
    const ledger = this.#ledger;
    const codes = words[(byteOffset + OrderCommand.action) >> 2]!;
    const side = (codes >>> 8) & 255;
    const orderType = (codes >>> 16) & 255;
    const replacesEpoch = words[(byteOffset + OrderCommand.origClientOrderEpoch) >> 2]!;
    const replacesSequence = words[(byteOffset + OrderCommand.origClientOrderSequence) >> 2]!;
    if (replacesEpoch !== ledger.replacesEpoch[slot] || replacesSequence !== ledger.replacesSequence[slot]) {
      return LastHopDenial.DIFFERS_FROM_APPROVAL;
    }
    if (
      (codes & 255) !== (replacesSequence === 0 ? IntentAction.SUBMIT : IntentAction.REPLACE) ||
      side !== ledger.side[slot] ||
      orderType !== ledger.orderType[slot]
    ) {
      return LastHopDenial.DIFFERS_FROM_APPROVAL;
    }
    if (words[(byteOffset + OrderCommand.instrumentId) >> 2] !== ledger.instrumentId[slot]) {
      return LastHopDenial.DIFFERS_FROM_APPROVAL;
    }
    const price = wordPair(words, (byteOffset + OrderCommand.price) >> 2);
    const approvedPrice = ledger.price[slot]!;
    const isWorse = side === Side.BUY ? price > approvedPrice : price < approvedPrice;
    if (isWorse || (orderType !== OrderType.MARKET && price <= 0)) return LastHopDenial.DIFFERS_FROM_APPROVAL;
    const quantity = wordPair(words, (byteOffset + OrderCommand.quantity) >> 2);
    if (!(quantity > 0) || ledger.sentQty[slot]! + quantity > ledger.quantity[slot]!) {
      return LastHopDenial.CHILDREN_EXCEED_PARENT;
    }
    return 0;
  }

  /** Takes one message from the venue's credit, if `reserve` messages stay. An unknown venue has none. */
  #spend(venue: number, reserve: number): number {
    const credit = this.#credit;
    this.#refill(venue);
    if (credit.messages[venue]! < 1 + reserve) return 0;
    credit.messages[venue] = credit.messages[venue]! - 1;
    return 1;
  }

  #refill(venue: number): void {
    const credit = this.#credit;
    const nowNs = this.#clock[0]!;
    const elapsedNs = nowNs - credit.refilledNs[venue]!;
    if (elapsedNs <= 0) return;
    const filled = credit.messages[venue]! + elapsedNs * credit.messagesPerNs[venue]!;
    credit.messages[venue] = filled < credit.messagesMax[venue]! ? filled : credit.messagesMax[venue]!;
    credit.refilledNs[venue] = nowNs;
  }
}

/** Low and high word as one double. What is no safe integer compares as out of bounds, so it is refused like any excess. */
function wordPair(words: Int32Array, at: number): number {
  return words[at + 1]! * 4_294_967_296 + (words[at]! >>> 0);
}
