/**
 * The part of the AssemblyScript compiler's API that this repository calls. The package's own declarations bring the
 * globals of AssemblyScript into the whole program, where `[].at(0)` can then never be undefined.
 */
export interface Stream {
  toString(): string;
}

export interface CompilerHost {
  /** Text of a file, or null where there is none. */
  readFile(name: string, baseDirectory: string): string | null;
  writeFile(name: string, contents: Uint8Array | string, baseDirectory: string): void;
  listFiles(directory: string, baseDirectory: string): string[] | null;
}

export interface CompilerResult {
  readonly error: Error | null;
  readonly stdout: Stream;
  readonly stderr: Stream;
}

declare const asc: {
  readonly version: string;
  main(argv: readonly string[], host: CompilerHost): Promise<CompilerResult>;
};

export default asc;
