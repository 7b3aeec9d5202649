import type { PluginKind } from "../../../abi/host/index.ts";

/** Whose key it is. */
export const signingRoles = ["quant", "risk", "venue", "operator"] as const;

export type SigningRole = (typeof signingRoles)[number];

/** How many keys of which roles a plugin of a kind needs. */
export interface KindPolicy {
  readonly roles: readonly SigningRole[];
  /** Signatures by that many keys of that many owners. */
  readonly threshold: number;
}

export type SigningPolicy = Readonly<Record<PluginKind, KindPolicy>>;

/**
 * What holds where a keyring says nothing else. A risk rule can let any order pass, so two owners sign it. An operator deploys, promotes and
 * rolls back what others signed and signs no plugin: whoever runs the host cannot by himself change what runs in it.
 */
export const defaultPolicy: SigningPolicy = {
  agent: { roles: ["quant"], threshold: 1 },
  feature: { roles: ["quant"], threshold: 1 },
  ensemble: { roles: ["quant"], threshold: 1 },
  risk: { roles: ["risk"], threshold: 2 },
  venue: { roles: ["venue"], threshold: 1 },
};
