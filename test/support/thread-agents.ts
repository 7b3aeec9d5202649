import type { Misdeed } from "../../bench/misdeeds.ts";
import { misdeedSource, mostLimits } from "../../bench/misdeeds.ts";
import { buildTestPlugin, puppetNames } from "./puppet-plugins.ts";

/** An agent that asks for an order on each vector, and from the fifth on does something wrong, if anything. */
function agentOf(misdeed: Misdeed | null): Promise<Uint8Array> {
  const name = puppetNames.agent;
  const manifest = {
    name,
    kind: "agent",
    version: "1.0.0",
    abi: 1,
    description: "trades, or does something wrong",
    reads: ["FeatureVector", "OrderEvent"],
    writes: ["Signal", "OrderIntent"],
    features: ["first", "second"],
    limits: mostLimits,
  };
  const trade = "this.limit(1, vector.bidPrice, 100000, this.count);";
  return buildTestPlugin(name, manifest, misdeedSource(misdeed, 5, trade));
}

export function tradingAgent(): Promise<Uint8Array> {
  return agentOf(null);
}

export function hostileAgent(misdeed: Misdeed): Promise<Uint8Array> {
  return agentOf(misdeed);
}
