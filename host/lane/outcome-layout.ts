/*
 What became of orders, as the journal has it: outputs of the lane, little endian, 8-byte aligned. Prices and quantities are mantissas as
 doubles, which hold every integer below 2^53.

 ORDER, each change of an order's state                   FILL, each fill that was applied, undone or corrected
     0  u32  client order id: epoch                           0  u32  client order id: epoch
     4  u32  client order id: sequence                        4  u32  client order id: sequence
     8  u64  venue order id, 0 while unknown                  8  u64  venue order id
    16  f64  price                                           16  f64  price
    24  f64  quantity                                        24  f64  quantity
    32  f64  cumulative quantity of the fills applied        32  f64  commission; negative: a rebate
    40  f64  highest cumulative quantity that was reported   40  f64  position of the account after it
    48  u32  instrument id                                   48  u32  instrument id
    52  u32  the agent's tag                                 52  u32  asset id of the commission, 0: none
    56  i32  agent's place; the agents' count: the host      56  i32  agent's place; count + 2: nobody of this host
    60  i32  denial or rejection code                        60  u8   side  u8 liquidity side  u8 FillKind  u8 0
    64  u8   status   u8 status before   u8 trigger   u8 flags   64  u64  trade id
    68  u8   side     u8 order type      u8 time in force  u8 0

 A FILL of kind REVERSED or CORRECTED goes on. Of REVERSED the terms above are those that were undone, of CORRECTED those in force from then on:

    72  u64  the venue's number of the report that said so
    80  f64  CORRECTED: price before    88  f64  quantity before    96  f64  commission before
   104  u32  CORRECTED: asset id of the commission before          108  u32  0
*/
export const OrderRecord = {
  EPOCH: 0,
  SEQUENCE: 4,
  VENUE_ORDER_ID: 8,
  PRICE: 16,
  QUANTITY: 24,
  CUM_QTY: 32,
  VENUE_CUM_QTY: 40,
  INSTRUMENT_ID: 48,
  TAG: 52,
  AGENT: 56,
  REASON: 60,
  STATUS: 64,
  TERMS: 68,
  BYTES: 72,
} as const;

export const FillRecord = {
  EPOCH: 0,
  SEQUENCE: 4,
  VENUE_ORDER_ID: 8,
  PRICE: 16,
  QUANTITY: 24,
  COMMISSION: 32,
  POSITION: 40,
  INSTRUMENT_ID: 48,
  COMMISSION_ASSET: 52,
  AGENT: 56,
  KINDS: 60,
  TRADE_ID: 64,
  BYTES: 72,
  EXEC_ID: 72,
  LAST_PRICE: 80,
  LAST_QUANTITY: 88,
  LAST_COMMISSION: 96,
  LAST_COMMISSION_ASSET: 104,
  /** Of one that is REVERSED or CORRECTED. */
  AMENDED_BYTES: 112,
} as const;

/** Bits of an ORDER record's flags. */
export const OrderRecordFlag = { PROVEN: 1, ADOPTED: 2 } as const;
export const FillKind = { APPLIED: 0, REVERSED: 1, CORRECTED: 2 } as const;
export type FillKind = (typeof FillKind)[keyof typeof FillKind];

/** An ORDER record, taken apart. */
export interface OrderOutcome {
  readonly epoch: number;
  readonly sequence: number;
  /** Decimal; "0" while it is unknown. */
  readonly venueOrderId: string;
  readonly price: number;
  readonly quantity: number;
  readonly cumQty: number;
  readonly venueCumQty: number;
  readonly instrumentId: number;
  readonly tag: number;
  readonly agent: number;
  readonly reason: number;
  readonly status: number;
  readonly lastStatus: number;
  readonly trigger: number;
  readonly flags: number;
  readonly side: number;
  readonly orderType: number;
  readonly timeInForce: number;
}

/** A FILL record, taken apart. */
export interface FillOutcome {
  readonly epoch: number;
  readonly sequence: number;
  readonly venueOrderId: string;
  readonly tradeId: string;
  readonly price: number;
  readonly quantity: number;
  readonly commission: number;
  readonly commissionAssetId: number;
  readonly position: number;
  readonly instrumentId: number;
  readonly agent: number;
  readonly side: number;
  readonly liquiditySide: number;
  readonly kind: number;
  /** Of the report that undid or corrected it; "0" of a fill that was applied. */
  readonly execId: string;
  /** What a correction replaced; zeros otherwise. */
  readonly last: FillTerms;
}

