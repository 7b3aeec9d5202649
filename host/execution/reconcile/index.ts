export { BREAKS_MAX, BreakNumber, BreakWord } from "./break-list.hot.ts";
export { EXTERNAL_MAX, ExternalNumber, ExternalWord } from "./external-orders.hot.ts";
export type { Finding } from "./finding.ts";
export { BreakCode, FindingKind, FindingRecord, readFindingRecord } from "./finding.ts";
export type { ReconcileDesk } from "./reconcile-desk.ts";
export { ReconcileCount } from "./reconcile-counts.hot.ts";
export { ReconcileState } from "./reconcile-states.ts";
export { Reconciler } from "./reconciler.hot.ts";
