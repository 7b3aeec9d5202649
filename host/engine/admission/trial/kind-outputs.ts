import type { PluginKind, RecordName } from "../../../../abi/host/index.ts";

/** What a plugin of each kind may write at all; its manifest's `writes` narrows it. */
export const kindOutputs: Readonly<Record<PluginKind, readonly RecordName[]>> = {
  venue: [
    "LineSequence",
    "BookDelta",
    "Quote",
    "Trade",
    "ExecutionReport",
    "RequestReply",
    "Balance",
    "SessionStatus",
    "OutboundFrame",
  ],
  feature: ["FeatureUpdate"],
  agent: ["Signal", "OrderIntent"],
  ensemble: ["CombinedSignal"],
  risk: ["RiskVerdict"],
};
