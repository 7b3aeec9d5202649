import { randomBytes } from "node:crypto";
import { tokenHash, tokenOf } from "../../host/control/api/index.ts";
import type { TokenConfiguration } from "../../host/control/configuration-shape.ts";

const TOKEN_BYTES = 32;
const DAY_MS = 86_400_000;

/** A token, to be handed out once, and its line for control.tokens of a configuration. */
export interface NewToken {
  readonly token: string;
  readonly line: TokenConfiguration;
}

/** Makes a token from the operating system's randomness, valid for so many days. */
export function newToken(name: string, role: TokenConfiguration["role"], days: number): NewToken {
  const token = tokenOf(randomBytes(TOKEN_BYTES));
  const expires = new Date(Date.now() + days * DAY_MS).toISOString().replace(/\.\d+Z$/, "Z");
  return { token, line: { name, role, sha256: tokenHash(token), expires } };
}
