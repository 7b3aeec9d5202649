import { z } from "zod";
import { isBookTicks } from "../data/books/index.ts";
import { environments } from "../engine/index.ts";
import { LANE_VENUES_MAX } from "../execution/gateways/index.ts";
import { isLabelOf } from "../execution/signer/index.ts";
import { LANE_INSTRUMENTS_MAX } from "../lane/index.ts";
import type { Configuration } from "./configuration-shape.ts";
import { controlSchema, localControl } from "./control-configuration.ts";
import { inlineSchema, placeSchema } from "./placement-configuration.ts";
import { retiredKeyText } from "./retired-keys.ts";
import type { ConfigurationFault } from "./venue-configuration.ts";
import { venueFaults, venueSchema } from "./venue-configuration.ts";

const decimal = z.string().regex(/^\d+(\.\d+)?$/, 'must be a decimal number in quotes, as "0.01"');
const name = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, "must be lower case letters, digits and hyphens");
const parameters = z.record(z.string(), z.number()).default({});
const placement = z.strictObject({ plugin: name, name: name.optional(), parameters, placement: placeSchema });
const rule = placement.extend({ placement: inlineSchema });
const seconds = z.number().positive().max(86_400);
const count = z.int().min(1).max(1_000_000);

const instrument = z.strictObject({
  venue: name,
  symbol: z.string().regex(/^[A-Z0-9._-]{1,24}$/, "must be the venue's symbol in capitals"),
  baseAsset: z.string().regex(/^[A-Z0-9]{1,8}$/),
  quoteAsset: z.string().regex(/^[A-Z0-9]{1,8}$/),
  tickSize: decimal,
  lotSize: decimal,
  minQuantity: decimal,
  maxQuantity: decimal,
  minNotional: decimal,
  bookTicks: z.int().refine(isBookTicks, "must be a power of two from 1024 to 1048576").optional(),
  limits: z.strictObject({
    orderQuantityMax: decimal,
    orderNotionalMax: decimal,
    positionMax: decimal,
    openOrdersMax: count,
    collarAggressivePpm: z.int().min(1).max(999_999),
    collarPassivePpm: z.int().min(1).max(999_999),
    referenceAgeSecondsMax: seconds,
    isRestricted: z.boolean().default(false),
  }),
});

const risk = z.strictObject({
  grossNotionalMax: z.record(z.string(), decimal),
  openOrdersMax: count,
  orderRate: z.strictObject({ ordersMax: count, windowSeconds: seconds }),
  rules: z.array(rule).max(16),
});

const path = z.string().min(1);
/** A host that a supervisor starts each quarter of a minute stays below; one that dies at once does not. */
const RESTARTS = { startsMax: 5, windowSeconds: 60 };
const noTrust = { keyring: null, floorDirectory: null, moduleDirectory: null };

const shape = z.strictObject({
  environment: z.enum(environments),
  account: z.string().min(1).max(32),
  trust: z
    .strictObject({
      keyring: path.nullable().default(null),
      floorDirectory: path.nullable().default(null),
      moduleDirectory: path.nullable().default(null),
    })
    .default(noTrust),
  journal: z.strictObject({ directory: z.string().min(1), durability: z.enum(["process", "power", "ring"]) }),
  restarts: z
    .strictObject({
      startsMax: z.int().min(1).max(1_000).default(RESTARTS.startsMax),
      windowSeconds: seconds.default(RESTARTS.windowSeconds),
    })
    .default(RESTARTS),
  venues: z.array(venueSchema).min(1).max(LANE_VENUES_MAX),
  instruments: z.array(instrument).min(1).max(LANE_INSTRUMENTS_MAX),
  groups: z
    .array(z.strictObject({ name, instruments: z.array(z.string().min(1)).min(2).max(64) }))
    .max(64)
    .default([]),
  feeAssets: z.array(z.string().regex(/^[A-Z0-9]{1,8}$/)).max(32),
  features: z.strictObject({ staleAfterSeconds: seconds, plugins: z.array(placement).min(1).max(32) }),
  books: z.strictObject({ staleAfterSeconds: seconds }),
  agents: z
    .array(placement.extend({ share: z.number().min(0).max(1) }))
    .min(1)
    .max(16),
  ensemble: placement,
  risk,
  positions: z.strictObject({ checkEverySeconds: seconds.default(60) }).default({ checkEverySeconds: 60 }),
  orders: z.strictObject({ capacity: z.int().min(64).max(1_048_576) }),
  http: z.strictObject({ port: z.int().min(0).max(65_535) }),
  control: controlSchema.default(localControl),
});

const schema = shape.superRefine((configuration, context) => {
  const faults = [
    ...trustFaults(configuration),
    ...labelFaults(configuration),
    ...venueFaults(configuration),
  ];
  for (const { path: keys, message } of faults)
    context.addIssue({ code: "custom", path: [...keys], message });
});

/** Outside of development a host without keyring or floor would refuse every plugin: told here, with the key's path. */
function trustFaults({ environment, trust }: Configuration): ConfigurationFault[] {
  if (environment === "development") return [];
  return (["keyring", "floorDirectory"] as const)
    .filter((key) => trust[key] === null)
    .map((key) => ({
      path: ["trust", key],
      message: `is needed in the environment ${environment}, which runs signed plugins alone`,
    }));
}

/** The signer refuses keys of another environment: told here, with the key's path. */
function labelFaults({ environment, venues }: Configuration): ConfigurationFault[] {
  return venues.flatMap(({ key: { label } }, index) =>
    isLabelOf(environment, label)
      ? []
      : [
          {
            path: ["venues", index, "key", "label"],
            message: `is ${label} in the environment ${environment}: production uses production keys, and nothing else does`,
          },
        ],
  );
}

/** A configuration that cannot be used: one line for each fault, each with the path of the key. */
export class ConfigurationError extends Error {
  readonly code = "SANDPIT_CONFIGURATION_INVALID";
  override readonly name = "ConfigurationError";
}

/** Validates a configuration whole. Unknown keys refuse: a misspelt limit is no limit. Throws ConfigurationError. */
export function parseConfiguration(input: unknown, source: string): Configuration {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const keys =
      issue.code === "unrecognized_keys"
        ? issue.keys
            .map((key) => retiredKeyText(key) ?? `unknown key "${key}"; remove or correct it`)
            .join("; ")
        : issue.message;
    return `  ${issue.path.map(String).join(".") || "(top level)"}: ${keys}`;
  });
  throw new ConfigurationError(`${source} cannot be used:\n${lines.join("\n")}`);
}
