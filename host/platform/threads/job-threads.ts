import { Worker } from "node:worker_threads";
import type { JobLimits, JobMessage, JobOutcome, Jobs } from "./job.ts";
import { WAITS } from "./job.ts";

/** A job that says more than this on its way is broken. */
const NOTES_MAX = 256;
const THREADS_MAX = 2;
/** A module of many nested blocks needs more stack to compile than to run; Node's own default is as much. */
const STACK_MIB = 4;
const YOUNG_MIB = 32;
const REASON_MAX = 500;

/** A thread that waits for its job. */
interface Spare {
  readonly entry: string;
  readonly heapMiB: number;
  readonly worker: Worker;
}

/**
 * A thread for each job. A thread that is told to end counts until it has ended: V8 finishes a compilation that it has begun, and a
 * caller that tries again and again must not fill the machine with them.
 */
export class JobThreads implements Jobs {
  readonly #threadsMax: number;
  #alive = 0;
  #spare: Spare | null = null;

  constructor(threadsMax: number = THREADS_MAX) {
    this.#threadsMax = threadsMax;
  }

  /** Threads with a job that have not ended yet, those that were told to among them. */
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
      const worker = this.#prepared(entry, input, limits) ?? start(entry, input, limits.heapMiB);
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

  prepare(entry: URL, heapMiB: number): void {
    if (this.#spare !== null) return;
    const worker = start(entry, WAITS, heapMiB);
    if (typeof worker === "string") return;
    const spare = { entry: entry.href, heapMiB, worker };
    this.#spare = spare;
    const lose = (): void => {
      if (this.#spare === spare) this.#spare = null;
    };
    // One that ends while it waits is missed by nobody: the next job has a thread of its own.
    worker.on("error", lose).once("exit", lose);
    // Nor does a process wait for it.
    worker.unref();
  }

  /** The thread that waits, with its input; why it cannot be given that; null where none waits for such a job. */
  #prepared(entry: URL, input: unknown, { heapMiB }: JobLimits): Worker | string | null {
    const spare = this.#spare;
    if (spare?.entry !== entry.href || spare.heapMiB !== heapMiB) return null;
    try {
      spare.worker.postMessage(input);
    } catch (error) {
      return reasonOf(error);
    }
    this.#spare = null;
    spare.worker.ref();
    return spare.worker;
  }
}

/** The thread, or why there is none. */
function start(entry: URL, input: unknown, heapMiB: number): Worker | string {
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
