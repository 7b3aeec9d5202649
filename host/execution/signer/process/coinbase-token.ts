import type { KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import { SignerError } from "../signer-error.ts";
import type { KeyLabel } from "../signer-key.ts";
import { TOKEN_LIFE_SECONDS } from "../signer-message.ts";
import { coinbaseHosts } from "./allowed-requests.ts";
import type { AllowList } from "./allow-list.ts";
import { printable } from "./allow-list.ts";

const URI_UNITS_MAX = 320;
const URI = /^([A-Z]{3,6}) ([a-z0-9.:-]{1,64})(\/.*)$/s;

/**
 * Whether a token for that `uri` claim, `GET api.coinbase.com/api/v3/brokerage/accounts`, may be made. An empty one is a token for WebSocket
 * subscriptions, which the REST API does not take. Throws SignerError.
 */
export function checkUri(uri: string, allowList: AllowList, label: KeyLabel): void {
  if (uri === "") return;
  const [, method, host, path] = uri.length > URI_UNITS_MAX ? [] : (URI.exec(uri) ?? []);
  if (method === undefined || host === undefined || path === undefined)
    throw new SignerError(
      "SANDPIT_SIGNER_TEXT_REFUSED",
      `"${printable(uri)}" is no "METHOD host/path" of at most ${URI_UNITS_MAX} characters; leave out scheme and query`,
    );
  if (!coinbaseHosts[label].test(host))
    throw new SignerError(
      "SANDPIT_SIGNER_HOST_REFUSED",
      `a ${label} key makes no token for ${host}; correct the venue's address or the key's label`,
    );
  allowList.find(method, path);
}

export interface TokenFacts {
  readonly keyName: string;
  readonly uri: string;
  readonly atSeconds: number;
  readonly nonce: string;
}

/** A JSON Web Token as Coinbase's own client makes it (coinbase-advanced-py, jwt_generator.py). */
export function coinbaseToken(
  key: KeyObject,
  { keyName, uri, atSeconds, nonce }: TokenFacts,
): Promise<string> {
  const alg = key.asymmetricKeyType === "ed25519" ? "EdDSA" : "ES256";
  return new SignJWT({ sub: keyName, iss: "cdp", ...(uri === "" ? {} : { uri }) })
    .setProtectedHeader({ alg, kid: keyName, nonce, typ: "JWT" })
    .setNotBefore(atSeconds)
    .setExpirationTime(atSeconds + TOKEN_LIFE_SECONDS)
    .sign(key);
}
