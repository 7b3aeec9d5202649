/** What a token's holder is. */
export type Role = "viewer" | "quant" | "risk" | "operator";
export const roles: readonly Role[] = ["viewer", "quant", "risk", "operator"];

/** What one may do. */
export type Permission =
  | "READ"
  | "READ_AUDIT"
  /** Kill and cancel-all: whoever trades here may stop it. */
  | "STOP"
  | "REARM"
  /** Bring in, or change parameters of, an agent, a feature or an ensemble. */
  | "CHANGE_STRATEGY"
  | "CHANGE_RISK"
  | "CHANGE_VENUE"
  /** Let a plugin that was brought in take over, go back, be stopped or come back. */
  | "SWITCH";

/**
 * Who may do what. Whoever brings a risk rule in (the risk desk alone) is never the one who lets it take over (operators alone); a quant
 * reaches neither risk rules nor codecs, which see and make every order.
 */
const grants: Readonly<Record<Permission, readonly Role[]>> = {
  READ: ["viewer", "quant", "risk", "operator"],
  READ_AUDIT: ["risk", "operator"],
  STOP: ["quant", "risk", "operator"],
  REARM: ["risk", "operator"],
  CHANGE_STRATEGY: ["quant", "operator"],
  CHANGE_RISK: ["risk"],
  CHANGE_VENUE: ["operator"],
  SWITCH: ["operator"],
};

export function isAllowed(role: Role, permission: Permission): boolean {
  return grants[permission].includes(role);
}

/** The roles of a permission, for texts and documents. */
export function rolesOf(permission: Permission): readonly Role[] {
  return grants[permission];
}
