import { startThread } from "../../platform/threads/index.ts";
import { CheckChannel } from "./check-channel.ts";
import { LaneSnapshot } from "./lane-snapshot.ts";
import type { CheckerListener, CheckerStart, PositionChecker } from "./position-checker.ts";

/** The fold keeps sums, not fills: it needs no more at the end of a day than at its beginning. */
const HEAP_MIB = 64;

/** What the thread is started with. */
export interface CheckThreadInput extends CheckerStart {
  readonly channel: SharedArrayBuffer;
  /** The snapshot's. */
  readonly cells: SharedArrayBuffer;
}

/** A checker on a thread of its own, which reads the journal's files in the real file system. Throws where no thread can be had. */
export function threadedChecker(given: CheckerStart, listener: CheckerListener): PositionChecker {
  const channel = new CheckChannel();
  const cells = new SharedArrayBuffer(LaneSnapshot.bytesOf(given.shape));
  const input: CheckThreadInput = { ...given, channel: channel.buffer, cells };
  let isStopped = false;
  const entry = new URL("./check-thread.ts", import.meta.url);
  const onWake = (): void => {
    if (!isStopped) listener.onAnswer(channel.read());
  };
  const thread = startThread(entry, input, onWake, { heapMiB: HEAP_MIB });
  const onEnd = (reason: string): void => {
    if (!isStopped) listener.onLost(reason);
    isStopped = true;
  };
  const ended = thread.ended.then(
    () => onEnd("it ended"),
    (error: unknown) => onEnd(error instanceof Error ? error.message : String(error)),
  );
  return {
    snapshot: new LaneSnapshot(given.shape, cells),
    ask: () => channel.ask(),
    // It ends by itself, within a look or a record: one that is ended from outside while it begins to wait may never be gone.
    stop: () => {
      isStopped = true;
      channel.end();
      return ended;
    },
  };
}
