import { z } from "zod";
import { environments } from "../environment.ts";
import { PLUGIN_VERSION } from "../plugin-version.ts";
import { utcTimeMs } from "../utc-time.ts";
import { signingRoles } from "./signing-role.ts";

const KEYS_MAX = 256;
const REVOCATIONS_MAX = 10_000;

const label = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]*$/, "must be letters, digits and . _ @ -")
  .max(64);
const reason = z.string().min(1).max(500);
const time = z.string().refine((text) => utcTimeMs(text) !== null, {
  message: "must be a time as 2026-11-22T08:30:00Z",
});
const pluginName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "must be the name of a plugin")
  .max(64);
const unique = <Item>(items: readonly Item[]): boolean => new Set(items).size === items.length;

const key = z
  .strictObject({
    name: label,
    owner: label.optional(),
    role: z.enum(signingRoles),
    publicKey: z.string().min(1).max(1_024),
    notBefore: time,
    expires: time,
    environments: z.array(z.enum(environments)).min(1).refine(unique, "names an environment twice"),
  })
  .refine(({ notBefore, expires }) => (utcTimeMs(notBefore) ?? 0) < (utcTimeMs(expires) ?? 0), {
    message: "must be after notBefore",
    path: ["expires"],
  });

const kindPolicy = z.strictObject({
  roles: z.array(z.enum(signingRoles)).min(1).refine(unique, "names a role twice"),
  threshold: z.int().min(1).max(16),
});

/** A keyring file. Every object is strict: a misspelt revocation is no revocation. */
export const keyringSchema: z.ZodType<KeyringFile> = z.strictObject({
  format: z.literal(1),
  keys: z.array(key).min(1).max(KEYS_MAX),
  policy: z
    .strictObject({
      agent: kindPolicy.optional(),
      feature: kindPolicy.optional(),
      ensemble: kindPolicy.optional(),
      risk: kindPolicy.optional(),
      venue: kindPolicy.optional(),
    })
    .optional(),
  revoked: z
    .strictObject({
      keys: z
        .array(
          z.strictObject({
            keyId: z.string().regex(/^[0-9a-f]{24}$/, "must be 24 hexadecimal digits"),
            reason,
          }),
        )
        .max(REVOCATIONS_MAX),
      modules: z
        .array(
          z.strictObject({
            sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits"),
            reason,
          }),
        )
        .max(REVOCATIONS_MAX),
    })
    .optional(),
  minimumVersions: z
    .record(pluginName, z.string().regex(PLUGIN_VERSION, "must be three numbers: 1.2.3"))
    .optional(),
});

interface KindPolicyFile {
  readonly roles: readonly (typeof signingRoles)[number][];
  readonly threshold: number;
}

export interface KeyFile {
  /** Unique in the keyring. */
  readonly name: string;
  /** Who holds it; the key's name when left out. */
  readonly owner?: string | undefined;
  readonly role: (typeof signingRoles)[number];
  /** PEM, or the 33 bytes of a `wasmsign2` public key in hexadecimal or base64. */
  readonly publicKey: string;
  readonly notBefore: string;
  readonly expires: string;
  readonly environments: readonly (typeof environments)[number][];
}

/** A keyring as its file has it. */
export interface KeyringFile {
  readonly format: 1;
  readonly keys: readonly KeyFile[];
  readonly policy?:
    | {
        readonly agent?: KindPolicyFile | undefined;
        readonly feature?: KindPolicyFile | undefined;
        readonly ensemble?: KindPolicyFile | undefined;
        readonly risk?: KindPolicyFile | undefined;
        readonly venue?: KindPolicyFile | undefined;
      }
    | undefined;
  readonly revoked?:
    | {
        readonly keys: readonly { readonly keyId: string; readonly reason: string }[];
        readonly modules: readonly { readonly sha256: string; readonly reason: string }[];
      }
    | undefined;
  readonly minimumVersions?: Readonly<Record<string, string>> | undefined;
}
