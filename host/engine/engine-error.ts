/**
 * Every way in which the engine refuses a plugin, as a closed list: callers branch on the code, never on the
 * text.
 */
export const engineErrorCodes = [
  "SANDPIT_ENGINE_MODULE_TOO_LARGE",
  "SANDPIT_ENGINE_MODULE_MALFORMED",
  "SANDPIT_ENGINE_LIMIT_EXCEEDED",
  "SANDPIT_ENGINE_NAME_INVALID",
  "SANDPIT_ENGINE_START_SECTION",
  "SANDPIT_ENGINE_FEATURE_REFUSED",
  "SANDPIT_ENGINE_MODULE_INVALID",
  "SANDPIT_ENGINE_IMPORT_NOT_ALLOWED",
  "SANDPIT_ENGINE_EXPORT_NOT_ALLOWED",
  "SANDPIT_ENGINE_EXPORT_MISSING",
  "SANDPIT_ENGINE_EXPORT_TYPE",
  "SANDPIT_ENGINE_MEMORY_NOT_FIXED",
  "SANDPIT_ENGINE_MEMORY_MISMATCH",
  "SANDPIT_ENGINE_DATA_OUT_OF_PLACE",
  "SANDPIT_ENGINE_MANIFEST_MISSING",
  "SANDPIT_ENGINE_MANIFEST_INVALID",
  "SANDPIT_ENGINE_RECORD_LAYOUT",
  "SANDPIT_ENGINE_KIND_LIMIT",
  "SANDPIT_ENGINE_CALL_CHAIN",
  "SANDPIT_ENGINE_METERED_TOO_LARGE",
  "SANDPIT_ENGINE_METERED_INVALID",
  "SANDPIT_ENGINE_COMPILE_FAILED",
  "SANDPIT_ENGINE_INSTANTIATE_FAILED",
  "SANDPIT_ENGINE_INIT_FAULT",
  "SANDPIT_ENGINE_PARAMETER_UNKNOWN",
  "SANDPIT_ENGINE_PARAMETER_RANGE",
  "SANDPIT_ENGINE_POOL_EXHAUSTED",
  "SANDPIT_ENGINE_POOL_FOREIGN_MEMORY",
  "SANDPIT_ENGINE_BUFFER_REPLACED",
  "SANDPIT_ENGINE_SLOT_KIND",
  "SANDPIT_ENGINE_PLUGIN_DISPOSED",
  "SANDPIT_ENGINE_PLUGIN_IN_USE",
  "SANDPIT_ENGINE_INPUT_LENGTH",
  "SANDPIT_ENGINE_HAND_OVER",
  "SANDPIT_ENGINE_BESIDE",
  "SANDPIT_SIGNATURE_MISSING",
  "SANDPIT_SIGNATURE_MALFORMED",
  "SANDPIT_SIGNATURE_LENGTH_FORM",
  "SANDPIT_SIGNATURE_TRAILING_BYTES",
  "SANDPIT_SIGNATURE_UNSUPPORTED",
  "SANDPIT_SIGNATURE_LIMIT_EXCEEDED",
  "SANDPIT_SIGNATURE_DUPLICATE",
  "SANDPIT_SIGNATURE_REPEATED",
  "SANDPIT_SIGNATURE_MISPLACED",
  "SANDPIT_SIGNATURE_PARTIAL",
  "SANDPIT_SIGNATURE_HASH_MISMATCH",
  "SANDPIT_SIGNATURE_INVALID",
  "SANDPIT_SIGNATURE_KEY_UNKNOWN",
  "SANDPIT_SIGNATURE_KEY_REVOKED",
  "SANDPIT_SIGNATURE_KEY_EXPIRED",
  "SANDPIT_SIGNATURE_KEY_NOT_YET_VALID",
  "SANDPIT_SIGNATURE_KEY_ENVIRONMENT",
  "SANDPIT_SIGNATURE_KEY_ROLE",
  "SANDPIT_SIGNATURE_THRESHOLD",
  "SANDPIT_SIGNATURE_MODULE_REVOKED",
  "SANDPIT_SIGNATURE_MODULE_EXPIRED",
  "SANDPIT_SIGNATURE_MODULE_NOT_YET_VALID",
  "SANDPIT_SIGNATURE_ENVIRONMENT",
  "SANDPIT_SIGNATURE_ACCOUNT",
  "SANDPIT_SIGNATURE_INSTRUMENT",
  "SANDPIT_SIGNATURE_NAME",
  "SANDPIT_SIGNATURE_VERSION_BELOW_FLOOR",
  "SANDPIT_SIGNATURE_VERSION_REUSED",
  "SANDPIT_SIGNATURE_FLOOR_DAMAGED",
  "SANDPIT_SIGNATURE_FLOOR_FAILED",
  "SANDPIT_SIGNATURE_KEYRING_MISSING",
  "SANDPIT_SIGNATURE_KEYRING_INVALID",
  "SANDPIT_SIGNATURE_KEY_MALFORMED",
] as const;

export type EngineErrorCode = (typeof engineErrorCodes)[number];

export interface EngineErrorPlace {
  /** Byte offset in the module as it was handed in. */
  readonly offsetBytes?: number;
  /** Name of the section, for instance "code". */
  readonly section?: string;
  readonly cause?: unknown;
}

/** A refusal by the engine. The text says what is wrong, where, and the remedy; the code is stable. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;
  readonly offsetBytes: number | null;
  readonly section: string | null;

  constructor(code: EngineErrorCode, text: string, place: EngineErrorPlace = {}) {
    super(describe(text, place), place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    this.offsetBytes = place.offsetBytes ?? null;
    this.section = place.section ?? null;
  }
}

function describe(text: string, place: EngineErrorPlace): string {
  const parts: string[] = [];
  if (place.section !== undefined) parts.push(`section ${place.section}`);
  if (place.offsetBytes !== undefined) parts.push(`byte 0x${place.offsetBytes.toString(16)}`);
  return parts.length === 0 ? text : `${text} (${parts.join(", ")})`;
}
