/** NOT_FOUND, EXISTS: the name. FULL: no space. LOCKED: another live process holds the lock. DENIED: permissions or read-only. FAILED: any other. */
export type DiskErrorCode = "NOT_FOUND" | "EXISTS" | "FULL" | "LOCKED" | "DENIED" | "FAILED";

/** A failed call on a Disk, with the path and the remedy in its text. */
export class DiskError extends Error {
  override readonly name = "DiskError";
  readonly code: DiskErrorCode;

  constructor(code: DiskErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
