import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

/** A running thread. */
export interface Thread {
  /** Settles when the thread said it is ready; rejects when it ended before. */
  readonly ready: Promise<void>;
  /** Settles when the thread has ended by itself or was terminated; rejects with what it threw. */
  readonly ended: Promise<void>;
  terminate(): Promise<void>;
}

/** Starts the module `entry` on a thread of its own. `input` is copied, but for SharedArrayBuffers, which are shared. */
export function startThread(entry: URL, input: unknown): Thread {
  const worker = new Worker(entry, { workerData: input });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
  const ready = new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    ended.then(
      () => reject(new Error(`threads: ${entry.pathname} ended before it was ready; see its own report`)),
      reject,
    );
  });
  // Both are reported to whoever awaits them; a host that awaits only one must not die of the other.
  ready.catch(() => undefined);
  ended.catch(() => undefined);
  return {
    ready,
    ended,
    terminate: async () => {
      await worker.terminate();
    },
  };
}

/** What the thread was started with. Throws on the main thread. */
export function threadInput(): unknown {
  if (isMainThread) throw new Error("threads: this module is a thread's entry; start it with startThread");
  return workerData;
}

/** Tells the starter that this thread is ready. */
export function reportReady(): void {
  parentPort?.postMessage("ready");
}

/** Sleeps until the word is no longer `seen` and somebody notifies, or for `timeoutMs`. */
export function idle(control: Int32Array, word: number, seen: number, timeoutMs: number): void {
  Atomics.wait(control, word, seen, timeoutMs);
}
