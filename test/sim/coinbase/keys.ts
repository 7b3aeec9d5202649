import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { ApiKeySpec } from "../../../sim/coinbase/index.ts";

/** Keys made for these tests and known to no venue: P-256 for account 1, Ed25519 for account 2, and one that may only look. */
const PEMS = {
  // SEC1, as the venue hands such keys out.
  trader: `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIHMUMGwOYxUCPyrGkooQHlxNHpE/defLAgNwybukugRuoAoGCCqGSM49
AwEHoUQDQgAElZzfR3hvEOnY1XKcF6CCz68Jbqclb/1bABCIpTSNJqNak87pjSTP
jzuttbJjBOEeLmrHU8BFNA8he8jZF9RTbA==
-----END EC PRIVATE KEY-----
`,
  maker: `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIHbTsiLRB/zTDxugbKvFOaHmmL603Af3msU9UCDFMUtG
-----END PRIVATE KEY-----
`,
} as const;

export type Signer = keyof typeof PEMS | "viewer";

const NAMES: Readonly<Record<Signer, string>> = {
  trader: "organizations/5a0d/apiKeys/trader",
  maker: "maker-7c1e",
  viewer: "organizations/5a0d/apiKeys/viewer",
};

export const TRADER: number = 1;
export const MAKER: number = 2;

/** The private key as its owner has it. */
export function privatePem(signer: Signer): string {
  return PEMS[signer === "viewer" ? "trader" : signer];
}

export function keyName(signer: Signer): string {
  return NAMES[signer];
}

export const TEST_KEYS: readonly ApiKeySpec[] = [
  { name: NAMES.trader, account: TRADER, publicKeyPem: publicPem("trader") },
  { name: NAMES.maker, account: MAKER, publicKeyPem: publicPem("maker") },
  { name: NAMES.viewer, account: TRADER, publicKeyPem: publicPem("viewer"), canTrade: false },
];

function publicPem(signer: Signer): string {
  return createPublicKey(privatePem(signer)).export({ type: "spki", format: "pem" }).toString();
}

/** What a token says; a test changes what it wants to see refused. */
export interface TokenParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The header and claims of a good token, for a request or, without a uri, for the socket. */
export function tokenParts(signer: Signer, nowMs: number, uri?: string): TokenParts {
  const nowSeconds = Math.floor(nowMs / 1_000);
  const name = NAMES[signer];
  const life = { nbf: nowSeconds, exp: nowSeconds + 120 };
  return {
    header: { alg: signer === "maker" ? "EdDSA" : "ES256", kid: name, nonce: "5f1c", typ: "JWT" },
    claims: { sub: name, iss: "cdp", ...life, ...(uri === undefined ? {} : { uri }) },
  };
}

/** A signed token. */
export function signToken(signer: Signer, { header, claims }: TokenParts): string {
  const text = `${base64(JSON.stringify(header))}.${base64(JSON.stringify(claims))}`;
  const key: KeyObject = createPrivateKey(privatePem(signer));
  const bytes = Buffer.from(text);
  const signature =
    key.asymmetricKeyType === "ed25519"
      ? sign(null, bytes, key)
      : sign("sha256", bytes, { key, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64url");
}
