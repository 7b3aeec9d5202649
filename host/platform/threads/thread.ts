import { Worker, isMainThread, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";

const READY = "ready";
const WAKE = "wake";

/** A running thread. */
export interface Thread {
  /** Settles when the thread said it is ready; rejects when it ended before. */
  readonly ready: Promise<void>;
  /** Settles when the thread has ended by itself or was terminated; rejects with what it threw. */
  readonly ended: Promise<void>;
  /** Lays a value down for the thread, copied as `input` is: it finds it with `received` when it looks. */
  post(value: unknown): void;
  terminate(): Promise<void>;
}

/** What a thread may use. */
export interface ThreadLimits {
  /** JavaScript's heap, in MiB. WebAssembly's memories are not in it: whoever makes them caps them. */
  readonly heapMiB: number;
}

/**
 * Starts the module `entry` on a thread of its own. `input` is copied, but for SharedArrayBuffers, which are shared. `onWake` is called for each
 * `wakeStarter` of the thread.
 */
export function startThread(
  entry: URL,
  input: unknown,
  onWake: () => void = () => undefined,
  limits: ThreadLimits | null = null,
): Thread {
  const resourceLimits = limits === null ? {} : { maxOldGenerationSizeMb: limits.heapMiB };
  const worker = new Worker(entry, { workerData: input, resourceLimits });
  worker.on("message", (message: unknown) => {
    if (message === WAKE) onWake();
  });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
  const ready = new Promise<void>((resolve, reject) => {
    worker.on("message", (message: unknown) => {
      if (message === READY) resolve();
    });
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
    post: (value) => worker.postMessage(value),
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
  parentPort?.postMessage(READY);
}

/** Calls the starter's `onWake` from its event loop. Costs this thread some microseconds. */
export function wakeStarter(): void {
  parentPort?.postMessage(WAKE);
}

/** On a thread that never returns to its event loop: the oldest value that was posted to it; undefined where there is none. */
export function received(): unknown {
  if (parentPort === null) return undefined;
  const found: { readonly message: unknown } | undefined = receiveMessageOnPort(parentPort);
  return found?.message;
}

/** Sleeps until the word is no longer `seen` and somebody notifies, or for `timeoutMs`. */
export function idle(control: Int32Array, word: number, seen: number, timeoutMs: number): void {
  Atomics.wait(control, word, seen, timeoutMs);
}
