import { z } from "zod";

/** A function in a source file, lines and columns from 1, both ends included. Of nested ones the outer stands first. */
export type FunctionRange = readonly [
  startLine: number,
  startColumn: number,
  endLine: number,
  endColumn: number,
  name: string,
];

/**
 * What the plugin build writes beside a module: a source map of version 3 over the module's bytes, which are its one line, and under
 * `x_sandpit` what a source map has no place for. It is kept by the host and never part of the module.
 */
export interface SourceMapFile {
  readonly version: 3;
  readonly sources: string[];
  readonly names: string[];
  readonly mappings: string;
  readonly x_sandpit: {
    /** Where the code section's payload began in the module as built. */
    readonly codeOffset: number;
    /** SHA-256 of that payload, in hexadecimal: a map is used for that very code alone. */
    readonly codeSha256: string;
    /** By source. */
    readonly functions: Readonly<Record<string, readonly FunctionRange[]>>;
  };
}

/** The largest map of a bundled plugin has some 80,000 bytes. */
export const SOURCE_MAP_UNITS_MAX = 16_777_216;

const count = z.number().int().nonnegative();

const shape = z.object({
  version: z.literal(3),
  sources: z.array(z.string()),
  names: z.array(z.string()),
  mappings: z.string(),
  x_sandpit: z.object({
    codeOffset: count,
    codeSha256: z.string().regex(/^[0-9a-f]{64}$/),
    functions: z.record(z.string(), z.array(z.tuple([count, count, count, count, z.string()]))),
  }),
});

/** Reads a map. Null for anything else: a plugin without a map runs as well, and its traps are told by the module's bytes. */
export function parseSourceMap(text: string): SourceMapFile | null {
  if (text.length > SOURCE_MAP_UNITS_MAX) return null;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = shape.safeParse(content);
  return parsed.success ? parsed.data : null;
}
