// Generated from manifest.json by `sandpit plugin build`. Do not edit.

import { PARAMETERS_OFFSET } from "abi/assembly";

@unmanaged
export class Parameters {
  /** eta: how fast weights follow results */
  learningRate: f64;
  /** share that no agent falls below, so that it can recover */
  weightFloor: f64;
  /** time after which a score is held against the realised return */
  evaluationSeconds: f64;
  /** a move of this many ticks earns or costs a full score its whole stake */
  returnTicks: f64;
  /** after which the combined signal counts no more */
  timeToLiveSeconds: f64;
}

/** As configured; the host has checked the ranges. */
export const parameters: Parameters = changetype<Parameters>(PARAMETERS_OFFSET);
