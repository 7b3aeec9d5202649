import { NodeDisk } from "../../platform/disk/index.ts";
import { SystemClock } from "../../platform/index.ts";
import { answerJob, noteProgress, threadInput } from "../../platform/threads/index.ts";
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
  const passed = takeSteps(request, new NodeDisk(), log);
  answerJob({
    steps: log.results,
    passed: passed === null ? null : passedAnswer(passed),
  } satisfies AdmissionAnswer);
}

main(threadInput() as AdmissionRequest);
