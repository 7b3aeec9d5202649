export { ApprovalLedger } from "./approval-ledger.ts";
export { DENIAL_CODES, DenialCode, denialName, RULE_DENIED_BASE } from "./denial-code.ts";
export { LastHop, LastHopDenial } from "./last-hop.hot.ts";
export type { LastHopOptions } from "./last-hop.hot.ts";
export type { LastHopBudget } from "./last-hop-credit.ts";
export { RateWindow } from "./rate-window.hot.ts";
export { ReferencePrices } from "./reference-prices.ts";
export { isApproved, RiskGate } from "./risk-gate.hot.ts";
export type {
  AllocationCheck,
  RiskApproved,
  RiskDecision,
  RiskGateOptions,
  RuleChain,
} from "./risk-gate.hot.ts";
export { RiskLimits } from "./risk-limits.ts";
export type { InstrumentLimits, MessageRate, RiskLimitsInput } from "./risk-limits.ts";
export { rearmOrder } from "./rearm-order.ts";
export type { RearmOrder } from "./rearm-order.ts";
export { TradingMode } from "./trading-mode.ts";
export { TradingModes } from "./trading-modes.hot.ts";
