import {
  ExecType,
  ExecutionReport,
  HEADER_BYTES,
  LiquiditySide,
  OrderType,
  OrdStatus,
  RequestReply,
  SCHEMA_ID,
  SCHEMA_VERSION,
  TimeInForce,
} from "../../../abi/host/index.ts";
import { LOT } from "../../support/lane-under-test.ts";
import type { Phase, VenueOrder, VenueTrade } from "./venue-order.ts";

/** Wall time of the world's beginning, nanoseconds since 1970. */
const START_NS = 1_700_000_000_000_000_000n;

export interface ReportFields {
  readonly execType: number;
  readonly ordStatus: number;
  /** Lots. */
  readonly cumLots: number;
  readonly trade?: VenueTrade;
  /** The question that it answers. */
  readonly requestId?: number;
  /** A list of trades does not name orders by the client's ids. */
  readonly isAnonymous?: boolean;
  readonly atNs: number;
}

function begin(templateId: number, blockLength: number): Buffer {
  const record = Buffer.alloc(HEADER_BYTES + blockLength);
  record.writeUInt16LE(blockLength, 0);
  record.writeUInt16LE(templateId, 2);
  record.writeUInt16LE(SCHEMA_ID, 4);
  record.writeUInt16LE(SCHEMA_VERSION, 6);
  return record;
}

/** What the venue says of an order. By offsets: a run writes hundreds of them. */
export function reportOf(order: VenueOrder, fields: ReportFields): Buffer {
  const { asked } = order;
  const record = begin(ExecutionReport.templateId, ExecutionReport.blockLength);
  const int64 = (at: number, value: number): void =>
    void record.writeBigInt64LE(BigInt(value), HEADER_BYTES + at);
  const u32 = (at: number, value: number): void => void record.writeUInt32LE(value, HEADER_BYTES + at);
  const u8 = (at: number, value: number): void => void record.writeUInt8(value, HEADER_BYTES + at);
  int64(ExecutionReport.venueOrderId, order.venueOrderId);
  record.writeBigInt64LE(START_NS + BigInt(Math.floor(fields.atNs)), HEADER_BYTES + ExecutionReport.tsEvent);
  int64(ExecutionReport.price, asked.price);
  int64(ExecutionReport.orderQty, asked.lots * LOT);
  int64(ExecutionReport.cumQty, fields.cumLots * LOT);
  u32(ExecutionReport.instrumentId, asked.instrumentId);
  if (fields.isAnonymous !== true) {
    u32(ExecutionReport.clientOrderEpoch, asked.epoch);
    u32(ExecutionReport.clientOrderSequence, asked.sequence);
  }
  u32(ExecutionReport.requestId, fields.requestId ?? 0);
  u8(ExecutionReport.execType, fields.execType);
  u8(ExecutionReport.ordStatus, fields.ordStatus);
  u8(ExecutionReport.side, asked.side);
  u8(ExecutionReport.orderType, OrderType.LIMIT);
  u8(ExecutionReport.timeInForce, TimeInForce.GTC);
  if (fields.trade !== undefined) {
    int64(ExecutionReport.tradeId, fields.trade.id);
    int64(ExecutionReport.lastPrice, asked.price);
    int64(ExecutionReport.lastQty, fields.trade.lots * LOT);
    u8(ExecutionReport.liquiditySide, LiquiditySide.MAKER);
  }
  return record;
}

/** The answer to a request. */
export function replyTo(requestId: number, status: number, venueOrderId = 0): Buffer {
  const record = begin(RequestReply.templateId, RequestReply.blockLength);
  record.writeBigInt64LE(BigInt(venueOrderId), HEADER_BYTES + RequestReply.venueOrderId);
  record.writeUInt32LE(requestId, HEADER_BYTES + RequestReply.requestId);
  record.writeInt32LE(status, HEADER_BYTES + RequestReply.status);
  record.writeInt32LE(status === 200 ? 0 : -status, HEADER_BYTES + RequestReply.errorCode);
  return record;
}

/** OrdStatus of an order in that phase. */
export function statusOf(phase: Phase, filled: number): number {
  if (phase === "canceled") return OrdStatus.CANCELED;
  if (phase === "expired") return OrdStatus.EXPIRED;
  if (phase === "filled") return OrdStatus.FILLED;
  if (phase === "refused") return OrdStatus.REJECTED;
  return filled > 0 ? OrdStatus.PARTIALLY_FILLED : OrdStatus.ACCEPTED;
}

/** ExecType of the event that brings an order into that phase. */
export function execTypeOf(phase: Phase): number {
  if (phase === "canceled") return ExecType.CANCELED;
  if (phase === "expired") return ExecType.EXPIRED;
  if (phase === "refused") return ExecType.REJECTED;
  return ExecType.NEW;
}
