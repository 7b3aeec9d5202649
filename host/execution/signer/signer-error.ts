/** Every way in which the signer, or the line to it, refuses, as a closed list: callers branch on the code, never on the text. */
export const signerCodes = [
  "SANDPIT_SIGNER_ENVIRONMENT_DIFFERS",
  "SANDPIT_SIGNER_KEY_FILE_UNREADABLE",
  "SANDPIT_SIGNER_KEY_FILE_FORM",
  "SANDPIT_SIGNER_KEY_FILE_MODE",
  "SANDPIT_SIGNER_KEY_FILE_OWNER",
  "SANDPIT_SIGNER_KEY_TOO_LONG",
  "SANDPIT_SIGNER_KEY_ENVIRONMENT_ABSENT",
  "SANDPIT_SIGNER_KEY_COMMAND_FAILED",
  "SANDPIT_SIGNER_KEY_COMMAND_OVERDUE",
  "SANDPIT_SIGNER_KEY_MALFORMED",
  "SANDPIT_SIGNER_KEY_KIND",
  "SANDPIT_SIGNER_ALLOW_UNKNOWN",
  "SANDPIT_SIGNER_PROTOCOL",
  "SANDPIT_SIGNER_REQUEST_INVALID",
  "SANDPIT_SIGNER_VENUE_UNKNOWN",
  "SANDPIT_SIGNER_KIND_NOT_SPOKEN",
  "SANDPIT_SIGNER_TEXT_REFUSED",
  "SANDPIT_SIGNER_HOST_REFUSED",
  "SANDPIT_SIGNER_PATH_REFUSED",
  "SANDPIT_SIGNER_PATH_NARROWED",
  "SANDPIT_SIGNER_PARAMETER_REFUSED",
  "SANDPIT_SIGNER_TIMESTAMP_REFUSED",
  "SANDPIT_SIGNER_RATE_EXCEEDED",
  "SANDPIT_SIGNER_BUSY",
  "SANDPIT_SIGNER_AUDIT_FAILED",
  "SANDPIT_SIGNER_FAILED",
  "SANDPIT_SIGNER_DOWN",
  "SANDPIT_SIGNER_OVERDUE",
  "SANDPIT_SIGNER_ANSWER_INVALID",
] as const;

export type SignerCode = (typeof signerCodes)[number];

/** A refusal. The text says what, where and the remedy; no key and no signature is ever part of it. */
export class SignerError extends Error {
  override readonly name = "SignerError";
  readonly code: SignerCode;

  constructor(code: SignerCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whether a text that came over the line is one of the codes. */
export function isSignerCode(text: string): text is SignerCode {
  return (signerCodes as readonly string[]).includes(text);
}

/** A failure of any kind as a refusal. What is not ours to explain is told by its name alone: its text may hold anything. */
export function asSignerError(error: unknown): SignerError {
  if (error instanceof SignerError) return error;
  const name = error instanceof Error ? error.name : "something thrown";
  return new SignerError("SANDPIT_SIGNER_FAILED", `the signer failed within (${name}); report it`);
}
