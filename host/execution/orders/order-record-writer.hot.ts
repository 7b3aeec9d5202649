import { ExecType, IntentAction, OrdStatus, OrderCommand, OrderEvent } from "../../../abi/host/index.ts";
import { writeMantissa } from "./mantissa.hot.ts";
import type { OrderColumns } from "./order-columns.ts";

const TIME = 0;
const LAST_QTY = 1;
const LAST_PRICE = 2;
const POSITION = 3;

/** Writes what the table knows about an order into the records that leave it: OrderEvent to agents, OrderCommand to venues. */
export class OrderRecordWriter {
  /** timeNs, lastQty, lastPrice, position of the next OrderEvent: set these first. lastQty is 0 when it is no trade. */
  readonly eventCells: Float64Array;
  /** timestampMs of the next OrderCommand. */
  readonly commandCells: Float64Array;
  readonly #columns: OrderColumns;
  readonly #instrumentIds: Int32Array;

  constructor(columns: OrderColumns, instrumentIds: Int32Array) {
    this.eventCells = new Float64Array(4);
    this.commandCells = new Float64Array(1);
    this.#columns = columns;
    this.#instrumentIds = instrumentIds;
  }

  /** OrderEvent of the order in `slot` at `byteOffset` (a multiple of 4). */
  writeEvent(
    words: Int32Array,
    byteOffset: number,
    slot: number,
    execType: number,
    liquiditySide: number,
  ): void {
    const columns = this.#columns;
    const cells = this.eventCells;
    const at = byteOffset >> 2;
    writeMantissa(words, byteOffset + OrderEvent.timeNs, cells, TIME);
    writeMantissa(words, byteOffset + OrderEvent.price, columns.price, slot);
    writeMantissa(words, byteOffset + OrderEvent.quantity, columns.quantity, slot);
    writeMantissa(words, byteOffset + OrderEvent.cumQty, columns.cumQty, slot);
    writeMantissa(words, byteOffset + OrderEvent.lastQty, cells, LAST_QTY);
    writeMantissa(words, byteOffset + OrderEvent.lastPrice, cells, LAST_PRICE);
    writeMantissa(words, byteOffset + OrderEvent.position, cells, POSITION);
    words[at + (OrderEvent.instrumentId >> 2)] = this.#instrumentIds[columns.instrument[slot]!]!;
    words[at + (OrderEvent.tag >> 2)] = columns.tag[slot]!;
    words[at + (OrderEvent.ordStatus >> 2)] =
      columns.status[slot]! | (execType << 8) | (columns.side[slot]! << 16) | (liquiditySide << 24);
    words[at + (OrderEvent.reason >> 2)] = columns.reason[slot]!;
  }

  /** OrderCommand (IntentAction) of the order in `slot` at `byteOffset` (a multiple of 4). */
  writeCommand(words: Int32Array, byteOffset: number, slot: number, action: number, requestId: number): void {
    const columns = this.#columns;
    const at = byteOffset >> 2;
    writeMantissa(words, byteOffset + OrderCommand.price, columns.price, slot);
    writeMantissa(words, byteOffset + OrderCommand.quantity, columns.quantity, slot);
    words[at + (OrderCommand.venueOrderId >> 2)] = columns.venueOrderIdLow[slot]!;
    words[at + (OrderCommand.venueOrderId >> 2) + 1] = columns.venueOrderIdHigh[slot]!;
    writeMantissa(words, byteOffset + OrderCommand.timestampMs, this.commandCells, 0);
    words[at + (OrderCommand.requestId >> 2)] = requestId;
    words[at + (OrderCommand.instrumentId >> 2)] = this.#instrumentIds[columns.instrument[slot]!]!;
    words[at + (OrderCommand.clientOrderEpoch >> 2)] = columns.epoch[slot]!;
    words[at + (OrderCommand.clientOrderSequence >> 2)] = columns.sequence[slot]!;
    words[at + (OrderCommand.action >> 2)] =
      action |
      (columns.side[slot]! << 8) |
      (columns.orderType[slot]! << 16) |
      (columns.timeInForce[slot]! << 24);
    words[at + (OrderCommand.padding >> 2)] = 0;
    words[at + (OrderCommand.origClientOrderEpoch >> 2)] = 0;
    words[at + (OrderCommand.origClientOrderSequence >> 2)] = 0;
    words[at + (OrderCommand.origCumQty >> 2)] = 0;
    words[at + (OrderCommand.origCumQty >> 2) + 1] = 0;
  }

  /** OrderCommand (REPLACE): the order in `slot` is to be placed where the one in `older` can be canceled. */
  writeReplace(words: Int32Array, byteOffset: number, slot: number, older: number, requestId: number): void {
    const columns = this.#columns;
    const at = byteOffset >> 2;
    this.writeCommand(words, byteOffset, slot, IntentAction.REPLACE, requestId);
    words[at + (OrderCommand.venueOrderId >> 2)] = columns.venueOrderIdLow[older]!;
    words[at + (OrderCommand.venueOrderId >> 2) + 1] = columns.venueOrderIdHigh[older]!;
    words[at + (OrderCommand.origClientOrderEpoch >> 2)] = columns.epoch[older]!;
    words[at + (OrderCommand.origClientOrderSequence >> 2)] = columns.sequence[older]!;
    const isTold = columns.venueCumQty[older]! > columns.cumQty[older]!;
    const filled = isTold ? columns.venueCumQty : columns.cumQty;
    writeMantissa(words, byteOffset + OrderCommand.origCumQty, filled, older);
  }
}

/** The ExecType that tells an agent of a status it was moved to without a trade. */
export function execTypeOfStatus(status: number): number {
  if (status === OrdStatus.DENIED) return ExecType.DENIED;
  if (status === OrdStatus.REJECTED) return ExecType.REJECTED;
  if (status === OrdStatus.CANCELED) return ExecType.CANCELED;
  if (status === OrdStatus.EXPIRED) return ExecType.EXPIRED;
  return ExecType.NEW;
}
