/** Why a secret could not be had. */
export type SecretCode =
  | "FILE_UNREADABLE"
  | "FILE_FORM"
  | "FILE_MODE"
  | "FILE_OWNER"
  | "TOO_LONG"
  | "ENVIRONMENT_ABSENT"
  | "COMMAND_FAILED"
  | "COMMAND_OVERDUE";

/** The text names the place and the remedy; it never holds a byte of what was read there, nor does a cause. */
export class SecretError extends Error {
  override readonly name = "SecretError";
  readonly code: SecretCode;

  constructor(code: SecretCode, what: string, remedy: string) {
    super(`${what}; ${remedy}`);
    this.code = code;
  }
}
