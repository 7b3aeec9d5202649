/** What a program that stays may use. */
export interface ResidentLimits {
  /** JavaScript's heap, in MiB. */
  readonly heapMiB: number;
  /** Files, and folders with a slash at their end, that it may read. */
  readonly readable: readonly URL[];
  /** Likewise, that it may write. */
  readonly writable: readonly URL[];
  /** Whether it may start processes, which no permission of Node's holds. */
  readonly startsProcesses: boolean;
  /** Variables that move into its environment and are gone from this process's afterwards: it gets them at the first start only. */
  readonly moved: readonly string[];
  /** Variables that are copied into its environment. */
  readonly copied: readonly string[];
}

/** What a program tells its starter. Calls come one at a time, never from within `start`, `send` or `kill`. */
export interface ResidentListener {
  onBytes(bytes: Uint8Array): void;
  /** It has ended, for whatever reason; nothing comes after it. */
  onEnd(reason: string): void;
}

export interface ResidentProgram {
  readonly pid: number | undefined;
  /** Copied before the call returns. False when it does not read what it was sent before. */
  send(bytes: Uint8Array): boolean;
  /** Ends it at once; `onEnd` follows. */
  kill(): void;
}

/** Runs programs that answer for as long as their starter lives, each in a process of its own. */
export interface ResidentPrograms {
  /** Runs the module `entry`, which opens its end of the line with `openParentLine`. Never throws: what cannot be started ends. */
  start(entry: URL, limits: ResidentLimits, listener: ResidentListener): ResidentProgram;
}
