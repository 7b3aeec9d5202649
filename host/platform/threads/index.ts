export type { JobLimits, JobOutcome, Jobs } from "./job.ts";
export { answerJob, noteProgress, takeJob } from "./job.ts";
export { JobThreads } from "./job-threads.ts";
export type { Thread, ThreadLimits } from "./thread.ts";
export { idle, received, reportReady, startThread, threadInput, wakeStarter } from "./thread.ts";
