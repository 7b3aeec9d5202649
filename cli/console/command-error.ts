/** A command was called in a way that it does not understand: exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly remedy: string;

  constructor(text: string, remedy: string) {
    super(text);
    this.remedy = remedy;
  }
}

/** A command understood what was wanted and could not do it: exit status 1. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly remedy: string;

  constructor(text: string, remedy: string, options?: ErrorOptions) {
    super(text, options);
    this.remedy = remedy;
  }
}
