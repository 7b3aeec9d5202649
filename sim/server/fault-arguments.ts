import { FaultError } from "./fault-switch.ts";

/** A whole number from an argument; `otherwise` where it was left out, null: it must be given. Throws FaultError. */
export function numberOf(
  args: readonly string[],
  place: number,
  name: string,
  otherwise: number | null,
  least: number,
  most: number,
): number {
  const text = args[place];
  if (text === undefined && otherwise !== null) return otherwise;
  const value = text !== undefined && /^-?[0-9]{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most))
    throw new FaultError(
      `${name} ${text === undefined ? "is missing" : `is "${text}"`}; give a whole number from ${least} to ${most}`,
    );
  return value;
}

/** Which connections of a venue are meant; all where nothing is said. Throws FaultError. */
export function lineOf(args: readonly string[], place: number): "market" | "orders" | "all" {
  const text = args[place] ?? "all";
  if (text === "market" || text === "orders" || text === "all") return text;
  throw new FaultError(`"${text}" is no line of a venue; say market, orders or all`);
}
