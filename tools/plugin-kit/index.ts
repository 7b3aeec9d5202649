/** What a plugin's own test is written with. docs/plugin-authors.md shows it at work. */
export {
  ChannelKind,
  ExecType,
  IntentAction,
  LiquiditySide,
  OrderType,
  OrdStatus,
  Side,
  TimeInForce,
} from "../../abi/host/index.ts";
export { only } from "./outputs.ts";
export { PluginStoppedError } from "./plugin-stopped-error.ts";
export { openPlugin, pluginBytes, PluginUnderTest } from "./plugin-under-test.ts";
export type { Answer, PluginOptions } from "./plugin-under-test.ts";
export { encodeRecord } from "./record-encoder.ts";
export type { Output, RecordFields, RecordTold } from "./record-fields.ts";
export { recordedInputs } from "./recorded-inputs.ts";
export type { InputsChoice } from "./lane-inputs.ts";
export { assertRefusesDamage } from "./refused-snapshots.ts";
export { assertSameAfterHandOver } from "./same-after-hand-over.ts";
export type { HandOverChoice } from "./same-after-hand-over.ts";
export { encodeSnapshot } from "./snapshot-encoder.ts";
export { assertSameOutputs } from "./same-outputs.ts";
