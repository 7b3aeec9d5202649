import { sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { SignerError } from "../signer-error.ts";
import type { AllowedRequest } from "./allowed-requests.ts";
import { printable } from "./allow-list.ts";

const QUERY_UNITS_MAX = 1024;
const PARAMETERS_MAX = 16;
/** Nothing that would have to be percent-encoded, so that what is signed can be read in one way only. */
const PAIR = /^([A-Za-z]{1,32})=([A-Za-z0-9_.-]{1,64})$/;
const MILLISECONDS = /^\d{13}$/;
/** Binance takes up to 60 s; a signature that is good for longer than its answer takes is good for somebody else. */
const RECEIVE_WINDOW_MS_MAX = 5_000;

/** Base64 of the Ed25519 signature over the text's UTF-8 bytes. */
export function signText(key: KeyObject, text: string): string {
  return sign(null, Buffer.from(text, "utf8"), key).toString("base64");
}

/** What `session.logon` signs: its parameters sorted by name, not encoded (web-socket-api.md, "SIGNED request security"). */
export function logonText(apiKey: string, timestampMs: number): string {
  return `apiKey=${apiKey}&timestamp=${timestampMs}`;
}

/** The timestamp of a query that may be signed for that request. Throws SignerError for every other query. */
export function checkedTimestampMs(request: AllowedRequest, query: string): number {
  if (query.length > QUERY_UNITS_MAX)
    throw new SignerError(
      "SANDPIT_SIGNER_TEXT_REFUSED",
      `the query of ${request.path} has ${query.length} characters; the limit is ${QUERY_UNITS_MAX}`,
    );
  const parameters = new Map<string, string>();
  for (const pair of query.split("&", PARAMETERS_MAX + 1)) {
    const [, name, value] = PAIR.exec(pair) ?? [];
    if (name === undefined || value === undefined)
      throw refused(request, `"${printable(pair)}" is no plain name=value`);
    if (!request.parameters.includes(name)) throw refused(request, `"${name}" is not one of its parameters`);
    if (parameters.has(name)) throw refused(request, `"${name}" stands twice`);
    parameters.set(name, value);
  }
  const timestamp = parameters.get("timestamp");
  if (timestamp === undefined || !MILLISECONDS.test(timestamp))
    throw refused(request, "it has no timestamp in milliseconds");
  checkWindow(request, parameters.get("recvWindow"));
  return Number(timestamp);
}

function checkWindow(request: AllowedRequest, window: string | undefined): void {
  if (window === undefined) return;
  if (!/^[1-9]\d{0,3}$/.test(window) || Number(window) > RECEIVE_WINDOW_MS_MAX)
    throw refused(request, `recvWindow is not 1 to ${RECEIVE_WINDOW_MS_MAX}`);
}

/** The query with its signature, as it goes behind the question mark. */
export function signedQuery(key: KeyObject, query: string): string {
  return `${query}&signature=${encodeURIComponent(signText(key, query))}`;
}

function refused({ method, path }: AllowedRequest, what: string): SignerError {
  return new SignerError("SANDPIT_SIGNER_PARAMETER_REFUSED", `${method} ${path} is not signed: ${what}`);
}
