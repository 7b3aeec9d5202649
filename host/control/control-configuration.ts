import { z } from "zod";
import { utcTimeMs } from "../engine/index.ts";
import type { ControlConfiguration } from "./configuration-shape.ts";

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);
const TOKENS_MAX = 64;

/** What counts where a configuration says nothing: this machine alone, and nobody has a token. */
export const localControl: ControlConfiguration = {
  host: "127.0.0.1",
  port: 0,
  isRemoteAllowed: false,
  tokens: [],
};

/** Whether an address can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

const token = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, "must be lower case letters, digits and hyphens"),
  role: z.enum(["viewer", "quant", "risk", "operator"]),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of the token, 64 hexadecimal digits in lower case"),
  expires: z
    .string()
    .refine((text) => utcTimeMs(text) !== null, "must be a time in UTC, as in 2026-11-22T08:30:00Z"),
});

export const controlSchema: z.ZodType<ControlConfiguration> = z
  .strictObject({
    host: z
      .string()
      .regex(/^[\w.:-]{1,253}$/, "must be an address or a name")
      .default(localControl.host),
    port: z.int().min(0).max(65_535).default(localControl.port),
    isRemoteAllowed: z.boolean().default(localControl.isRemoteAllowed),
    tokens: z.array(token).max(TOKENS_MAX).default([]),
  })
  .superRefine(({ host, isRemoteAllowed, tokens }, context) => {
    const refuse = (path: string, message: string): void => {
      context.addIssue({ code: "custom", path: [path], message });
    };
    if (!isLoopback(host) && !isRemoteAllowed) {
      refuse(
        "host",
        `${host} can be reached from other machines: write isRemoteAllowed as well, and put TLS before it`,
      );
    }
    for (const key of ["name", "sha256"] as const) {
      const values = tokens.map((given) => given[key]);
      if (new Set(values).size < values.length) refuse("tokens", `two tokens have the same ${key}`);
    }
  });
