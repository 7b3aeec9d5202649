export { buildLane } from "./build-lane.ts";
export type { BuiltLane, LanePlacement } from "./build-lane.ts";
export type { PluginSource } from "./load-plugins.ts";
export { LatencyCell, LatencyHistogram } from "./latency-histogram.hot.ts";
export { ControlAction } from "./control-action.ts";
export { EffectKind } from "./effect.ts";
export type { EffectList } from "./effect-list.hot.ts";
export { SHOWN_CELLS } from "./ensemble-stage.hot.ts";
export type {
  AgentPlacement,
  LaneConfiguration,
  PluginModules,
  PluginPlacement,
  ThreadPlacement,
  VenueAsking,
  VenuePlacement,
} from "./lane-configuration.ts";
export { inlinePlacements, placedNames } from "./lane-configuration.ts";
export type { OpenPort } from "./open-port.ts";
export { LANE_COUNTERS, LaneCounter } from "./lane-counters.ts";
export { instrumentName } from "./instrument-name.ts";
export {
  INSTRUMENT_SHIFT,
  Lane,
  LANE_INSTRUMENTS_MAX,
  LINE_UP,
  MORE_FOLLOW,
  PART_SHIFT,
} from "./lane.hot.ts";
export type { FillOutcome, OrderOutcome } from "./outcome-layout.ts";
export {
  FillKind,
  FillRecord,
  OrderRecord,
  OrderRecordFlag,
  readFillRecord,
  readOrderRecord,
} from "./outcome-layout.ts";
export type { PluginChange, PluginChangeCode } from "./plugin-change.ts";
export { PluginAction, PluginChangeError } from "./plugin-change.ts";
export { REFERENCE_CELLS, ReferenceCell } from "./reference-prices.hot.ts";
export { stateDigest } from "./state-digest.ts";
export { VenueCounter } from "./venue-stage.hot.ts";
