import { z } from "zod";
import type { PluginKind } from "../../abi/host/index.ts";
import { ABI_VERSION, PARAMETERS_MAX } from "../../abi/host/index.ts";
import { EngineError } from "./engine-error.ts";
import type { Environment } from "./environment.ts";
import { environments as environmentNames } from "./environment.ts";
import { PLUGIN_VERSION } from "./plugin-version.ts";
import { printableText } from "./printable-text.ts";
import { parseStrictJson, StrictJsonError } from "./strict-json.ts";
import { utcTimeMs } from "./utc-time.ts";

/** Name of the custom section that holds the manifest as JSON. */
export const MANIFEST_SECTION = "sandpit.manifest";

/** A manifest with 64 parameters and long descriptions has some 16 KiB. */
export const MANIFEST_BYTES_MAX = 65_536;

const count = z.int().min(0);
const pluginName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "must be kebab-case")
  .max(64);
const recordName = z
  .string()
  .regex(/^[A-Z][A-Za-z0-9]*$/, "must be the name of a record")
  .max(64);
const memberName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]*$/, "must be camelCase")
  .max(64);
const description = z.string().max(1_000);
const utcTime = z
  .string()
  .refine((text) => utcTimeMs(text) !== null, { message: "must be a time as 2026-11-22T08:30:00Z" });
const stateVersion = z.int().min(0).max(0x7fff_ffff);

const parameterSchema = z
  .strictObject({
    name: memberName,
    type: z.enum(["f64", "i64"]),
    default: z.number(),
    min: z.number(),
    max: z.number(),
    description,
  })
  .refine((parameter) => parameter.min <= parameter.default && parameter.default <= parameter.max, {
    message: "must lie between min and max",
    path: ["default"],
  })
  .refine(
    (parameter) =>
      parameter.type === "f64" ||
      [parameter.default, parameter.min, parameter.max].every(Number.isSafeInteger),
    {
      message: "default, min and max of an i64 must be integers within 2^53",
      path: ["type"],
    },
  );

const manifestSchema = z
  .strictObject({
    name: pluginName,
    kind: z.enum(["venue", "feature", "agent", "ensemble", "risk"]),
    version: z.string().regex(PLUGIN_VERSION, "must be three numbers: 1.2.3"),
    abi: z.literal(ABI_VERSION),
    description,
    reads: z.array(recordName).max(64),
    writes: z.array(recordName).max(64),
    features: z.array(memberName).max(64).optional(),
    outputs: z.array(memberName).max(64).optional(),
    parameters: z.array(parameterSchema).max(PARAMETERS_MAX).optional(),
    environments: z.array(z.enum(environmentNames)).min(1).max(environmentNames.length).optional(),
    notBefore: utcTime.optional(),
    expires: utcTime.optional(),
    instruments: z
      .array(z.string().regex(/^[A-Z0-9._-]{1,24}$/, "must be a venue's symbol in capitals"))
      .min(1)
      .max(64)
      .optional(),
    accounts: z.array(z.string().min(1).max(32)).min(1).max(64).optional(),
    state: z
      .strictObject({ version: stateVersion, restores: z.array(stateVersion).max(64) })
      .refine(({ restores }) => isUnique(restores), {
        message: "names a version twice",
        path: ["restores"],
      })
      .optional(),
    parametersAtUse: z.boolean().optional(),
    limits: z.strictObject({
      gasBase: count,
      gasPerByte: count,
      initGas: count,
      callDepth: count,
      pages: count,
      outputs: count,
    }),
  })
  .refine(
    (manifest) => manifest.features === undefined || manifest.kind === "agent" || manifest.kind === "feature",
    {
      message: "only agents and features read features",
      path: ["features"],
    },
  )
  .refine((manifest) => manifest.outputs === undefined || manifest.kind === "feature", {
    message: "only features write features",
    path: ["outputs"],
  })
  .refine((manifest) => isUnique(manifest.parameters?.map((parameter) => parameter.name)), {
    message: "two parameters have the same name",
    path: ["parameters"],
  })
  .refine((manifest) => isUnique(manifest.outputs), {
    message: "two outputs have the same name",
    path: ["outputs"],
  })
  .refine(
    ({ notBefore, expires }) =>
      notBefore === undefined ||
      expires === undefined ||
      (utcTimeMs(notBefore) ?? 0) < (utcTimeMs(expires) ?? 0),
    { message: "must be after notBefore", path: ["expires"] },
  );

