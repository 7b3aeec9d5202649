import type { FaultCode } from "../../host/engine/index.ts";

/** The plugin trapped, or wrote what it may not: the host would stop it. */
export class PluginStoppedError extends Error {
  override readonly name = "PluginStoppedError";
  readonly code: FaultCode;
  /** File, line and function in the plugin's source; null when it did not trap. */
  readonly at: string | null;
  /** What `assert`, `throw` or the library said, in full; null when it did not abort. */
  readonly abortMessage: string | null;

  constructor(
    text: string,
    parts: {
      readonly code: FaultCode;
      readonly at: string | null;
      readonly abortMessage: string | null;
      readonly cause?: unknown;
    },
  ) {
    super(text, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = parts.code;
    this.at = parts.at;
    this.abortMessage = parts.abortMessage;
  }
}
