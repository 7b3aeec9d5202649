declare const fileBrand: unique symbol;
/** An open file of a Disk. */
export type DiskFile = number & { readonly [fileBrand]: true };

/** Answers of the calls that may run on the hot path. All are negative; 0 and above is success. */
export const DiskCode = {
  /** Interrupted, or would block: nothing happened, call again. */
  AGAIN: -1,
  /** No space, or over quota. */
  FULL: -2,
  /** Any other failure. What reached the disk is unknown. */
  FAILED: -3,
} as const;

/** `create`: must not exist, read and append. `append`: must exist, read and append. `read`: must exist, read only. */
export type OpenMode = "create" | "append" | "read";

/** A lock file held by this process. */
export interface DiskLock {
  /** Removes the lock file. */
  release(): void;
}

/**
 * Files, as a journal needs them: synchronous, append only. The calls that run for an order answer with a code; the others throw {@link DiskError}.
 * Data is safe from a power cut after `sync`; a new, renamed or removed name after `syncDirectory`.
 */
export interface Disk {
  open(path: string, mode: OpenMode): DiskFile;
  close(file: DiskFile): void;
  /** Appends up to `lengthBytes` bytes of `source` from `offsetBytes`; answers how many were taken (possibly fewer) or a DiskCode. */
  append(file: DiskFile, source: Uint8Array, offsetBytes: number, lengthBytes: number): number;
  /** Puts the file's data and size on stable storage. Answers 0 or a DiskCode. After a failure the data may be gone: never try again. */
  sync(file: DiskFile): number;
  /** The same while the calling thread goes on: for what can wait, on a thread that cannot. */
  syncBehind(file: DiskFile): Promise<number>;
  /**
   * Gives a file this content whole, or leaves it as it was, whatever fails; on stable storage when the promise resolves, and the calling thread goes on
   * meanwhile. Rejects with {@link DiskError}. One at a time for each path.
   */
  replaceBehind(path: string, content: Uint8Array): Promise<void>;
  /** Reads up to `lengthBytes` at `position`; answers the bytes read (0 at the end) or a DiskCode. */
  readAt(
    file: DiskFile,
    target: Uint8Array,
    offsetBytes: number,
    lengthBytes: number,
    position: number,
  ): number;
  sizeBytes(file: DiskFile): number;
  /** Whether the file still has a name; false after somebody removed it. */
  isLinked(file: DiskFile): boolean;
  /** Shortens a file opened with `append` or `create`. */
  truncate(file: DiskFile, sizeBytes: number): void;
  /** Atomically gives a file another name, replacing what had it. */
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Names in a directory, sorted; empty where there is no such directory. */
  list(directory: string): readonly string[];
  /** Creates a directory and its parents where missing. */
  makeDirectory(directory: string): void;
  syncDirectory(directory: string): void;
  /** Takes an exclusive lock file naming this process. Throws DiskError "LOCKED" while its holder lives; takes over that of a dead one. */
  lock(path: string): DiskLock;
}
