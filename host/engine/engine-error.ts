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
