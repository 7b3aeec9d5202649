import type { Thread } from "../platform/threads/index.ts";
import { startThread } from "../platform/threads/index.ts";
import type { BackgroundSync } from "./background-sync.ts";
import { SyncWord } from "./sync-server.ts";

/** What the sync thread is started with. */
export interface SyncThreadInput {
  readonly control: SharedArrayBuffer;
  readonly directory: string;
  /** Index of the session's first segment. */
  readonly segmentIndex: number;
}

/** The trading thread's end of a sync thread. Neither call waits or wakes. */
export class SyncClient implements BackgroundSync {
  readonly #words: Int32Array;

  constructor(control: SharedArrayBuffer) {
    this.#words = new Int32Array(control);
  }

  request(ticket: number, segmentIndex: number): void {
    // The segment before the ticket: the server reads them in the other order.
    Atomics.store(this.#words, SyncWord.SEGMENT, segmentIndex);
    Atomics.store(this.#words, SyncWord.REQUEST, ticket);
  }

  completed(): number {
    return Atomics.load(this.#words, SyncWord.DONE);
  }

  /** Lets the thread end. */
  stop(): void {
    Atomics.store(this.#words, SyncWord.STOP, 1);
  }
}

/** Starts a thread that syncs the segments of `directory` from `segmentIndex` on, in the real file system. */
export function startSyncThread(
  directory: string,
  segmentIndex: number,
): { readonly client: SyncClient; readonly thread: Thread } {
  const control = new SharedArrayBuffer(256);
  const input: SyncThreadInput = { control, directory, segmentIndex };
  return {
    client: new SyncClient(control),
    thread: startThread(new URL("./sync-thread.ts", import.meta.url), input),
  };
}
