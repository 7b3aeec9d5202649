import type { Thread } from "../../platform/threads/index.ts";
import { startThread } from "../../platform/threads/index.ts";
import type { WorkerInput } from "./open-worker.ts";

/** JavaScript's heap of a plugin's thread; the plugin itself lives in a memory of its own. */
const HEAP_MIB = 64;

/** Starts a plugin's thread. Throws where no thread can be had. */
export function startWorker(input: WorkerInput, wake: () => void): Thread {
  return startThread(new URL("./plugin-thread.ts", import.meta.url), input, wake, { heapMiB: HEAP_MIB });
}
