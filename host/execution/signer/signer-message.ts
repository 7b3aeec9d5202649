import { z } from "zod";
import type { KeyConfiguration, VenueProtocol } from "./signer-key.ts";
import { keySchema, venueProtocols } from "./signer-key.ts";

/** Of a token, which is Coinbase's own limit. */
export const TOKEN_LIFE_SECONDS = 120;

/** A key and the venue it is for. */
export interface VenueKey {
  /** The venue's name in this host. */
  readonly venue: string;
  readonly protocol: VenueProtocol;
  readonly key: KeyConfiguration;
}

/** What the host says first. No secret is in it. */
export interface Hello {
  readonly environment: string;
  /** Where the signer notes what it signed and refused. */
  readonly auditFile: string;
  readonly keys: readonly VenueKey[];
}

const venue = z.string().min(1).max(64);

export const helloSchema: z.ZodType<Hello> = z.strictObject({
  environment: z.string().min(1).max(64),
  auditFile: z.string().min(1).max(1024),
  keys: z
    .array(z.strictObject({ venue, protocol: z.enum(venueProtocols), key: keySchema }))
    .min(1)
    .max(64),
});

/** A key that the signer holds, as it may be told. */
export interface HeldKeyFacts {
  readonly venue: string;
  readonly algorithm: "Ed25519" | "ES256";
  /** Of the public half's SHA-256, the first 16 digits: to tell keys apart. */
  readonly fingerprint: string;
}

export const readySchema: z.ZodType<{ readonly keys: readonly HeldKeyFacts[] }> = z.strictObject({
  keys: z.array(
    z.strictObject({
      venue,
      algorithm: z.enum(["Ed25519", "ES256"]),
      fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
    }),
  ),
});

/** What comes back: base64 of a signature, a token, or a signed query string. */
export const signedSchema: z.ZodType<{ readonly text: string }> = z.strictObject({
  text: z.string().min(1).max(8192),
});
export const refusedSchema: z.ZodType<{ readonly code: string; readonly text: string }> = z.strictObject({
  code: z.string().max(64),
  text: z.string().max(4096),
});
