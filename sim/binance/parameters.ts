import { parseDecimal } from "./decimal.ts";
import { mandatoryParameter, parameterOverflow, tooMuchPrecision } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** A request's parameters: the `params` object of a WebSocket request, or query and body of a REST request. */
export type Parameters = Readonly<Record<string, unknown>>;

/** Whether a value is a refusal and not what was asked for. */
export function isRefusal(value: object): value is Refusal {
  return "code" in value && "msg" in value;
}

/** The parameter as text; numbers and booleans are written out, everything else and the empty text count as absent. */
export function readText(parameters: Parameters, name: string): string | null {
  const value = parameters[name];
  if (typeof value === "string") return value === "" ? null : value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return null;
}

/** A boolean parameter, `true` or `"true"`; `otherwise` when it is absent. */
export function readFlag(parameters: Parameters, name: string, otherwise: boolean): boolean {
  const text = readText(parameters, name);
  if (text === null) return otherwise;
  return text.toLowerCase() === "true";
}

/** A whole, non-negative number; null when it is absent. */
export function readInteger(parameters: Parameters, name: string): number | null | Refusal {
  const text = readText(parameters, name);
  if (text === null) return null;
  if (!/^[0-9]{1,16}$/.test(text)) return mandatoryParameter(name);
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : parameterOverflow(name);
}

/** A mandatory positive decimal as a mantissa with exponent -8. */
export function readMantissa(parameters: Parameters, name: string): number | Refusal {
  const text = readText(parameters, name);
  if (text === null) return mandatoryParameter(name);
  const parsed = parseDecimal(text);
  if (parsed.ok) return parsed.mantissa;
  if (parsed.reason === "PRECISION") return tooMuchPrecision(name);
  return parsed.reason === "OVERFLOW" ? parameterOverflow(name) : mandatoryParameter(name);
}

/** Reads `a=1&b=2` into parameters. Of a name sent twice the first counts; a broken escape makes the pair absent. */
export function parseQuery(text: string, into: Record<string, unknown>): void {
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decodeText(equals < 0 ? pair : pair.slice(0, equals));
    if (name === "" || Object.hasOwn(into, name)) continue;
    into[name] = equals < 0 ? "" : decodeText(pair.slice(equals + 1));
  }
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return "";
  }
}
