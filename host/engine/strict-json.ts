import { printableText } from "./printable-text.ts";

/** A text that is JSON and would be read in two ways, or set what no reader sees. */
export class StrictJsonError extends Error {
  override readonly name = "StrictJsonError";
}

/** A string, or one of the characters that open, close and part. Everything else between them is of no interest here. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]/g;

/**
 * Parses JSON in which no object names a key twice, of which readers take the first or the last, and none has a key `__proto__`, which would set
 * a prototype behind a schema's back. Throws SyntaxError where it is no JSON, StrictJsonError with the key otherwise.
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  /** The keys of each object around the token; null for a list. */
  const around: (Set<string> | null)[] = [];
  let last = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{") around.push(new Set());
    else if (token === "[") around.push(null);
    else if (token === "}" || token === "]") around.pop();
    else if (token === ":") addKey(around.at(-1) ?? null, JSON.parse(last) as string);
    last = token;
  }
  return value;
}

function addKey(keys: Set<string> | null, key: string): void {
  const shown = `"${printableText(key, 64)}"`;
  if (key === "__proto__") throw new StrictJsonError(`unknown key ${shown}`);
  if (keys?.has(key) === true) throw new StrictJsonError(`the key ${shown} stands twice in one object`);
  keys?.add(key);
}
