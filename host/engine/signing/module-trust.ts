import type { Environment } from "../environment.ts";
import type { SigningRole } from "./signing-role.ts";

/** Nobody vouches for the module. Outside of development it does not run. */
export interface UnsignedTrust {
  readonly state: "unsigned";
}

/** Enough keys of the keyring vouch for the module. */
export interface SignedTrust {
  readonly state: "signed";
  /** Names of the keys that counted, sorted. */
  readonly signers: readonly string[];
  readonly roles: readonly SigningRole[];
  readonly environment: Environment;
  /** When the first of the manifest and the keys that counted expires, in milliseconds since 1970. */
  readonly expiresMs: number;
}

/** What a list, a metric or a screen says of a module's signatures. */
export type ModuleTrust = UnsignedTrust | SignedTrust;

export const UNSIGNED: UnsignedTrust = { state: "unsigned" };
