import { createHash, timingSafeEqual } from "node:crypto";
import type { TokenConfiguration } from "../configuration-shape.ts";
import type { Actor } from "./actor.ts";
import { ApiProblem } from "./api-problem.ts";
import { utcTimeMs } from "../../engine/index.ts";

const TOKEN_BYTES = 32;
const TOKEN = /^sandpit_[\w-]{43}$/;
const BEARER = /^Bearer +(\S+)$/i;

/** A token from 256 random bits: `sandpit_` and 43 characters, so that it is recognised where it should not be. */
export function tokenOf(bytes: Uint8Array): string {
  if (bytes.length !== TOKEN_BYTES)
    throw new RangeError(`a token is made of ${TOKEN_BYTES} bytes, not ${bytes.length}`);
  return `sandpit_${Buffer.from(bytes).toString("base64url")}`;
}

/**
 * What a configuration holds of a token. A plain SHA-256 is enough, where a password would need a slow hash: nobody guesses 256 random
 * bits, however fast the hash is.
 */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}

interface KnownToken {
  readonly actor: Actor;
  readonly hash: Buffer;
  readonly expiresMs: number;
}

/** The tokens of a configuration, by their hashes alone. */
export class AccessTokens {
  private readonly known: readonly KnownToken[];

  constructor(tokens: readonly TokenConfiguration[]) {
    this.known = tokens.map(({ name, role, sha256, expires }) => ({
      actor: Object.freeze({ name, role }),
      hash: Buffer.from(sha256, "hex"),
      expiresMs: utcTimeMs(expires) ?? 0,
    }));
  }

  /** Whose token an Authorization header has. Throws ApiProblem: none, unknown, expired. */
  authenticate(authorization: string | undefined, wallMs: number): Actor {
    const token = BEARER.exec(authorization ?? "")?.[1];
    if (token === undefined || !TOKEN.test(token))
      throw new ApiProblem(
        "SANDPIT_API_UNAUTHENTICATED",
        "the request has no token",
        "send the header Authorization: Bearer TOKEN; `sandpit token new` makes one",
      );
    const found = this.find(createHash("sha256").update(token, "utf8").digest());
    if (found === null)
      throw new ApiProblem(
        "SANDPIT_API_TOKEN_UNKNOWN",
        "the token is not one of this host",
        "add its line to control.tokens of the host's configuration and restart the host, or use another token",
      );
    if (!(wallMs < found.expiresMs))
      throw new ApiProblem(
        "SANDPIT_API_TOKEN_EXPIRED",
        `the token of ${found.actor.name} has expired`,
        "make a new one with `sandpit token new` and replace the line in control.tokens",
      );
    return found.actor;
  }

  /** Compares with every token, whichever fits, in the same time. */
  private find(hash: Buffer): KnownToken | null {
    let found: KnownToken | null = null;
    for (const token of this.known) {
      if (timingSafeEqual(token.hash, hash)) found = token;
    }
    return found;
  }
}
