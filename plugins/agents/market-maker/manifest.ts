// Generated from manifest.json by `sandpit plugin build`. Do not edit.

import { FeatureVector, PARAMETERS_OFFSET } from "abi/assembly";

@unmanaged
export class Parameters {
  /** gamma, per tick and unit of inventory */
  riskAversion: f64;
  /** kappa, per tick: how fast fills thin out with the distance from the mid */
  arrivalDecay: f64;
  /** time over which inventory is held, for the price of its risk */
  horizonSeconds: f64;
  /** smallest distance of a quote from the reservation price */
  halfSpreadTicksMin: f64;
  /** largest distance of a quote from the reservation price */
  halfSpreadTicksMax: f64;
  /** how far a combined score of 1 moves the reservation price */
  signalTicks: f64;
  /** a quote this far from its target is replaced */
  requoteTicks: i64;
  /** shortest time between two replacements of one side */
  requoteSeconds: f64;
  /** size mantissa of a quote, and the unit of inventory */
  quantity: i64;
  /** size mantissa beyond which the side that would add is not quoted */
  positionMax: i64;
  /** 1: a quote is moved by replacing its order, 0: by canceling it and quoting anew */
  replaces: i64;
}

/** As configured; the host has checked the ranges. */
export const parameters: Parameters = changetype<Parameters>(PARAMETERS_OFFSET);

@unmanaged
export class Features {
  volatility: f64;
  microprice: f64;
  depthImbalance: f64;
}

/** The features that the manifest names. */
export function features(vector: FeatureVector): Features {
  return changetype<Features>(changetype<usize>(vector) + offsetof<FeatureVector>("values0"));
}

/** Whether every one of them is present and not stale. */
export function fresh(vector: FeatureVector): bool {
  return (vector.freshMask & 7) == 7;
}
