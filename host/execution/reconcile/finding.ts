/** What reconciliation came to; journalled as FINDING, counted, and listed by `sandpit reconcile`. */
export const FindingKind = {
  /** the venue's state changed: `code` is the ReconcileState */
  STATE: 1,
  /** an order's state was asked for: `code` is how often */
  ASKED: 2,
  /** the venue said that it has no such order: `code` 1 its engine, 2 a query, which may lag */
  NOT_FOUND: 3,
  /** the venue showed the order: `code` is its OrdStatus there */
  FOUND: 4,
  /** by the rule of proof the venue has no such order */
  PROVEN_ABSENT: 5,
  /** the order works at the venue */
  PROVEN_OPEN: 6,
  /** an order with this host's prefix that no journal had: it is the host's now */
  ADOPTED: 7,
  /** an order, or a trade, that is not this host's; never touched. `code` 1 of an order: the list has no place for it, and its side of the instrument counts as unlimited */
  EXTERNAL_ORDER: 8,
  EXTERNAL_TRADE: 9,
  /** a fill that no report had brought, found in the list of trades */
  MISSED_FILL: 10,
  /** the two say different things: `code` is the BreakCode */
  BREAK: 11,
  /** they agree again */
  BREAK_ENDED: 12,
  /** a person has accepted it, with a reason */
  BREAK_ACCEPTED: 13,
  /** a trade was undone or corrected by the venue, and positions have followed: `code` is the BreakCode */
  AMENDED: 14,
} as const;
/** One more than the last of them. */
export const FINDING_KINDS: number = 1 + Math.max(...Object.values(FindingKind));
export type FindingKind = (typeof FindingKind)[keyof typeof FindingKind];

/** What two accounts of the same thing can differ in. */
export const BreakCode = {
  NONE: 0,
  /** the venue had the order, and has it no more, and no report and no query says how it ended */
  ORDER_VANISHED: 1,
  /** the venue counts fills that neither its reports nor its list of trades show */
  FILLS_MISSING: 2,
  /** the balance is not what fills, fees and the last balance come to */
  BALANCE_DIFFERS: 3,
  /** the two computations of a position differ in its quantity */
  POSITION_DIFFERS: 4,
  /** they differ in what a position has cost, or in the gain from it */
  COST_DIFFERS: 5,
  /** they differ in the fees of an asset */
  FEES_DIFFER: 6,
  /** they differ in what fills and fees have moved of a balance */
  FLOW_DIFFERS: 7,
  /** what was written into the journal cannot be read back from it, so that there is nothing to compare with */
  JOURNAL_UNREADABLE: 8,
  /** no difference: a trade was undone, and everything has followed; a person has to know */
  TRADE_UNDONE: 9,
  /** no difference: a trade was corrected, and everything has followed */
  TRADE_CORRECTED: 10,
  /** the venue undoes or corrects a trade that is not known, was undone before, or cannot be undone; nothing has followed */
  AMENDMENT_REFUSED: 11,
} as const;
export type BreakCode = (typeof BreakCode)[keyof typeof BreakCode];

/*
 A FINDING record, little endian:

     0  u32  client order id: epoch, 0 where it is about no order
     4  u32  client order id: sequence
     8  u64  venue order id, or trade id
    16  f64  what this host says
    24  f64  what the venue says
    32  u32  instrument id, 0: none
    36  u32  asset id, 0: none
    40  u8   FindingKind  u8 code  u8 venue  u8 0
    44  u32  number of the break, 0: none
*/
export const FindingRecord = {
  EPOCH: 0,
  SEQUENCE: 4,
  VENUE_ID: 8,
  OURS: 16,
  THEIRS: 24,
  INSTRUMENT_ID: 32,
  ASSET_ID: 36,
  KINDS: 40,
  BREAK_ID: 44,
  BYTES: 48,
} as const;

/** A FINDING record, taken apart. */
export interface Finding {
  readonly epoch: number;
  readonly sequence: number;
  readonly venueId: string;
  readonly ours: number;
  readonly theirs: number;
  readonly instrumentId: number;
  readonly assetId: number;
  readonly kind: number;
  readonly code: number;
  readonly venue: number;
  readonly breakId: number;
}

/** Throws Error on a payload of another length. */
export function readFindingRecord(payload: Buffer): Finding {
  if (payload.length !== FindingRecord.BYTES)
    throw new Error(
      `journal: a record FINDING has ${payload.length} bytes instead of ${FindingRecord.BYTES}; read it with the version that wrote it`,
    );
  return {
    epoch: payload.readUInt32LE(FindingRecord.EPOCH),
    sequence: payload.readUInt32LE(FindingRecord.SEQUENCE),
    venueId: String(payload.readBigUInt64LE(FindingRecord.VENUE_ID)),
    ours: payload.readDoubleLE(FindingRecord.OURS),
    theirs: payload.readDoubleLE(FindingRecord.THEIRS),
    instrumentId: payload.readUInt32LE(FindingRecord.INSTRUMENT_ID),
    assetId: payload.readUInt32LE(FindingRecord.ASSET_ID),
    kind: payload.readUInt8(FindingRecord.KINDS),
    code: payload.readUInt8(FindingRecord.KINDS + 1),
    venue: payload.readUInt8(FindingRecord.KINDS + 2),
    breakId: payload.readUInt32LE(FindingRecord.BREAK_ID),
  };
}
