// Generated from manifest.json by `sandpit plugin build`. Do not edit.

import { PARAMETERS_OFFSET } from "abi/assembly";

@unmanaged
export class Parameters {
  /** how far beyond the opposite best price an order may reach, and how far from the mid it may rest */
  collarBasisPoints: i64;
  /** age of the best bid and offer beyond which nothing is approved */
  referenceAgeSecondsMax: f64;
}

/** As configured; the host has checked the ranges. */
export const parameters: Parameters = changetype<Parameters>(PARAMETERS_OFFSET);
