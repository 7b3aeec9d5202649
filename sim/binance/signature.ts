import { createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** A key as it is registered with the venue. `apiKey` has 64 letters and digits. */
export type ApiKeySpec =
  | { readonly apiKey: string; readonly account: number; readonly kind: "HMAC"; readonly secret: string }
  | {
      readonly apiKey: string;
      readonly account: number;
      readonly kind: "ED25519";
      readonly publicKeyPem: string;
    };

/** A registered key that can check signatures. */
export interface ApiKey {
  readonly apiKey: string;
  readonly account: number;
  readonly kind: "HMAC" | "ED25519";
  /** Whether `signature` is this key's signature of `payload`. */
  verify(payload: string, signature: string): boolean;
}

const API_KEY_PATTERN = /^[A-Za-z0-9]{64}$/;
const HMAC_PATTERN = /^[0-9a-fA-F]{64}$/;
/** 64 bytes in base64. */
const ED25519_PATTERN = /^[A-Za-z0-9+/]{86}==$/;

/** Whether a text has the form of a key at all (-2014 if not). */
export function isApiKey(text: string): boolean {
  return API_KEY_PATTERN.test(text);
}

/** Registers a key. Throws a RangeError where the key has not the venue's form. */
export function registerKey(spec: ApiKeySpec): ApiKey {
  if (!isApiKey(spec.apiKey)) {
    throw new RangeError(
      `API key "${spec.apiKey}" is not 64 letters and digits; the venue issues no other form.`,
    );
  }
  const { apiKey, account, kind } = spec;
  if (spec.kind === "HMAC") {
    return {
      apiKey,
      account,
      kind,
      verify: (payload, signature) => verifyHmac(spec.secret, payload, signature),
    };
  }
  const publicKey = createPublicKey(spec.publicKeyPem);
  if (publicKey.asymmetricKeyType !== "ed25519") {
    throw new RangeError(
      `The public key of ${spec.apiKey} is ${String(publicKey.asymmetricKeyType)}; give an Ed25519 key.`,
    );
  }
  return {
    apiKey,
    account,
    kind,
    verify: (payload, signature) => verifyEd25519(publicKey, payload, signature),
  };
}

/** HMAC-SHA256 in hex; the letters' case does not matter. */
function verifyHmac(secret: string, payload: string, signature: string): boolean {
  if (!HMAC_PATTERN.test(signature)) return false;
  const expected = createHmac("sha256", secret).update(payload, "utf8").digest();
  return timingSafeEqual(expected, Buffer.from(signature, "hex"));
}

/** Ed25519 in base64; case matters. */
function verifyEd25519(publicKey: KeyObject, payload: string, signature: string): boolean {
  if (!ED25519_PATTERN.test(signature)) return false;
  return verify(null, Buffer.from(payload, "utf8"), publicKey, Buffer.from(signature, "base64"));
}

/** What a WebSocket API request signs: its parameters without `signature`, sorted by name, `name=value` joined with `&`, not encoded. */
export function socketPayload(parameters: Readonly<Record<string, unknown>>): string {
  const names: string[] = [];
  for (const name of Object.keys(parameters)) if (name !== "signature") names.push(name);
  names.sort();
  let payload = "";
  for (const name of names) payload += `${payload === "" ? "" : "&"}${name}=${String(parameters[name])}`;
  return payload;
}

/** What a REST request signs: query string and body joined, as sent, without the `signature` pair. */
export function restPayload(query: string, body: string): string {
  const kept: string[] = [];
  for (const part of [query, body]) {
    kept.push(
      part
        .split("&")
        .filter((pair) => pair !== "" && !pair.startsWith("signature="))
        .join("&"),
    );
  }
  return kept.join("");
}