/** A tunable number of a plugin, with the range that the host holds it to. */
export interface ManifestParameter {
  readonly name: string;
  readonly type: "f64" | "i64";
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly description: string;
}

/** What a plugin may use. */
export interface ManifestLimits {
  /** Gas of a call of `handle`, in instructions. */
  readonly gasBase: number;
  /** Gas added for each byte of input. */
  readonly gasPerByte: number;
  /** Gas of `init`, `snapshot` and `restore`. */
  readonly initGas: number;
  /** Frames on the stack, large ones counted several times. */
  readonly callDepth: number;
  /** Pages of 64 KiB: the size of the memory, first and last. */
  readonly pages: number;
  /** Records that one call may write. */
  readonly outputs: number;
}

/** What a plugin says of itself, under its signature. */
export interface Manifest {
  readonly name: string;
  readonly kind: PluginKind;
  readonly version: string;
  readonly abi: number;
  readonly description: string;
  /** Names of the records that the plugin is given. */
  readonly reads: readonly string[];
  /** Names of the records that it may write. */
  readonly writes: readonly string[];
  /** Agents and features: the features read, in the order of the vector. */
  readonly features: readonly string[];
  /** Features: the features written, in order. */
  readonly outputs: readonly string[];
  /** In the order of their slots in the plugin's memory. */
  readonly parameters: readonly ManifestParameter[];
  /** Where it may run; null: wherever the keys that sign it may sign for. */
  readonly environments: readonly Environment[] | null;
  /** From when on it may be started, in milliseconds since 1970; null: always. */
  readonly notBeforeMs: number | null;
  /** When it may no longer be started; null: never. A module that runs is not stopped by it. */
  readonly expiresMs: number | null;
  /** Symbols of the only instruments that it may be told of; null where the manifest does not narrow them. */
  readonly instruments: readonly string[] | null;
  /** The only accounts in which it may run; null where the manifest does not narrow them. */
  readonly accounts: readonly string[] | null;
  /** Version of its snapshot's bytes, and those that it can restore; null: it makes none that another version may read. */
  readonly state: ManifestState | null;
  /**
   * Nothing that the plugin keeps is computed from its parameters: it reads them where it uses them. Given other values it then goes on with what
   * it knows; otherwise it begins afresh.
   */
  readonly parametersAtUse: boolean;
  readonly limits: ManifestLimits;
}

/** Which snapshots a plugin writes and understands. */
export interface ManifestState {
  readonly version: number;
  readonly restores: readonly number[];
}

/** Reads a manifest strictly. Throws SANDPIT_ENGINE_MANIFEST_INVALID naming the path of each fault. */
export function parseManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > MANIFEST_BYTES_MAX) {
    refuse(`it has ${bytes.length} bytes, the limit is ${MANIFEST_BYTES_MAX}`);
  }
  const parsed = manifestSchema.safeParse(parseJson(bytes));
  if (!parsed.success) refuse(describeIssues(parsed.error));
  const { features = [], outputs = [], parameters = [], notBefore, expires, ...rest } = parsed.data;
  return {
    ...rest,
    features,
    outputs,
    parameters,
    environments: rest.environments ?? null,
    notBeforeMs: notBefore === undefined ? null : utcTimeMs(notBefore),
    expiresMs: expires === undefined ? null : utcTimeMs(expires),
    instruments: rest.instruments ?? null,
    accounts: rest.accounts ?? null,
    state: rest.state ?? null,
    parametersAtUse: rest.parametersAtUse ?? false,
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return parseStrictJson(text);
  } catch (cause) {
    if (cause instanceof StrictJsonError) return refuse(cause.message, cause);
    return refuse("it is not JSON in UTF-8", cause);
  }
}

function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 8)
    .map((issue) => {
      const keys =
        issue.code === "unrecognized_keys"
          ? issue.keys.slice(0, 8).map((key) => `"${printableText(key, 64)}"`)
          : [];
      const path = issue.path.map(String).join(".");
      return `${path === "" ? "manifest" : path}: ${keys.length > 0 ? `unknown key ${keys.join(", ")}` : issue.message}`;
    })
    .join("; ");
}

function isUnique(names: readonly (string | number)[] | undefined): boolean {
  return names === undefined || new Set(names).size === names.length;
}

function refuse(text: string, cause?: unknown): never {
  throw new EngineError(
    "SANDPIT_ENGINE_MANIFEST_INVALID",
    `the manifest is refused: ${text}. Correct manifest.json and build again`,
    {
      section: MANIFEST_SECTION,
      cause,
    },
  );
}
