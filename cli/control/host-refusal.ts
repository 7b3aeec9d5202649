import { CommandError } from "../console/command-error.ts";

/** What a running host does not do, with its code. */
export class HostRefusal extends CommandError {
  readonly code: string;

  constructor(code: string, text: string, remedy: string) {
    super(`${code}: ${text}`, remedy);
    this.code = code;
  }
}
