// Generated from manifest.json by `sandpit plugin build`. Do not edit.

import { FeatureVector, PARAMETERS_OFFSET } from "abi/assembly";

@unmanaged
export class Parameters {
  /** weight of the signed trade flow */
  flowWeight: f64;
  /** weight of the order-flow imbalance */
  imbalanceWeight: f64;
  /** weight of the microprice, a tick */
  micropriceWeight: f64;
  /** smallest change of the score that is published */
  publishStep: f64;
  /** combined score times confidence at which a position is taken */
  entryScore: f64;
  /** below it the position is closed */
  exitScore: f64;
  /** size mantissa of one order */
  quantity: i64;
  /** size mantissa beyond which no position is built */
  positionMax: i64;
  /** over which the score predicts */
  horizonSeconds: f64;
  /** after which a signal counts no more */
  timeToLiveSeconds: f64;
  /** shortest time between two orders */
  cooldownSeconds: f64;
}

/** As configured; the host has checked the ranges. */
export const parameters: Parameters = changetype<Parameters>(PARAMETERS_OFFSET);

@unmanaged
export class Features {
  signedTradeFlow: f64;
  orderFlowImbalance: f64;
  microprice: f64;
}

/** The features that the manifest names. */
export function features(vector: FeatureVector): Features {
  return changetype<Features>(changetype<usize>(vector) + offsetof<FeatureVector>("values0"));
}

/** Whether every one of them is present and not stale. */
export function fresh(vector: FeatureVector): bool {
  return (vector.freshMask & 7) == 7;
}
