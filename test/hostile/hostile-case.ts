import type {
  AdmissionCode,
  AdmissionRequest,
  AdmissionStep,
  EngineErrorCode,
} from "../../host/engine/index.ts";

/** A module that must not be admitted, with the step and the code that refuse it. */
export interface HostileCase {
  readonly name: string;
  /** Of the catalogue. */
  readonly fault: string;
  readonly step: AdmissionStep;
  readonly code: EngineErrorCode | AdmissionCode;
  /** Made when it is asked for: some are megabytes. */
  readonly request: () => AdmissionRequest;
}
