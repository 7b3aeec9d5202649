import type { Role } from "./role.ts";

/** Who asks: the holder of a token. */
export interface Actor {
  /** The token's name in the configuration. */
  readonly name: string;
  readonly role: Role;
}
