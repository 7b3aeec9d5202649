import type { Disk } from "../../platform/disk/index.ts";
import type { Environment } from "../environment.ts";
import type { ParameterValues } from "../parameters.ts";
import type { TrustContext } from "../signing/index.ts";
import { parseKeyring, VersionFloor } from "../signing/index.ts";

/** By what a module is judged, in a form that another thread can be given. */
export interface AdmissionTrust {
  readonly environment: Environment;
  /** Null: not asked. */
  readonly account: string | null;
  /** Symbols of every instrument of the host; null: not asked. */
  readonly instruments: readonly string[] | null;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** The keyring's text and the name of its file; null in development alone. */
  readonly keyring: { readonly text: string; readonly source: string } | null;
  /** Null: versions are not compared. */
  readonly floorDirectory: string | null;
}

/** A module that wants to run. */
export interface AdmissionRequest {
  /** Copied before `admit` returns: what the caller does to them afterwards changes nothing. */
  readonly bytes: Uint8Array;
  readonly trust: AdmissionTrust;
  /** The plugin that the module has to be; null where its name is not checked, as for a file that goes into no slot. */
  readonly name?: string | null;
  /** Values that it is tried with; those left out have the manifest's default. */
  readonly parameters?: ParameterValues;
  /** Recorded records, headers included, that it is tried on after the generated ones. At most EVENTS_MAX. */
  readonly events?: readonly Uint8Array[];
  /** From 1 to 600,000 milliseconds (10,000). */
  readonly deadlineMs?: number;
}

/** Reads keyring and floor. Throws SANDPIT_SIGNATURE_KEYRING_INVALID. */
export function trustContextOf(trust: AdmissionTrust, disk: Disk): TrustContext {
  const { environment, account, instruments, nowMs, keyring, floorDirectory } = trust;
  return {
    environment,
    account,
    instruments,
    nowMs,
    keyring: keyring === null ? null : parseKeyring(keyring.text, keyring.source),
    floor: floorDirectory === null ? null : new VersionFloor(disk, floorDirectory),
  };
}
