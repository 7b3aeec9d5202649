/** What a program may use before it is killed. */
export interface ProgramLimits {
  /** From its start, in milliseconds. */
  readonly deadlineMs: number;
  /** JavaScript's heap, in MiB. */
  readonly heapMiB: number;
  /** The longest answer, in bytes. */
  readonly answerBytesMax: number;
  /** Files and folders that it may read beside `entry`; what a native module reads is not held by this. */
  readonly readable: readonly URL[];
  /** Whether it may load native modules, which no permission of Node's holds. */
  readonly allowsNativeModules: boolean;
}

/**
 * | state    | what happened                                                  |
 * |----------|-----------------------------------------------------------------|
 * | answered | the program ended with status 0; its answer is what it wrote    |
 * | overdue  | the deadline passed and it was killed                           |
 * | died     | it could not be started, ended otherwise, or answered too much  |
 */
export type ProgramOutcome =
  | { readonly state: "answered"; readonly answer: string }
  | { readonly state: "overdue" }
  | { readonly state: "died"; readonly reason: string };

/** Runs code that may take its whole process with it, in a process of its own. */
export interface Programs {
  /**
   * Runs the module `entry`, which reads its input with `programInput` and ends with `answerProgram`. Blocks the calling thread until the program has ended,
   * at the deadline at the latest: not for a thread that trades. Never throws.
   */
  run(entry: URL, input: string, limits: ProgramLimits): ProgramOutcome;
}
