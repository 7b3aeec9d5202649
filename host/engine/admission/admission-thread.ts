import { NodeDisk } from "../../platform/disk/index.ts";
import { SystemClock } from "../../platform/index.ts";
import { NodePrograms } from "../../platform/processes/index.ts";
import { answerJob, noteProgress, takeJob } from "../../platform/threads/index.ts";
import { WasmtimeEngine } from "../cross-check/index.ts";
import { passedAnswer } from "./admission-answer.ts";
import type { AdmissionAnswer, AdmissionNote } from "./admission-answer.ts";
import type { AdmissionRequest } from "./admission-request.ts";
import { takeSteps } from "./module-steps.ts";
import { StepLog } from "./step-log.ts";

/** Entry of the thread that admits one module, and may be ended at any time. */
function main(request: AdmissionRequest): void {
  const log = new StepLog(new SystemClock(), (step, steps) => {
    noteProgress({ step, steps: [...steps] } satisfies AdmissionNote);
  });
  const { deadlineMs } = request;
  // The steps before need time as well, and nobody waits for what ends after admission's own deadline.
  const share = deadlineMs === undefined ? {} : { deadlineMs: Math.ceil(deadlineMs / 2) };
  const engine = new WasmtimeEngine(new NodePrograms(), share);
  const passed = takeSteps(request, new NodeDisk(), log, engine);
  answerJob({
    steps: log.results,
    passed: passed === null ? null : passedAnswer(passed),
  } satisfies AdmissionAnswer);
}

takeJob((input) => main(input as AdmissionRequest));
