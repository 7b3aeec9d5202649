import { parentPort } from "node:worker_threads";

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
   * Runs the module `entry`, which reads its input with `threadInput` and ends with `answerJob`. `onNote` is given what it says in between.
   * Always settles, at the deadline at the latest, and never rejects.
   */
  run(entry: URL, input: unknown, limits: JobLimits, onNote?: (note: unknown) => void): Promise<JobOutcome>;
}

/** What passes from a job to its starter. */
export type JobMessage =
  | { readonly kind: "note"; readonly value: unknown }
  | { readonly kind: "answer"; readonly value: unknown };

/** Within a job: how far it is, so that its starter knows in what it hung. */
export function noteProgress(value: unknown): void {
  parentPort?.postMessage({ kind: "note", value } satisfies JobMessage);
}

/** Within a job: the result. What it holds is copied. */
export function answerJob(value: unknown): void {
  parentPort?.postMessage({ kind: "answer", value } satisfies JobMessage);
}
