// Generated from manifest.json by `sandpit plugin build`. Do not edit.

import { PARAMETERS_OFFSET } from "abi/assembly";

@unmanaged
export class Parameters {
  /** time constant of the exponential decay */
  decaySeconds: f64;
}

/** As configured; the host has checked the ranges. */
export const parameters: Parameters = changetype<Parameters>(PARAMETERS_OFFSET);

export namespace Output {
  export const orderFlowImbalance: u16 = 0;
}
