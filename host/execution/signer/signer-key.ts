import { z } from "zod";

/** What a key is for. A production host uses production keys and no other host does. */
export const keyLabels = ["simulation", "testnet", "production"] as const;
export type KeyLabel = (typeof keyLabels)[number];

/** How a venue wants things signed. */
export const venueProtocols = ["binance", "coinbase"] as const;
export type VenueProtocol = (typeof venueProtocols)[number];

/** Where the private half of a key lies. */
export type KeySource =
  | { readonly file: string }
  | { readonly environment: string }
  | { readonly command: readonly string[]; readonly passes?: readonly string[] | undefined };

/** A key, as the configuration has it: everything but the secret. */
export interface KeyConfiguration {
  /** Its public name: an API key at Binance, `organizations/…/apiKeys/…` at Coinbase. */
  readonly apiKey: string;
  readonly from: KeySource;
  readonly label: KeyLabel;
  /** Of the requests that may be signed, those that this key is for, as `GET /api/v3/account`; absent: all. */
  readonly allow?: readonly string[] | undefined;
}

const path = z.string().min(1).max(1024);
const word = z.string().max(1024);
const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "must be the name of an environment variable");

/** Exactly one of the forms; which one shows in its first key. */
const sourceSchema = z.union(
  [
    z.strictObject({ file: path }),
    z.strictObject({ environment: variable }),
    z.strictObject({
      command: z
        .array(word)
        .min(1)
        .max(32)
        .refine(([program]) => program?.startsWith("/") === true || /^[A-Za-z]:\\/.test(program ?? "")),
      passes: z.array(variable).max(16).optional(),
    }),
  ],
  'must be {"file": "PATH"}, {"environment": "NAME"} or {"command": ["/ABSOLUTE/PATH", "ARGUMENT", …]}, the last with "passes": ["NAME", …] where it needs variables',
);

export const keySchema: z.ZodType<KeyConfiguration> = z.strictObject({
  apiKey: z.string().regex(/^[!-~](?:[ -~]{0,254}[!-~])?$/, "must be 1 to 256 printable characters"),
  from: sourceSchema,
  label: z.enum(keyLabels),
  allow: z.array(z.string().max(256)).max(64).optional(),
});

/** Whether a host of that environment may use a key of that label [O6]. */
export function isLabelOf(environment: string, label: KeyLabel): boolean {
  return (environment === "production") === (label === "production");
}
