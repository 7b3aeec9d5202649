import type { AccountTexts } from "./account-text.ts";
import type { VenueClock } from "./clock.ts";
import type { InfoLimits } from "./exchange-info.ts";
import type { VenueFaults } from "./faults.ts";
import { readText } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import { INVALID_SYMBOL, mandatoryParameter } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { SymbolVenue } from "./symbol-venue.ts";
import type { VenueAccount } from "./venue-account.ts";

/** One request, whichever way it came. */
export interface Call {
  readonly parameters: Parameters;
  /** Set on signed operations. */
  readonly account: VenueAccount | null;
  readonly nowNs: number;
  readonly micros: boolean;
}

/** An operation of the venue: what it costs, whether it must be signed, and its answer's JSON text. */
export interface Operation {
  readonly weight: (parameters: Parameters) => number;
  readonly signed: boolean;
  /** Places orders: its answers carry the order counts. */
  readonly orders: boolean;
  readonly run: (call: Call) => string | Refusal;
}

/** What the operations work on. */
export interface OperationsContext {
  readonly clock: VenueClock;
  readonly symbols: ReadonlyMap<string, SymbolVenue>;
  readonly accounts: AccountTexts;
  readonly limits: InfoLimits;
  readonly faults: VenueFaults;
}

/** JSON text, or a refusal. */
export type Answer = string | Refusal;
export type Run = (context: OperationsContext, call: Call) => Answer;
export type SignedRun = (context: OperationsContext, call: Call, account: VenueAccount) => Answer;
export type Weight = number | ((parameters: Parameters) => number);

/** Name, weight and work of an operation that anyone may ask for. */
export type OpenOperation = readonly [string, Weight, Run];
/** The same for one that an account signs. */
export type SignedOperation = readonly [string, Weight, SignedRun];

/** The symbol that a request names. */
export function symbolOf(context: OperationsContext, parameters: Parameters): SymbolVenue | Refusal {
  const name = readText(parameters, "symbol");
  if (name === null) return mandatoryParameter("symbol");
  return context.symbols.get(name) ?? INVALID_SYMBOL;
}
