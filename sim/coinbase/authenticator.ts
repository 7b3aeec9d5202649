import { createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { VenueClock } from "./clock.ts";
import type { HttpRequest } from "./http-answer.ts";
import { isSigned, parseJwt } from "./jwt.ts";
import type { Jwt, JwtAlgorithm } from "./jwt.ts";

/** A key as it is registered with the venue. No key of this venue may withdraw. */
export interface ApiKeySpec {
  /** `organizations/{org}/apiKeys/{id}`, or an id alone. */
  readonly name: string;
  readonly account: number;
  /** Of a P-256 or an Ed25519 key; the algorithm follows from it. */
  readonly publicKeyPem: string;
  /** True. Without it the key may look and not trade. */
  readonly canTrade?: boolean;
}

/** A registered key. */
export interface ApiKey {
  readonly name: string;
  readonly account: number;
  readonly canTrade: boolean;
  readonly algorithm: JwtAlgorithm;
  readonly publicKey: KeyObject;
}

/** A token lives for two minutes at most. */
const LIFE_SECONDS_MAX = 120;
const ISSUERS: ReadonlySet<string> = new Set(["cdp", "coinbase-cloud"]);

/**
 * Judges tokens. All of this must hold, and a failure of any is the same "Unauthorized": signed by the key that `kid` and
 * `sub` name, by that key's algorithm; a known issuer; a nonce; `nbf` not after now; `exp` after now and at most 120 s after
 * `nbf`; over REST, `uri` names the method, the host and the path of this very request, without its query.
 *
 * Assumption: nonces may repeat while a token lives. The documents do not forbid it, and a client in wide use sends one token
 * with several subscriptions.
 */
export class Authenticator {
  readonly #keys = new Map<string, ApiKey>();
  readonly #clock: VenueClock;

  /** Throws a RangeError for a key that is neither P-256 nor Ed25519. */
  constructor(specs: readonly ApiKeySpec[], clock: VenueClock) {
    this.#clock = clock;
    for (const spec of specs) this.#keys.set(spec.name, registerKey(spec));
  }

  /** The key of a REST request, or null. */
  request(request: HttpRequest, nowNs: number): ApiKey | null {
    const token = /^Bearer (\S+)$/.exec(request.headers["authorization"] ?? "")?.[1];
    if (token === undefined) return null;
    const uri = `${request.method} ${request.headers["host"] ?? ""}${request.path}`;
    return this.#judge(token, nowNs, (jwt) => jwt.uri === uri);
  }

  /** The key of a socket's subscription, or null. Its token names no request. */
  subscription(token: unknown, nowNs: number): ApiKey | null {
    return typeof token === "string" ? this.#judge(token, nowNs, (jwt) => jwt.uri === "") : null;
  }

  /** Forgets a key: what it signs is refused from now on. */
  revoke(name: string): void {
    this.#keys.delete(name);
  }

  #judge(token: string, nowNs: number, isMeant: (jwt: Jwt) => boolean): ApiKey | null {
    const jwt = parseJwt(token);
    const key = this.#keys.get(jwt?.keyId ?? "");
    if (jwt === null || key === undefined) return null;
    if (jwt.subject !== key.name || jwt.nonce === "" || !ISSUERS.has(jwt.issuer)) return null;
    if (jwt.algorithm !== key.algorithm || !this.#isCurrent(jwt, nowNs) || !isMeant(jwt)) return null;
    return isSigned(jwt, key.algorithm, key.publicKey) ? key : null;
  }

  #isCurrent(jwt: Jwt, nowNs: number): boolean {
    const nowSeconds = this.#clock.authMs(nowNs) / 1_000;
    // Every comparison with NaN is false: a token without these claims is never current.
    const lives = jwt.expires - jwt.notBefore <= LIFE_SECONDS_MAX;
    return lives && jwt.notBefore <= nowSeconds && nowSeconds < jwt.expires;
  }
}

function registerKey(spec: ApiKeySpec): ApiKey {
  const publicKey = createPublicKey(spec.publicKeyPem);
  const { name, account, canTrade = true } = spec;
  const curve = publicKey.asymmetricKeyDetails?.namedCurve;
  if (publicKey.asymmetricKeyType === "ec" && curve === "prime256v1")
    return { name, account, canTrade, algorithm: "ES256", publicKey };
  if (publicKey.asymmetricKeyType === "ed25519")
    return { name, account, canTrade, algorithm: "EdDSA", publicKey };
  throw new RangeError(
    `The public key of ${name} is ${publicKey.asymmetricKeyType ?? "unknown"}; give a P-256 or an Ed25519 key.`,
  );
}
