/** A log that must not be opened, or that can no longer be written. */
export class AuditError extends Error {
  override readonly name = "AuditError";
  readonly code: "SANDPIT_AUDIT_REFUSED" | "SANDPIT_AUDIT_UNAVAILABLE";

  constructor(code: AuditError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
