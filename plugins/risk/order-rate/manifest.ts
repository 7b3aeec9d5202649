// Generated from manifest.json by `sandpit plugin build`. Do not edit.

import { PARAMETERS_OFFSET } from "abi/assembly";

@unmanaged
export class Parameters {
  /** length of the window */
  windowSeconds: f64;
  /** orders of all agents in a burst, and over each window from then on */
  ordersMax: i64;
  /** orders of one agent in a burst, and over each window from then on */
  agentOrdersMax: i64;
}

/** As configured; the host has checked the ranges. */
export const parameters: Parameters = changetype<Parameters>(PARAMETERS_OFFSET);
