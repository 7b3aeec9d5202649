import { OrdStatus } from "../../../abi/host/index.ts";

/**
 * What can happen to an order. The caller classifies first (a trade by what it does to the filled quantity, an absence by
 * whether the venue ever showed the order), so that the table needs no condition.
 */
export const OrderTrigger = {
  /** approved and about to be sent */
  SUBMIT: 0,
  /** refused by this host */
  DENY: 1,
  /** the new order's bytes provably never left; not raised for an order that the venue has shown */
  SEND_FAILED: 2,
  REPLY_ACCEPTED: 3,
  REPLY_REJECTED: 4,
  /** 5xx, or no reply in time; not raised once the order is proven: it would tell nothing new */
  REPLY_UNKNOWN: 5,
  /** a refusal of the order after the venue had proved that it lives, or after a fill */
  REJECTED_AFTER_PROOF: 6,
  REPORT_NEW: 7,
  REPORT_TRADE_PARTIAL: 8,
  REPORT_TRADE_FULL: 9,
  /** filled beyond the ordered quantity */
  REPORT_TRADE_OVER: 10,
  REPORT_CANCELED: 11,
  REPORT_REJECTED: 12,
  REPORT_EXPIRED: 13,
  CANCEL_REQUESTED: 14,
  CANCEL_SEND_FAILED: 15,
  CANCEL_REPLY_ACCEPTED: 16,
  CANCEL_REPLY_REJECTED: 17,
  CANCEL_REPLY_UNKNOWN: 18,
  DISCONNECT: 19,
  /** reconciliation proved that the venue never had the order */
  PROVEN_ABSENT: 20,
  /** reconciliation proved that the venue has the order no more */
  PROVEN_GONE: 21,
  /** reconciliation proved that the order works at the venue */
  PROVEN_OPEN: 22,
  /** another order is about to be sent that takes this one's place */
  REPLACE_REQUESTED: 23,
  /** a trade was undone or corrected; of an order that is over only when the venue says that it works again */
  REPORT_TRADE_AMENDED: 24,
} as const;
export type OrderTrigger = (typeof OrderTrigger)[keyof typeof OrderTrigger];
export const ORDER_TRIGGERS = 25;
/** Rows of the table: OrdStatus 1 to 12; row 0 is the empty slot and refuses all. */
export const ORDER_STATES = 13;

/** Low four bits of a cell that are no OrdStatus. */
export const CELL_IGNORE = 0;
/** Back to the state that the flags tell: UNKNOWN, PENDING_REPLACE, PENDING_CANCEL, PENDING_NEW, PARTIALLY_FILLED or ACCEPTED. */
export const CELL_WORKING = 14;
/** The caller may not do this to an order in this state; nothing changes. */
export const CELL_REFUSE = 15;
export const CELL_NEXT_MASK = 15;
/** The venue contradicts itself or us: the instrument halts. */
export const CELL_HALT = 16;

const NEXT: Readonly<Record<string, number>> = {
  "...": CELL_IGNORE,
  wrk: CELL_WORKING,
  xxx: CELL_REFUSE,
  DEN: OrdStatus.DENIED,
  PNW: OrdStatus.PENDING_NEW,
  ACC: OrdStatus.ACCEPTED,
  PAR: OrdStatus.PARTIALLY_FILLED,
  PCX: OrdStatus.PENDING_CANCEL,
  FIL: OrdStatus.FILLED,
  CAN: OrdStatus.CANCELED,
  REJ: OrdStatus.REJECTED,
  EXP: OrdStatus.EXPIRED,
  UNK: OrdStatus.UNKNOWN,
  PRE: OrdStatus.PENDING_REPLACE,
};

/**
 * The decision table. Legend: `...` nothing changes, `xxx` the caller is refused, `wrk` back to the working state,
 * `!` the instrument halts as well (`!..`: halts, the order stays).
 *
 * - A fill is a fact: a trade never reported before is applied whatever the cell says; the cell only says the next state.
 * - UNKNOWN counts at worst case; it is left by a report, by a refusal in the venue's own words, or by proof. An accepting
 *   reply proves nothing about the order's later life, so UNKNOWN stays. After a disconnect or a cancel of unknown outcome
 *   (flag NEEDS_PROOF) a report of acceptance or of a part fill may be older than the doubt: `wrk` then means UNKNOWN.
 * - A late fill after CANCELED or EXPIRED is normal at all venues. After REJECTED or DENIED it is a contradiction: the order
 *   may rest at the venue, hence UNKNOWN.
 * - A cancel may be asked for again while one is pending, and of an UNKNOWN order: cancels are never refused for policy.
 * - Only what rests is replaced: an order whose fate is open, or that is to go, is not. The replacement is an order of its own. An answer to
 *   the cancel in a replace is one to a cancel; what became of the replacement moves the replacement alone, so that each counts until its own end.
 */
