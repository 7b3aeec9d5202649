import type { Disk } from "../platform/disk/index.ts";
import { JournalCode } from "./journal-code.ts";
import { syncSegment } from "./segment-writer.ts";

/** Words of the memory that a SyncClient and a SyncServer share. DONE holds the last ticket served, or FAILED for ever. */
export const SyncWord = { REQUEST: 0, SEGMENT: 16, DONE: 32, STOP: 48 } as const;

/** Serves sync requests by the names of the segments, so that it needs no file of the writer. */
export class SyncServer {
  isFinished = false;
  failure = "";
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #words: Int32Array;
  #segmentIndex: number;

  constructor(disk: Disk, directory: string, words: Int32Array, segmentIndex: number) {
    this.#disk = disk;
    this.#directory = directory;
    this.#words = words;
    this.#segmentIndex = segmentIndex;
  }

  /** Serves the request that is open, if any. Answers whether there was one. A failure is final; a segment that is gone is one. */
  serve(): boolean {
    const words = this.#words;
    if (Atomics.load(words, SyncWord.STOP) !== 0) this.isFinished = true;
    const request = Atomics.load(words, SyncWord.REQUEST);
    if (this.isFinished || request === Atomics.load(words, SyncWord.DONE)) return false;
    const last = Atomics.load(words, SyncWord.SEGMENT);
    try {
      const isNew = this.#segmentIndex < last;
      for (; this.#segmentIndex < last; this.#segmentIndex++)
        syncSegment(this.#disk, this.#directory, this.#segmentIndex);
      syncSegment(this.#disk, this.#directory, last);
      if (isNew) this.#disk.syncDirectory(this.#directory);
      Atomics.store(words, SyncWord.DONE, request);
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      this.isFinished = true;
      Atomics.store(words, SyncWord.DONE, JournalCode.FAILED);
    }
    return true;
  }
}
