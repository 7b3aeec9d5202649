import { NodeDisk } from "../platform/disk/index.ts";
import { idle, reportReady, threadInput } from "../platform/threads/index.ts";
import { JournalCode } from "./journal-code.ts";
import { JournalError } from "./journal-error.ts";
import { beginSession } from "./open-journal.ts";
import { RingDrain } from "./ring-drain.hot.ts";
import type { JournalThreadInput } from "./open-ring-journal.ts";
import { RING_CONTROL_BYTES, RingWord } from "./ring-layout.ts";

// The trading thread wakes nobody, since a wake-up costs it 5 µs: this thread looks for itself, within a millisecond when idle.
const IDLE_MS = 1;

/** Entry of the journal thread: drains the ring until CLOSE or a failure. */
function main({ ring, directory, identity, recovery, session, options }: JournalThreadInput): void {
  const control = new Int32Array(ring, 0, RING_CONTROL_BYTES / 4);
  try {
    const segments = beginSession(new NodeDisk(), { directory, identity }, { recovery, session, options });
    const drain = new RingDrain(ring, segments, recovery.sequence, options.segmentBytesMax);
    reportReady();
    while (!drain.isFinished) {
      const head = Atomics.load(control, RingWord.HEAD);
      if (drain.pump() === 0) idle(control, RingWord.HEAD, head, IDLE_MS);
    }
    if (drain.isFailed) throw new JournalError("WRITE_FAILED", segments.failure);
  } catch (error) {
    // Whatever ended this thread, the trading thread learns of it at its next commit.
    Atomics.store(control, RingWord.STATE, JournalCode.FAILED);
    throw error;
  }
}

main(threadInput() as JournalThreadInput);
