import { Worker } from "node:worker_threads";
import type { JobLimits, JobMessage, JobOutcome, Jobs } from "./job.ts";

/** A job that says more than this on its way is broken. */
const NOTES_MAX = 256;
const THREADS_MAX = 2;
/** A module of many nested blocks needs more stack to compile than to run; Node's own default is as much. */
const STACK_MIB = 4;
const YOUNG_MIB = 32;
const REASON_MAX = 500;

/**
 * A thread for each job. A thread that is told to end counts until it has ended: V8 finishes a compilation that it has begun, and a
 * caller that tries again and again must not fill the machine with them.
 */
export class JobThreads implements Jobs {
  readonly #threadsMax: number;
  #alive = 0;

  constructor(threadsMax: number = THREADS_MAX) {
    this.#threadsMax = threadsMax;
  }

  /** Threads that have not ended yet, those that were told to among them. */
  get aliveCount(): number {
    return this.#alive;
  }

  run(
    entry: URL,
    input: unknown,
    limits: JobLimits,
    onNote: (note: unknown) => void = () => undefined,
  ): Promise<JobOutcome> {
    if (this.#alive >= this.#threadsMax) return Promise.resolve({ state: "busy" });
    return new Promise((resolve) => {
      const worker = start(entry, input, limits);
      if (typeof worker === "string") {
        resolve({ state: "died", reason: worker });
        return;
      }
      this.#alive += 1;
      const settle = (outcome: JobOutcome): void => {
        clearTimeout(deadline);
        worker.removeAllListeners("message");
        resolve(outcome);
        // Not awaited: it may take as long as the compilation that it is in.
        void worker.terminate();
      };
      const deadline = setTimeout(() => settle({ state: "overdue" }), limits.deadlineMs);
      listen(worker, settle, onNote);
      worker.once("exit", () => {
        this.#alive -= 1;
      });
    });
  }
}

/** The thread, or why there is none. */
function start(entry: URL, input: unknown, { heapMiB }: JobLimits): Worker | string {
  try {
    return new Worker(entry, {
      workerData: input,
      resourceLimits: {
        maxOldGenerationSizeMb: heapMiB,
        maxYoungGenerationSizeMb: YOUNG_MIB,
        stackSizeMb: STACK_MIB,
      },
    });
  } catch (error) {
    return reasonOf(error);
  }
}

function listen(
  worker: Worker,
  settle: (outcome: JobOutcome) => void,
  onNote: (note: unknown) => void,
): void {
  let notes = 0;
  worker.on("message", (message: unknown) => {
    if (!isMessage(message)) settle({ state: "died", reason: "it said something that is no answer" });
    else if (message.kind === "answer") settle({ state: "answered", answer: message.value });
    else if (++notes > NOTES_MAX) settle({ state: "died", reason: `it made more than ${NOTES_MAX} notes` });
    else onNote(message.value);
  });
  worker.once("error", (error: unknown) => settle({ state: "died", reason: reasonOf(error) }));
  worker.once("messageerror", () => settle({ state: "died", reason: "its answer cannot be read" }));
  worker.once("exit", (code) =>
    settle({ state: "died", reason: `it ended with status ${code} before it answered` }),
  );
}

function isMessage(message: unknown): message is JobMessage {
  if (typeof message !== "object" || message === null || !("kind" in message)) return false;
  return (message.kind === "note" || message.kind === "answer") && "value" in message;
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, REASON_MAX);
}