// oxfmt-ignore
const ROWS: readonly (readonly [number, string])[] = [
  //                             SUB DNY SNF RAC RRJ RUK RAP NEW PTL FUL OVR CXD RJD EXD CRQ CSF CRA CRR CRU DSC ABS GON OPN RPQ AMD
  [0,                           "xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx xxx"],
  [OrdStatus.INITIALIZED,       "PNW DEN xxx !.. !.. !.. !.. !UN !UN !FI !FI !.. !.. !.. xxx xxx xxx xxx xxx ... xxx xxx !UN xxx !.."],
  [OrdStatus.DENIED,            "xxx xxx xxx !UN ... ... !.. !UN !UN !FI !FI !.. ... !.. xxx ... ... ... ... ... xxx xxx !UN xxx !UN"],
  [OrdStatus.PENDING_NEW,       "xxx xxx DEN ACC REJ UNK !UN ACC PAR FIL !FI CAN REJ EXP PCX ... ... ... ... UNK xxx xxx ACC xxx wrk"],
  [OrdStatus.ACCEPTED,          "xxx xxx xxx ... !UN ... !UN ... PAR FIL !FI CAN REJ EXP PCX ... ... ... ... UNK xxx xxx ... PRE wrk"],
  [OrdStatus.PARTIALLY_FILLED,  "xxx xxx xxx ... !UN ... !UN ... PAR FIL !FI CAN !UN EXP PCX ... ... ... ... UNK xxx xxx ... PRE wrk"],
  [OrdStatus.PENDING_CANCEL,    "xxx xxx DEN ... REJ UNK !UN ... PCX FIL !FI CAN REJ EXP PCX wrk ... wrk UNK UNK xxx xxx ... xxx wrk"],
  [OrdStatus.FILLED,            "xxx xxx xxx ... !.. ... !.. ... !.. !.. !FI ... !.. ... xxx ... ... ... ... ... xxx xxx ... xxx !UN"],
  [OrdStatus.CANCELED,          "xxx xxx xxx ... !.. ... !.. ... CAN FIL !FI ... !.. ... xxx ... ... ... ... ... xxx xxx ... xxx !UN"],
  [OrdStatus.REJECTED,          "xxx xxx xxx ... ... ... ... !UN !UN !FI !FI !.. ... !.. xxx ... ... ... ... ... xxx xxx !UN xxx !UN"],
  [OrdStatus.EXPIRED,           "xxx xxx xxx ... !.. ... !.. ... EXP FIL !FI ... !.. ... xxx ... ... ... ... ... xxx xxx ... xxx !UN"],
  [OrdStatus.UNKNOWN,           "xxx xxx DEN ... REJ ... !UN wrk wrk FIL !FI CAN REJ EXP UNK ... ... ... ... ... DEN CAN wrk xxx wrk"],
  [OrdStatus.PENDING_REPLACE,   "xxx xxx xxx ... !UN ... !UN ... PRE FIL !FI CAN REJ EXP PCX wrk ... wrk UNK UNK xxx xxx ... xxx wrk"],
];

const HALTS: Readonly<Record<string, number>> = {
  "!..": CELL_HALT,
  "!UN": CELL_HALT | OrdStatus.UNKNOWN,
  "!FI": CELL_HALT | OrdStatus.FILLED,
};

function compile(): Uint8Array {
  const cells = new Uint8Array(ORDER_STATES * ORDER_TRIGGERS);
  ROWS.forEach(([status, text], row) => {
    const names = text.split(" ");
    if (status !== row || names.length !== ORDER_TRIGGERS) {
      throw new Error(
        `row ${row} of the order states has ${names.length} cells for status ${status}: mend the table`,
      );
    }
    names.forEach((name, trigger) => {
      const cell = NEXT[name] ?? HALTS[name];
      if (cell === undefined) {
        throw new Error(`"${name}" in row ${row} of the order states is no cell: mend the table`);
      }
      cells[row * ORDER_TRIGGERS + trigger] = cell;
    });
  });
  return cells;
}

/** Cell for (status, trigger) at `status * ORDER_TRIGGERS + trigger`. */
export const ORDER_STATE_TABLE: Uint8Array = compile();

/** 1 for the states in which the order may still trade without contradiction: PENDING_NEW to PENDING_CANCEL, UNKNOWN, PENDING_REPLACE. */
export const IS_OPEN: Uint8Array = Uint8Array.of(0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1);
