export { formatMantissa, parseMantissa } from "./decimal.ts";
export { FlowGenerator } from "./flow-generator.ts";
export type { FlowOptions } from "./flow-generator.ts";
export { FollowedMarket } from "./followed-market.ts";
export { parseRecordedFrame } from "./recorded-frame.ts";
export { Ledger } from "./ledger.ts";
export type { Fee, LedgerOptions, OpeningBalance, Party, Terms } from "./ledger.ts";
export { ListenerChain } from "./listener-chain.ts";
export type { MarketOptions, SelfTradePrevention, SweepCost } from "./market-options.ts";
export { MatchingEngine } from "./matching-engine.ts";
export { MANTISSA_MAX } from "./notional.hot.ts";
export { FRAME_KIND } from "./recorded-frame.ts";
export type { FrameKind, RecordedFrame } from "./recorded-frame.ts";
export { RecordingColumns } from "./recording-columns.ts";
export { Purses } from "./purses.ts";
export type { Balance } from "./purses.ts";
export { RecordedMarket } from "./recorded-market.ts";
export type { RecordedMarketOptions } from "./recorded-market.ts";
export { parseRecording } from "./recording.ts";
export type { Recording } from "./recording.ts";
export { createRng } from "./rng.ts";
export type { Rng } from "./rng.ts";
export type {
  Depth,
  Execution,
  Level,
  Market,
  MarketListener,
  NewOrder,
  OrderState,
  OrderStatus,
  OrderType,
  Side,
  SubmitResult,
  TimeInForce,
} from "./types.ts";
