import { textOf } from "../text/fields";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";
import { Instrument, instrumentBySymbol } from "./instruments";

/** The instrument that a symbol names. */
export function instrumentOfSymbol(key: u32): Instrument | null {
  const p = textOf(key);
  if (p == 0) return null;
  const instrument = instrumentBySymbol(p);
  if (instrument === null) refuse(Refusal.UNKNOWN_SYMBOL);
  return instrument;
}
