import type { Disk } from "../../platform/disk/index.ts";
import type { Clock } from "../../platform/index.ts";
import type { JobOutcome, Jobs } from "../../platform/threads/index.ts";
import { EngineError } from "../engine-error.ts";
import { printableText } from "../printable-text.ts";
import { verifySignedModule } from "../signing/index.ts";
import { adoptModule } from "./adopted-module.ts";
import type { AdmissionAnswer } from "./admission-answer.ts";
import { parseAnswer, parseNote } from "./admission-answer.ts";
import type { AdmissionCode } from "./admission-code.ts";
import { AdmissionError } from "./admission-error.ts";
import type { AdmissionReport } from "./admission-report.ts";
import { admittedReport, refusedReport } from "./admission-report.ts";
import type { AdmissionRequest } from "./admission-request.ts";
import { trustContextOf } from "./admission-request.ts";
import type { AdmissionStep, AdmissionStepResult } from "./admission-step.ts";
import { admissionSteps } from "./admission-step.ts";
import { checkSize } from "./module-steps.ts";
import { StepLog } from "./step-log.ts";

const DEADLINE_MS = 10_000;
const DEADLINE_MAX_MS = 600_000;
/** A module of 4 MiB, four times the largest that is looked at, took some 200 MiB to meter. */
const HEAP_MIB = 512;
const REASON_MAX = 500;
const ENTRY = new URL("./admission-thread.ts", import.meta.url);

/** What admission needs of the world. */
export interface AdmissionPorts {
  readonly jobs: Jobs;
  readonly clock: Clock;
  /** Where the version floor lies. */
  readonly disk: Disk;
}

/** How far the worker was when it was last heard of. */
interface Progress {
  step: AdmissionStep;
  steps: readonly AdmissionStepResult[];
}

/**
 * Takes a module through every step of admission on a thread that is ended at the deadline. Never throws for what a module is: the report tells
 * each step with its code. The worker's word counts for refusals. What it lets pass is verified once more here, on the same copy of the bytes,
 * and the code that it compiled is taken over, so that this thread neither meters nor compiles.
 *
 * Throws RangeError for a deadline out of range.
 */
export async function admit(request: AdmissionRequest, ports: AdmissionPorts): Promise<AdmissionReport> {
  const deadlineMs = request.deadlineMs ?? DEADLINE_MS;
  if (!(deadlineMs >= 1 && deadlineMs <= DEADLINE_MAX_MS))
    throw new RangeError(`admission: deadlineMs is ${deadlineMs}; give 1 to ${DEADLINE_MAX_MS}`);
  const elapsedMs = stopwatch(ports.clock);
  const log = new StepLog(ports.clock);
  const size = log.take(
    "size",
    () => checkSize(request.bytes),
    (length) => ({ text: `${length} bytes` }),
  );
  if (size === null) return refusedReport(log.results, elapsedMs());
  // Not `slice`, which for a Buffer is a view. From here on nobody else has these bytes.
  const own: AdmissionRequest = { ...request, bytes: new Uint8Array(request.bytes) };
  const progress: Progress = { step: "size", steps: [] };
  const outcome = await ports.jobs.run(ENTRY, own, { deadlineMs, heapMiB: HEAP_MIB }, (value) => {
    const note = parseNote(value);
    if (note !== null && isAhead(note.step, progress.step)) Object.assign(progress, note);
  });
  const answer = outcome.state === "answered" ? parseAnswer(outcome.answer) : null;
  if (answer === null) return refusedAt(progress, outcome, deadlineMs, elapsedMs());
  return judge(own, answer, ports, elapsedMs);
}

/** Starts the thread on which the next module will be admitted: it is 0.3 s less until somebody sees what he has deployed. */
export function prepareAdmission(jobs: Jobs): void {
  jobs.prepare(ENTRY, HEAP_MIB);
}

function isAhead(step: AdmissionStep, than: AdmissionStep): boolean {
  return admissionSteps.indexOf(step) >= admissionSteps.indexOf(than);
}

/** The report of a worker that gave no answer, with the step that it was in. */
function refusedAt(
  { step, steps }: Progress,
  outcome: JobOutcome,
  deadlineMs: number,
  durationMs: number,
): AdmissionReport {
  const [code, text] = failureOf(outcome, step, deadlineMs);
  const before = steps.reduce((sum, result) => sum + result.durationMs, 0);
  const refusal: AdmissionStepResult = {
    step,
    verdict: "refused",
    code,
    text,
    durationMs: Math.max(0, durationMs - before),
  };
  return refusedReport([...steps, refusal], durationMs);
}

function failureOf(
  outcome: JobOutcome,
  step: AdmissionStep,
  deadlineMs: number,
): readonly [AdmissionCode, string] {
  switch (outcome.state) {
    case "overdue":
      return [
        "SANDPIT_ADMISSION_DEADLINE",
        `not done within ${deadlineMs} ms, in the step ${step}: make the module smaller, or allow more time`,
      ];
    case "died":
      return [
        "SANDPIT_ADMISSION_WORKER_DIED",
        `the worker ended in the step ${step}: ${printableText(outcome.reason, REASON_MAX)}`,
      ];
    case "busy":
      return ["SANDPIT_ADMISSION_BUSY", "other modules are being admitted: try again when they are done"];
    case "answered":
      return ["SANDPIT_ADMISSION_ANSWER_REFUSED", "the worker gave an answer that is none: report it"];
  }
}

/** Believes refusals; verifies what is said to have passed. */
function judge(
  request: AdmissionRequest,
  { steps, passed }: AdmissionAnswer,
  { disk }: AdmissionPorts,
  elapsedMs: () => number,
): AdmissionReport {
  const isRefused = steps.some(({ verdict }) => verdict === "refused");
  if (isRefused && passed === null) return refusedReport(steps, elapsedMs());
  try {
    if (isRefused || passed === null || steps.length !== admissionSteps.length)
      throw new AdmissionError(
        "SANDPIT_ADMISSION_ANSWER_REFUSED",
        "the worker let a module pass without all the steps: report it",
      );
    const verified = verifySignedModule(request.bytes, trustContextOf(request.trust, disk));
    const module = adoptModule(verified, passed);
    return admittedReport(steps, elapsedMs(), { module, verified, trial: passed.trial });
  } catch (error) {
    if (!(error instanceof EngineError) && !(error instanceof AdmissionError)) throw error;
    const text = printableText(error.message, REASON_MAX);
    const refusal = { step: "compile", verdict: "refused", code: error.code, text, durationMs: 0 } as const;
    return refusedReport([...steps.filter(({ step }) => isAhead("metering", step)), refusal], elapsedMs());
  }
}

function stopwatch(clock: Clock): () => number {
  const cells = new Float64Array(2);
  clock.stamp(cells, 0);
  return () => {
    clock.stamp(cells, 1);
    const [start = 0, end = 0] = cells;
    return Math.round((end - start) / 1e3) / 1e3;
  };
}
