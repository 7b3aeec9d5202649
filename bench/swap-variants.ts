import type { ParameterValues } from "../host/engine/index.ts";
import type { PluginSource } from "../host/lane/index.ts";

/** By plugin a parameter, and a value near its own: what is swapped to then decides a little differently, within every limit. */
const VARIED: Readonly<Record<string, ParameterValues>> = {
  "depth-imbalance": { levels: 4 },
  "ewma-volatility": { decaySeconds: 20 },
  "order-flow-imbalance": { decaySeconds: 1.5 },
  "signed-trade-flow": { decaySeconds: 3 },
  momentum: { flowWeight: 0.9 },
  "market-maker": { signalTicks: 8 },
  hedge: { learningRate: 0.06 },
  "order-rate": { windowSeconds: 1.5 },
  "order-size": { quantityMax: 90_000_000 },
  "position-limit": { positionMax: 400_000_000 },
  "price-collar": { collarBasisPoints: 60 },
};

/** The same module with another parameter; null for one that has none to vary, as the codec. */
export function variantOf({ module, parameters }: PluginSource): PluginSource | null {
  const varied = VARIED[module.manifest.name];
  return varied === undefined ? null : { module, parameters: { ...parameters, ...varied } };
}
