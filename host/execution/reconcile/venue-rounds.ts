import { LANE_VENUES_MAX } from "../gateways/index.ts";

/** What a round asks, in this order: an order's venue id has to be known before its trades can be told apart from others'. */
export const RoundPhase = { IDLE: 0, OPEN_ORDERS: 1, DOUBTS: 2, TRADES: 3, BALANCES: 4 } as const;

/**
 * The balances that later ones are compared with. Until the trades were listed once more they are on trial: a trade that is found undone by then may have
 * been undone just before these balances were told, which nobody can know.
 *
 * | baseline | balances told | trades listed | a trade undone or corrected |
 * |----------|---------------|---------------|-----------------------------|
 * | NONE     | ON_TRIAL      | NONE          | NONE                        |
 * | ON_TRIAL | ON_TRIAL      | FIRM          | NONE                        |
 * | FIRM     | FIRM          | FIRM          | FIRM                        |
 */
export const Baseline = { NONE: 0, ON_TRIAL: 1, FIRM: 2 } as const;

/** Where each venue's round stands: one question at a time. By venue index. */
export class VenueRounds {
  /** ReconcileState. */
  readonly state: Uint8Array = new Uint8Array(LANE_VENUES_MAX);
  readonly lineUp: Uint8Array = new Uint8Array(LANE_VENUES_MAX);
  readonly phase: Uint8Array = new Uint8Array(LANE_VENUES_MAX);
  /** Rises with each round. */
  readonly round: Int32Array = new Int32Array(LANE_VENUES_MAX);
  /** 1: asks everything; 0: only about doubts. */
  readonly isFull: Uint8Array = new Uint8Array(LANE_VENUES_MAX);
  /** Instrument that is asked about, −1 before the first. */
  readonly cursor: Int32Array = new Int32Array(LANE_VENUES_MAX);
  /** Slot of the order that is asked about. */
  readonly askedSlot: Int32Array = new Int32Array(LANE_VENUES_MAX);
  /** Request id of the question that is out, 0: none. */
  readonly inFlight: Int32Array = new Int32Array(LANE_VENUES_MAX);
  readonly askedNs: Float64Array = new Float64Array(LANE_VENUES_MAX);
  /** 1 where the last list was full, and goes on behind its end. */
  readonly hasMore: Uint8Array = new Uint8Array(LANE_VENUES_MAX);
  /** Entries of the list that is being read. */
  readonly listed: Int32Array = new Int32Array(LANE_VENUES_MAX);
  /** Not before this time the next question, or the next round. */
  readonly nextNs: Float64Array = new Float64Array(LANE_VENUES_MAX);
  readonly nextFullNs: Float64Array = new Float64Array(LANE_VENUES_MAX);
  /** Failures, or rounds with doubts, in a row. */
  readonly attempts: Int32Array = new Int32Array(LANE_VENUES_MAX);
  /** Questions left in this second. */
  readonly budget: Int32Array = new Int32Array(LANE_VENUES_MAX);
  /** Orders without a proven state at the last round's end. */
  readonly doubts: Int32Array = new Int32Array(LANE_VENUES_MAX);
  /** Rounds that were answered whole. */
  readonly completed: Int32Array = new Int32Array(LANE_VENUES_MAX);
  /** Baseline: whether balances were taken as what later ones are compared with. */
  readonly baseline: Uint8Array = new Uint8Array(LANE_VENUES_MAX);
}
