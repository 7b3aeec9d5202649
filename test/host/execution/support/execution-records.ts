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
    this.words.fill(0);
    this.#int64(ExecutionReport.venueOrderId, fields.venueOrderId ?? 0);
    this.#int64(ExecutionReport.tradeId, fields.tradeId ?? 0);
    this.#int64(ExecutionReport.price, fields.price ?? 0);
    this.#int64(ExecutionReport.orderQty, fields.orderQty ?? 0);
    this.#int64(ExecutionReport.lastPrice, fields.lastPrice ?? 0);
    this.#int64(ExecutionReport.lastQty, fields.lastQty ?? 0);
    this.#int64(ExecutionReport.cumQty, fields.cumQty ?? 0);
    this.#int64(ExecutionReport.commission, fields.commission ?? 0);
    this.#word(ExecutionReport.commissionAssetId, fields.commissionAssetId ?? 0);
    this.#word(ExecutionReport.instrumentId, fields.instrumentId ?? 1);
    this.#word(ExecutionReport.clientOrderEpoch, fields.epoch ?? 7);
    this.#word(ExecutionReport.clientOrderSequence, fields.sequence ?? 1);
    this.#word(ExecutionReport.rejectCode, fields.rejectCode ?? 0);
    this.#byte(ExecutionReport.execType, fields.execType ?? ExecType.NEW);
    this.#byte(ExecutionReport.side, fields.side ?? Side.BUY);
    this.#byte(ExecutionReport.orderType, fields.orderType ?? 2);
    this.#byte(ExecutionReport.timeInForce, fields.timeInForce ?? 1);
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
  readonly venueOrderId?: number;
  readonly tradeId?: number;
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
