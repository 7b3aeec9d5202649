import { idle, received, reportReady, threadInput, wakeStarter } from "../../platform/threads/index.ts";
import { ChannelWord, CONTROL_WORDS } from "./channel-layout.ts";
import type { WorkerInput } from "./open-worker.ts";
import { openWorker } from "./open-worker.ts";

// The trading thread wakes nobody, since a wake-up costs it 5 µs: this thread looks for itself, for some 50 µs without a pause and then each millisecond.
const LOOKS_MAX = 400;
const IDLE_MS = 1;

/** Entry of a plugin's thread: pumps its worker until the plugin fails, or the thread is ended from outside. */
function main(input: WorkerInput): void {
  const control = new Int32Array(input.memory, 0, CONTROL_WORDS);
  const worker = openWorker(input, wakeStarter, received);
  reportReady();
  let looks = 0;
  while (!worker.isFinished) {
    const head = Atomics.load(control, ChannelWord.INPUT_HEAD);
    if (worker.pump() > 0) looks = 0;
    else if (++looks > LOOKS_MAX) idle(control, ChannelWord.INPUT_HEAD, head, IDLE_MS);
  }
}

main(threadInput() as WorkerInput);
