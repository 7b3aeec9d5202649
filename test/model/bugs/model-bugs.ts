import type { SourceEdit } from "../../chaos/bugs/seeded-bug.ts";

/** A mistake that is put into the order machine as it is loaded, to see whether the model sees it. */
export interface ModelBug {
  readonly id: string;
  readonly what: string;
  readonly edits: readonly SourceEdit[];
}

const ORDER_STAGE = "host/lane/order-stage.hot.ts";
const FILL_STAGE = "host/lane/fill-stage.hot.ts";
const TRANSITIONS = "host/execution/orders/order-transitions.hot.ts";
const REPORTS = "host/execution/orders/order-reports.hot.ts";
const PROOF = "host/execution/reconcile/absence-proof.hot.ts";
const FOLD = "host/control/opening/folded-orders.ts";

const bug = (id: string, what: string, file: string, find: string, replace: string): ModelBug => ({
  id,
  what,
  edits: [{ file, find, replace }],
});

/** Mistakes that order machines are known for. Each must be seen within the usual number of runs. */
export const MODEL_BUGS: readonly ModelBug[] = [
  bug(
    "fill-twice",
    "a fill moves the position twice",
    FILL_STAGE,
    "const isOverflow = positions.applyFill(fill, agent, instrument, side) !== 0;",
    "positions.applyFill(fill, agent, instrument, side);\n    const isOverflow = positions.applyFill(fill, agent, instrument, side) !== 0;",
  ),
  bug(
    "repeated-fill-applied",
    "an execution that is told again is applied again",
    REPORTS,
    "if (tradeIds.has(slot, report.tradeIdLow, report.tradeIdHigh) === 1) return Outcome.DUPLICATE;",
    "",
  ),
  bug(
    "new-fill-taken-for-a-repetition",
    "a second execution of an order counts as the first one again",
    REPORTS,
    "if (tradeIds.has(slot, report.tradeIdLow, report.tradeIdHigh) === 1) return Outcome.DUPLICATE;",
    "if (columns.cumQty[slot]! > 0) return Outcome.DUPLICATE;",
  ),
  bug(
    "canceled-resurrected",
    "a late report of acceptance brings a canceled order back",
    "host/execution/orders/order-states.ts",
    '[OrdStatus.CANCELED,          "xxx xxx xxx ... !.. ... !.. ... CAN',
    '[OrdStatus.CANCELED,          "xxx xxx xxx ... !.. ... !.. ACC CAN',
  ),
  bug(
    "absent-at-once",
    "the first answer that there is no such order counts as a proof",
    PROOF,
    "const isLate = times[1]! - times[0]! >= PROOF_WINDOW_NS;",
    "const isLate = true;\n    if (isLate) return true;",
  ),
  bug(
    "window-forgotten",
    "answers count that were asked for while the order could still arrive",
    PROOF,
    "const isLate = times[1]! - times[0]! >= PROOF_WINDOW_NS;",
    "const isLate = times[1]! >= times[0]!;",
  ),
  bug(
    "queries-believed",
    "queries prove an absence where the engine can be asked, and was not",
    PROOF,
    "this.counts[slot * SOURCES + Source.ENGINE]! >= ANSWERS_NEEDED &&",
    "",
  ),
  bug(
    "exposure-dropped-on-unknown",
    "an order of unknown fate reserves nothing",
    "host/execution/orders/order-slots.hot.ts",
    "this.open.reserve(slot, isOpen);",
    "this.open.reserve(slot, status === OrdStatus.UNKNOWN ? 0 : isOpen);",
  ),
  bug(
    "missing-fills-unreserved",
    "fills that the venue counts and nobody has shown reserve nothing once the order is over",
    REPORTS,
    "if (cumQty > columns.venueCumQty[slot]!) columns.venueCumQty[slot] = cumQty;\n    if (report.execType",
    "if (report.execType",
  ),
  bug(
    "epoch-forgotten",
    "every start numbers its orders from the same epoch",
    "host/lane/build-lane.ts",
    "const epoch = bootEpoch(configuration.epoch);",
    "const epoch = bootEpoch(1);",
  ),
  bug(
    "cancel-reject-as-cancel",
    "a refused cancel counts as the order's end",
    TRANSITIONS,
    "if (isRefused) return this.apply(slot, OrderTrigger.CANCEL_REPLY_REJECTED);",
    "if (isRefused) return this.apply(slot, OrderTrigger.REPORT_CANCELED);",
  ),
  bug(
    "cancel-answer-as-end",
    "the answer to a cancel counts as the order's end, whatever was filled meanwhile",
    TRANSITIONS,
    "if (isAccepted) return this.apply(slot, OrderTrigger.CANCEL_REPLY_ACCEPTED);",
    "if (isAccepted) return this.apply(slot, OrderTrigger.REPORT_CANCELED);",
  ),
  bug(
    "over-fill-ignored",
    "an over-fill halts nothing",
    ORDER_STAGE,
    "if (orders.haltReason !== 0) this.halt(",
    "if (orders.haltReason !== 0 && orders.haltReason !== 2) this.halt(",
  ),
  bug(
    "refusal-guessed",
    "a 5xx counts as a refusal",
    TRANSITIONS,
    "const isRefused = status >= 400 && status < 500;",
    "const isRefused = status >= 400;",
  ),
  bug(
    "old-news-believed",
    "an event that may be older than the doubt ends it",
    TRANSITIONS,
    "if ((flags & RequestFlag.NEEDS_PROOF) !== 0) return OrdStatus.UNKNOWN;",
    "",
  ),
  bug(
    "lost-line-trusted",
    "what was open on a lost line is believed to be so still",
    ORDER_STAGE,
    "this.parts.orders.markDisconnected(venue);",
    "",
  ),
  bug(
    "sent-on-a-lost-line",
    "new orders leave while their line is down",
    ORDER_STAGE,
    "if (this.lineUp[venue] === 0) return denials.denyUnjudged(slot, DenialCode.LINE_DOWN);",
    "",
  ),
  bug(
    "limit-ignored",
    "a venue that wants no new orders for a while gets them",
    ORDER_STAGE,
    "if (this.hold.isHeld(venue)) return denials.denyUnjudged(slot, DenialCode.VENUE_BACK_OFF);",
    "",
  ),
  bug(
    "executions-forgotten",
    "a start knows the orders of the one before, and not their executions",
    FOLD,
    "folded.tradeIds.push(record.tradeId);",
    "",
  ),
  bug(
    "doubt-forgotten",
    "a start takes what the journal says of an order for the truth",
    "host/control/opening/apply-opening.ts",
    "status: isOpen ? OrdStatus.UNKNOWN : order.status,",
    "status: order.status,",
  ),
  bug(
    "position-not-carried",
    "a start begins with positions of zero",
    "host/control/opening/apply-opening.ts",
    "if (instrument >= 0) seedPosition(built, position, instrument, built.positions);",
    "if (instrument >= 0) continue;",
  ),
  bug(
    "listed-fills-unread",
    "the venue is asked for its trades, and the answer is not read",
    "host/execution/reconcile/reconciler.hot.ts",
    "if (rounds.phase[venue] === RoundPhase.TRADES) this.answers.onTrade(venue, words);",
    "if (rounds.phase[venue] === RoundPhase.TRADES) return true;",
  ),
  bug(
    "older-fills-unasked",
    "a list of trades is asked for from the first execution that is known, and not from before",
    "host/execution/reconcile/recent-trades.hot.ts",
    "first = Math.min(first, this.ids[instrument * RECENT + place]!);",
    "first = Math.min(first, this.ids[instrument * RECENT + place]! || first);",
  ),
  bug(
    "restriction-forgotten",
    "the gate looks at the account's mode alone, not at the instrument's",
    "host/execution/risk/trading-modes.hot.ts",
    "const stricter = ofInstrument > account ? ofInstrument : account;",
    "const stricter = account + 0 * ofInstrument;",
  ),
  bug(
    "timer-not-journalled",
    "the second's timer reaches the lane and not the journal",
    "host/lane/lane-journal.hot.ts",
    "if (this.type === NOTHING_PENDING || this.isEnded) return;",
    "if (this.type === NOTHING_PENDING || this.isEnded || this.type === 2) return;",
  ),
  bug(
    "replaced-unreserved",
    "an order whose place is to be taken reserves nothing any more",
    "host/execution/orders/order-slots.hot.ts",
    "this.open.reserve(slot, isOpen);",
    "this.open.reserve(slot, status === OrdStatus.PENDING_REPLACE ? 0 : isOpen);",
  ),
  bug(
    "replaced-at-once",
    "the answer that a cancel in a replace was taken counts as the end of the old order",
    TRANSITIONS,
    "if (isAccepted) return this.apply(slot, OrderTrigger.CANCEL_REPLY_ACCEPTED);",
    "if (isAccepted && columns.replacedBy[slot] !== 0) return this.apply(slot, OrderTrigger.REPORT_CANCELED);\n      if (isAccepted) return this.apply(slot, OrderTrigger.CANCEL_REPLY_ACCEPTED);",
  ),
  bug(
    "half-as-whole",
    "a refusal of the new order of a replace ends the old one as well",
    TRANSITIONS,
    "columns.reason[slot] = errorCode;",
    "columns.reason[slot] = errorCode;\n      if (this.#slots.links.olderOf(slot) >= 0) this.#slots.move(this.#slots.links.olderOf(slot), OrdStatus.CANCELED);",
  ),
  bug(
    "second-half-unjudged",
    "the new order of a replace leaves after its cancel, whatever holds by then",
    "host/lane/second-halves.hot.ts",
    "if (!isApproved(decision)) return this.refuse(slot, Math.abs(decision));",
    "if (!isApproved(decision)) this.admitted = requestId;\n    if (!isApproved(decision)) return;",
  ),
];
