export { AssetTable } from "./asset-table.ts";
export type { Asset } from "./asset-table.ts";
export { POSITION_OK, POSITION_OVERFLOW, PositionBook, ValuationCell } from "./position-book.hot.ts";
export { PositionHistory } from "./position-history.hot.ts";
export { BalanceBook, BalanceFault } from "./balance-book.hot.ts";
export { foldFill, recompute, unrealized } from "./recompute.ts";
export type { RecomputedPosition, RecomputeInstrument, Recomputed, RecordedFill } from "./recompute.ts";
