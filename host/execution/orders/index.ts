export { IntentReader } from "./intent-reader.hot.ts";
export {
  agentIndex,
  bootEpoch,
  clientOrderId,
  instrumentIndex,
  orderIndex,
  SEQUENCE_MAX,
  venueIndex,
} from "./ids.ts";
export type { AgentIndex, BootEpoch, ClientOrderId, InstrumentIndex, OrderIndex, VenueIndex } from "./ids.ts";
export { readMantissa, writeMantissa } from "./mantissa.hot.ts";
export {
  MAX_SAFE,
  multiplyExact,
  NOTIONAL_CELLS,
  NOTIONAL_OK,
  NOTIONAL_OVERFLOW,
  NotionalCell,
  PARTS_PER_WHOLE,
} from "./notional.hot.ts";
export { createInstrument } from "./instrument.ts";
export type { Instrument } from "./instrument.ts";
export { InstrumentTable } from "./instrument-table.ts";
export { IntentRefusal } from "./intent-refusal.ts";
export { HaltReason, Outcome } from "./outcome.ts";
export { missingFills } from "./missing-fills.ts";
export { IS_OPEN, ORDER_STATE_TABLE, ORDER_STATES, ORDER_TRIGGERS, OrderTrigger } from "./order-states.ts";
export type { OrderColumns } from "./order-columns.ts";
export type { OrderWitness } from "./order-witness.ts";
export type { OpenOrders } from "./open-orders.hot.ts";
export { ExternalReserves } from "./external-reserves.hot.ts";
export { FillCell } from "./fill-cell.ts";
export { ReportNumber } from "./report-reader.hot.ts";
export { TradeIdSet } from "./trade-id-set.hot.ts";
export { FillHistory } from "./fill-history.hot.ts";
export { OrderTable } from "./order-table.hot.ts";
export type { OrderTableOptions } from "./order-table.hot.ts";
export type { RestoredOrder } from "./restored-order.ts";
export { execTypeOfStatus, OrderRecordWriter } from "./order-record-writer.hot.ts";
export { RequestFlag } from "./order-columns.ts";
