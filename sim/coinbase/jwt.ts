import { verify } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** The two signatures that the venue takes: ECDSA on P-256, and Ed25519. */
export type JwtAlgorithm = "ES256" | "EdDSA";

/** A token taken apart; nothing of it is believed yet. */
export interface Jwt {
  readonly algorithm: string;
  readonly keyId: string;
  readonly nonce: string;
  readonly issuer: string;
  readonly subject: string;
  /** Seconds since 1970; NaN where it is no number. */
  readonly notBefore: number;
  readonly expires: number;
  /** `GET api.coinbase.com/api/v3/brokerage/accounts`; empty where the token has none, as on the socket. */
  readonly uri: string;
  /** What the signature covers. */
  readonly signed: string;
  readonly signature: Uint8Array;
}

const BASE64_URL = /^[A-Za-z0-9_-]+$/;
const LENGTH_MAX = 4_096;

/** Takes a compact token apart, or null when it is none. */
export function parseJwt(token: string): Jwt | null {
  if (token.length > LENGTH_MAX) return null;
  const parts = token.split(".");
  const [head = "", payload = "", signature = ""] = parts;
  if (parts.length !== 3 || !parts.every((part) => BASE64_URL.test(part))) return null;
  const header = decode(head);
  const claims = decode(payload);
  if (header === null || claims === null) return null;
  return {
    algorithm: textOf(header["alg"]),
    keyId: textOf(header["kid"]),
    nonce: textOf(header["nonce"]),
    issuer: textOf(claims["iss"]),
    subject: textOf(claims["sub"]),
    notBefore: numberOf(claims["nbf"]),
    expires: numberOf(claims["exp"]),
    uri: textOf(claims["uri"]) || firstOf(claims["uris"]),
    signed: `${head}.${payload}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

/** Whether the signature is the key's. The algorithm is the key's own: what the token's header names is not asked. */
export function isSigned(jwt: Jwt, algorithm: JwtAlgorithm, key: KeyObject): boolean {
  const signed = Buffer.from(jwt.signed);
  if (algorithm === "EdDSA") return verify(null, signed, key, jwt.signature);
  return verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, jwt.signature);
}

type Fields = Readonly<Record<string, unknown>>;

function decode(part: string): Fields | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Fields) : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}

/** Some clients send a list of one, under another name. */
function firstOf(value: unknown): string {
  return Array.isArray(value) ? textOf(value[0]) : "";
}
