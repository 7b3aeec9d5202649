import type { Clock } from "../../platform/index.ts";
import { EngineError } from "../engine-error.ts";
import { printableText } from "../printable-text.ts";
import { AdmissionError } from "./admission-error.ts";
import type { AdmissionStep, AdmissionStepResult } from "./admission-step.ts";
import { admissionSteps } from "./admission-step.ts";

const NS_PER_MS = 1e6;
const TEXT_MAX = 2_000;

/** What a step has to say when it did not refuse. */
export interface StepNote {
  readonly text: string;
  /** Set: the step was left out, and why. */
  readonly skipped?: AdmissionStepResult["code"];
}

/** Whose refusal it was, where one action stands for several steps, and whether those before that one were passed on the way. */
export interface RefusedStep {
  readonly step: AdmissionStep;
  readonly isPassedBefore: boolean;
}

/** Takes steps one after the other and keeps what each came to. */
export class StepLog {
  readonly results: AdmissionStepResult[] = [];
  readonly #clock: Clock;
  readonly #onStep: (step: AdmissionStep, results: readonly AdmissionStepResult[]) => void;
  readonly #cells: Float64Array = new Float64Array(2);

  /** `onStep` is told of each step as it begins, with what the ones before it came to. */
  constructor(
    clock: Clock,
    onStep: (step: AdmissionStep, results: readonly AdmissionStepResult[]) => void = () => undefined,
  ) {
    this.#clock = clock;
    this.#onStep = onStep;
  }

  /**
   * Takes a step and returns what it made; null when it refused, by an EngineError or AdmissionError. Whatever else is thrown is a fault of
   * the host and passes.
   */
  take<Made>(
    step: AdmissionStep,
    action: () => Made,
    note: (made: Made) => StepNote,
    refusedBy: (code: string) => RefusedStep = () => ({ step, isPassedBefore: true }),
  ): Made | null {
    this.#onStep(step, this.results);
    this.#clock.stamp(this.#cells, 0);
    try {
      const made = action();
      this.#add(step, note(made));
      return made;
    } catch (error) {
      if (!(error instanceof EngineError) && !(error instanceof AdmissionError)) throw error;
      this.#refuse(step, refusedBy(error.code), error);
      return null;
    }
  }

  #refuse(begun: AdmissionStep, refused: RefusedStep, { code, message }: EngineError | AdmissionError): void {
    const between = admissionSteps.slice(admissionSteps.indexOf(begun), admissionSteps.indexOf(refused.step));
    for (const step of between) {
      this.#add(
        step,
        refused.isPassedBefore
          ? { text: "passed" }
          : { text: `not judged: ${refused.step} refused before`, skipped: "SANDPIT_ADMISSION_NOT_REACHED" },
      );
    }
    const text = printableText(message, TEXT_MAX);
    this.results.push({ step: refused.step, verdict: "refused", code, text, durationMs: this.#elapsed() });
  }

  #add(step: AdmissionStep, { text, skipped }: StepNote): void {
    const verdict = skipped === undefined ? "passed" : "skipped";
    this.results.push({ step, verdict, code: skipped ?? null, text, durationMs: this.#elapsed() });
  }

  #elapsed(): number {
    this.#clock.stamp(this.#cells, 1);
    const [start = 0, end = 0] = this.#cells;
    return Math.round((end - start) / 1e3) / (NS_PER_MS / 1e3);
  }
}
