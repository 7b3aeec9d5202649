import { isMainThread, parentPort, workerData } from "node:worker_threads";

/** What a job may use before it is ended from outside. */
export interface JobLimits {
  /** From the start of its thread, in milliseconds. */
  readonly deadlineMs: number;
  /** JavaScript's heap, in MiB. WebAssembly's memories are not in it: whoever makes them caps them. */
  readonly heapMiB: number;
}

/**
 * | state    | what happened                                           |
 * |----------|---------------------------------------------------------|
 * | answered | the job said `answer`; nothing about it is known         |
 * | overdue  | the deadline passed and the thread was told to end       |
 * | died     | the thread ended by itself, without an answer            |
 * | busy     | as many threads as may run are running; nothing was done |
 */
export type JobOutcome =
  | { readonly state: "answered"; readonly answer: unknown }
  | { readonly state: "overdue" }
  | { readonly state: "died"; readonly reason: string }
  | { readonly state: "busy" };

/** Runs work that may hang or die on threads that can be ended. */
export interface Jobs {
  /**
   * Runs the module `entry`, which takes its input with `takeJob` and ends with `answerJob`. `onNote` is given what it says in between.
   * Always settles, at the deadline at the latest, and never rejects.
   */
  run(entry: URL, input: unknown, limits: JobLimits, onNote?: (note: unknown) => void): Promise<JobOutcome>;
  /**
   * Starts a thread that has loaded `entry` and waits: the next job of that entry and heap begins at once instead of some 300 ms later. It is for one job
   * like any other thread, and has seen nothing of one before. One waits at a time.
   */
  prepare(entry: URL, heapMiB: number): void;
}

/** What passes from a job to its starter. */
export type JobMessage =
  | { readonly kind: "note"; readonly value: unknown }
  | { readonly kind: "answer"; readonly value: unknown };

/** Within a job: begins the work once the input is there, which is at once unless the thread was made beforehand. Throws on the main thread. */
export function takeJob(work: (input: unknown) => void): void {
  if (isMainThread) throw new Error("threads: this module is a job's entry; run it with Jobs");
  if (workerData !== WAITS) work(workerData);
  else parentPort?.once("message", work);
}

/** In place of its input: the thread is made beforehand, and is sent it. */
export const WAITS = "sandpit: the input is sent";

/** Within a job: how far it is, so that its starter knows in what it hung. */
export function noteProgress(value: unknown): void {
  parentPort?.postMessage({ kind: "note", value } satisfies JobMessage);
}

/** Within a job: the result. What it holds is copied. */
export function answerJob(value: unknown): void {
  parentPort?.postMessage({ kind: "answer", value } satisfies JobMessage);
}
