import {
  Balance,
  ExecutionReport,
  ExecType,
  OrderIntent,
  RequestReply,
  Side,
} from "../../../../abi/host/index.ts";

const BLOCK_OFFSET = 16;

/** Records as a plugin would write them, at an offset that is not zero, one at a time. */
export class ExecutionRecords {
  readonly offset: number = BLOCK_OFFSET;
  readonly words: Int32Array = new Int32Array(64);
  readonly #view: DataView = new DataView(this.words.buffer);

  intent(
    fields: Partial<Record<Exclude<keyof typeof OrderIntent, "templateId" | "blockLength">, number>>,
  ): this {
    this.words.fill(0);
    const { price = 0, quantity = 0, instrumentId = 1, tag = 1 } = fields;
    this.#int64(OrderIntent.price, price);
    this.#int64(OrderIntent.quantity, quantity);
    this.#word(OrderIntent.instrumentId, instrumentId);
    this.#word(OrderIntent.tag, tag);
    this.#byte(OrderIntent.action, fields.action ?? 1);
    this.#byte(OrderIntent.side, fields.side ?? Side.BUY);
    this.#byte(OrderIntent.orderType, fields.orderType ?? 2);
    this.#byte(OrderIntent.timeInForce, fields.timeInForce ?? 1);
    return this;
  }

  reply(requestId: number, status: number, errorCode = 0, venueOrderId = 0): this {
    this.words.fill(0);
    this.#int64(RequestReply.venueOrderId, venueOrderId);
    this.#word(RequestReply.requestId, requestId);
    this.#word(RequestReply.status, status);
    this.#word(RequestReply.errorCode, errorCode);
    return this;
  }

  report(fields: ReportFields): this {
    const all: Required<ReportFields> = { ...plainReport, ...fields };
    this.words.fill(0);
    this.#int64(ExecutionReport.venueOrderId, all.venueOrderId);
    this.#int64(ExecutionReport.tradeId, all.tradeId);
    this.#int64(ExecutionReport.tsEvent, all.tsEvent);
    this.#int64(ExecutionReport.price, all.price);
    this.#int64(ExecutionReport.orderQty, all.orderQty);
    this.#int64(ExecutionReport.lastPrice, all.lastPrice);
    this.#int64(ExecutionReport.lastQty, all.lastQty);
    this.#int64(ExecutionReport.cumQty, all.cumQty);
    this.#int64(ExecutionReport.commission, all.commission);
    this.#int64(ExecutionReport.execId, all.execId);
    this.#word(ExecutionReport.commissionAssetId, all.commissionAssetId);
    this.#word(ExecutionReport.instrumentId, all.instrumentId);
    this.#word(ExecutionReport.clientOrderEpoch, all.epoch);
    this.#word(ExecutionReport.clientOrderSequence, all.sequence);
    this.#word(ExecutionReport.rejectCode, all.rejectCode);
    this.#byte(ExecutionReport.execType, all.execType);
    this.#byte(ExecutionReport.ordStatus, all.ordStatus);
    this.#byte(ExecutionReport.side, all.side);
    this.#byte(ExecutionReport.orderType, all.orderType);
    this.#byte(ExecutionReport.timeInForce, all.timeInForce);
    return this;
  }

  balance(assetId: number, free: number, locked: number): this {
    this.words.fill(0);
    this.#int64(Balance.free, free);
    this.#int64(Balance.locked, locked);
    this.#word(Balance.assetId, assetId);
    return this;
  }

  #int64(at: number, value: number): void {
    this.#view.setBigInt64(BLOCK_OFFSET + at, BigInt(value), true);
  }

  #word(at: number, value: number): void {
    this.#view.setUint32(BLOCK_OFFSET + at, value, true);
  }

  #byte(at: number, value: number): void {
    this.#view.setUint8(BLOCK_OFFSET + at, value);
  }
}

export interface ReportFields {
  readonly execId?: number;
  readonly ordStatus?: number;
  readonly venueOrderId?: number;
  readonly tradeId?: number;
  readonly tsEvent?: number;
  readonly price?: number;
  readonly orderQty?: number;
  readonly lastPrice?: number;
  readonly lastQty?: number;
  readonly cumQty?: number;
  readonly commission?: number;
  readonly commissionAssetId?: number;
  readonly instrumentId?: number;
  readonly epoch?: number;
  readonly sequence?: number;
  readonly rejectCode?: number;
  readonly execType?: number;
  readonly side?: number;
  readonly orderType?: number;
  readonly timeInForce?: number;
}

/** What a report says unless told otherwise: NEW, of the first order of epoch 7, a limit purchase of instrument 1. */
const plainReport: Required<ReportFields> = {
  execId: 0,
  ordStatus: 0,
  venueOrderId: 0,
  tradeId: 0,
  tsEvent: 0,
  price: 0,
  orderQty: 0,
  lastPrice: 0,
  lastQty: 0,
  cumQty: 0,
  commission: 0,
  commissionAssetId: 0,
  instrumentId: 1,
  epoch: 7,
  sequence: 1,
  rejectCode: 0,
  execType: ExecType.NEW,
  side: Side.BUY,
  orderType: 2,
  timeInForce: 1,
};
