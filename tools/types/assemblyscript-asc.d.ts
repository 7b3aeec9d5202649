/**
 * The part of the AssemblyScript compiler's API that this repository calls. The package's own declarations bring the
 * globals of AssemblyScript into the whole program, where `[].at(0)` can then never be undefined.
 */
export interface Stream {
  toString(): string;
}

/** A part of the syntax tree, with what the plugin build looks at: which of it is there depends on the kind of node. */
export interface SyntaxNode {
  /** Offsets in the source's text; `end` is behind the last character. */
  readonly range: { readonly start: number; readonly end: number };
  readonly name?: { readonly text: string };
  /** Of functions and methods. */
  readonly signature?: object;
  readonly body?: object | null;
  /** Of classes, interfaces and namespaces. */
  readonly members?: readonly SyntaxNode[];
  /** Of `export default`. */
  readonly declaration?: SyntaxNode;
}

export interface ParsedSource {
  readonly normalizedPath: string;
  readonly statements: readonly SyntaxNode[];
  /** From 1. */
  lineAt(position: number): number;
  /** From 1, of the position that `lineAt` was asked for last. */
  columnAt(): number;
}

export interface Parser {
  readonly sources: readonly ParsedSource[];
}

/** What is called between the steps of a compilation. */
export interface Transform {
  afterParse?(parser: Parser): void;
}

export interface CompilerHost {
  /** Text of a file, or null where there is none. */
  readFile(name: string, baseDirectory: string): string | null;
  writeFile(name: string, contents: Uint8Array | string, baseDirectory: string): void;
  listFiles(directory: string, baseDirectory: string): string[] | null;
  readonly transforms?: readonly Transform[];
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
