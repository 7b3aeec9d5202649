import type { EngineErrorCode } from "../engine-error.ts";
import { EngineError } from "../engine-error.ts";
import type { Environment } from "../environment.ts";
import type { Manifest } from "../manifest.ts";

/** Where a module is to run. Null: not asked, as when a file is looked at by itself. */
export interface RunPlace {
  readonly environment: Environment;
  readonly account: string | null;
  /** Symbols of every instrument that the plugin would be told of. */
  readonly instruments: readonly string[] | null;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * Holds a module to what its manifest, which stands under the signature, allows: a module that is good in one place is refused in another. Throws
 * EngineError with the code of the first difference.
 */
export function checkBinding(manifest: Manifest, place: RunPlace): void {
  const { environments, accounts, instruments, notBeforeMs, expiresMs } = manifest;
  const { environment, account, nowMs } = place;
  if (environments !== null && !environments.includes(environment))
    refuse(
      "SANDPIT_SIGNATURE_ENVIRONMENT",
      manifest,
      `is for ${environments.join(", ")}, this is ${environment}`,
    );
  if (accounts !== null && account !== null && !accounts.includes(account))
    refuse("SANDPIT_SIGNATURE_ACCOUNT", manifest, "is not for this account");
  const foreign = place.instruments?.find((symbol) => instruments?.includes(symbol) === false);
  if (foreign !== undefined)
    refuse("SANDPIT_SIGNATURE_INSTRUMENT", manifest, `is not for the instrument ${foreign}`);
  if (notBeforeMs !== null && nowMs < notBeforeMs)
    refuse("SANDPIT_SIGNATURE_MODULE_NOT_YET_VALID", manifest, "is not valid yet (notBefore)");
  if (expiresMs !== null && nowMs >= expiresMs)
    refuse("SANDPIT_SIGNATURE_MODULE_EXPIRED", manifest, "has expired (expires)");
}

function refuse(code: EngineErrorCode, { name, version }: Manifest, text: string): never {
  throw new EngineError(
    code,
    `plugin ${name} ${version} ${text}: run it where its manifest says, or release it with another manifest`,
  );
}
