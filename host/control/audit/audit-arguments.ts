import type { AuditArguments, AuditValue } from "./audit-record.ts";

const TEXT_CHARACTERS_MAX = 256;
const ARGUMENTS_MAX = 32;
const SECRET_NAME = /token|secret|password|authori[sz]ation|credential|api-?key|private/i;
const NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;
/** A token in the middle of a text: people paste what they have on the clipboard. */
const TOKEN = /sandpit_[\w-]{16,}/g;

/** What a record may hold of a request: plain values under plain names, long texts cut, nothing that looks like a secret. */
export function auditArguments(given: Readonly<Record<string, unknown>>): AuditArguments {
  const kept = Object.entries(given)
    .filter(([name]) => NAME.test(name))
    .slice(0, ARGUMENTS_MAX)
    .map(([name, value]) => [name, SECRET_NAME.test(name) ? "(removed)" : valueOf(value)] as const);
  return Object.fromEntries(kept);
}

/** A text without what looks like a token. */
export function withoutTokens(text: string): string {
  return text.replace(TOKEN, "(token removed)");
}

/** A text that is safe to keep: without tokens, cut. */
export function auditText(text: string): string {
  return withoutTokens(text).slice(0, TEXT_CHARACTERS_MAX);
}

function valueOf(value: unknown): AuditValue {
  if (typeof value === "string") return auditText(value);
  if (typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return value === undefined ? null : auditText(JSON.stringify(value));
}