export interface FillTerms {
  readonly price: number;
  readonly quantity: number;
  readonly commission: number;
  readonly commissionAssetId: number;
}

const NO_TERMS: FillTerms = { price: 0, quantity: 0, commission: 0, commissionAssetId: 0 };

function requireBytes(payload: Buffer, bytes: number, name: string): void {
  if (payload.length !== bytes)
    throw new Error(
      `journal: a record ${name} has ${payload.length} bytes instead of ${bytes}; read it with the version that wrote it`,
    );
}

/** Throws Error on a payload of another length. */
export function readOrderRecord(payload: Buffer): OrderOutcome {
  requireBytes(payload, OrderRecord.BYTES, "ORDER");
  return {
    epoch: payload.readUInt32LE(OrderRecord.EPOCH),
    sequence: payload.readUInt32LE(OrderRecord.SEQUENCE),
    venueOrderId: String(payload.readBigUInt64LE(OrderRecord.VENUE_ORDER_ID)),
    price: payload.readDoubleLE(OrderRecord.PRICE),
    quantity: payload.readDoubleLE(OrderRecord.QUANTITY),
    cumQty: payload.readDoubleLE(OrderRecord.CUM_QTY),
    venueCumQty: payload.readDoubleLE(OrderRecord.VENUE_CUM_QTY),
    instrumentId: payload.readUInt32LE(OrderRecord.INSTRUMENT_ID),
    tag: payload.readInt32LE(OrderRecord.TAG),
    agent: payload.readInt32LE(OrderRecord.AGENT),
    reason: payload.readInt32LE(OrderRecord.REASON),
    status: payload.readUInt8(OrderRecord.STATUS),
    lastStatus: payload.readUInt8(OrderRecord.STATUS + 1),
    trigger: payload.readUInt8(OrderRecord.STATUS + 2),
    flags: payload.readUInt8(OrderRecord.STATUS + 3),
    side: payload.readUInt8(OrderRecord.TERMS),
    orderType: payload.readUInt8(OrderRecord.TERMS + 1),
    timeInForce: payload.readUInt8(OrderRecord.TERMS + 2),
  };
}

/** Throws Error on a payload of another length. */
export function readFillRecord(payload: Buffer): FillOutcome {
  const isAmended =
    payload.length > FillRecord.KINDS + 2 && payload.readUInt8(FillRecord.KINDS + 2) !== FillKind.APPLIED;
  requireBytes(payload, isAmended ? FillRecord.AMENDED_BYTES : FillRecord.BYTES, "FILL");
  return {
    epoch: payload.readUInt32LE(FillRecord.EPOCH),
    sequence: payload.readUInt32LE(FillRecord.SEQUENCE),
    venueOrderId: String(payload.readBigUInt64LE(FillRecord.VENUE_ORDER_ID)),
    tradeId: String(payload.readBigUInt64LE(FillRecord.TRADE_ID)),
    price: payload.readDoubleLE(FillRecord.PRICE),
    quantity: payload.readDoubleLE(FillRecord.QUANTITY),
    commission: payload.readDoubleLE(FillRecord.COMMISSION),
    commissionAssetId: payload.readUInt32LE(FillRecord.COMMISSION_ASSET),
    position: payload.readDoubleLE(FillRecord.POSITION),
    instrumentId: payload.readUInt32LE(FillRecord.INSTRUMENT_ID),
    agent: payload.readInt32LE(FillRecord.AGENT),
    side: payload.readUInt8(FillRecord.KINDS),
    liquiditySide: payload.readUInt8(FillRecord.KINDS + 1),
    kind: payload.readUInt8(FillRecord.KINDS + 2),
    execId: isAmended ? String(payload.readBigUInt64LE(FillRecord.EXEC_ID)) : "0",
    last: isAmended ? readLastTerms(payload) : NO_TERMS,
  };
}

function readLastTerms(payload: Buffer): FillTerms {
  return {
    price: payload.readDoubleLE(FillRecord.LAST_PRICE),
    quantity: payload.readDoubleLE(FillRecord.LAST_QUANTITY),
    commission: payload.readDoubleLE(FillRecord.LAST_COMMISSION),
    commissionAssetId: payload.readUInt32LE(FillRecord.LAST_COMMISSION_ASSET),
  };
}
