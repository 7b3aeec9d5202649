import type { AdmissionCode } from "./admission-code.ts";

/** A refusal by a step of admission that is no refusal of the engine's own. */
export class AdmissionError extends Error {
  override readonly name = "AdmissionError";
  readonly code: AdmissionCode;

  constructor(code: AdmissionCode, text: string) {
    super(text);
    this.code = code;
  }
}
