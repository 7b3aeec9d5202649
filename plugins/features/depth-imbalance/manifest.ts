// Generated from manifest.json by `sandpit plugin build`. Do not edit.

import { PARAMETERS_OFFSET } from "abi/assembly";

@unmanaged
export class Parameters {
  /** levels of each side that count */
  levels: i64;
  /** a level weighs exp(-levelDecay · its distance in levels from the best) */
  levelDecay: f64;
}

/** As configured; the host has checked the ranges. */
export const parameters: Parameters = changetype<Parameters>(PARAMETERS_OFFSET);

export namespace Output {
  export const depthImbalance: u16 = 0;
}
