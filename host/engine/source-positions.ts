import { SourceMap } from "node:module";
import { printableText } from "./printable-text.ts";
import type { FunctionRange, SourceMapFile } from "./source-map-file.ts";
import type { WasmBody } from "./wasm/wasm-module.ts";

const PLACE_UNITS_MAX = 200;

/** Prefixes of the sources that are not the plugin's own: the compiler's library and the plugin kit. */
const FOREIGN_SOURCES: readonly string[] = ["~lib/", "abi/assembly/"];

/** A place in the AssemblyScript that a module was compiled from. */
export interface SourcePosition {
  /** `plugins/agents/x/index.ts:41:9 in X.onQuote`: line and column count from 1. Printable ASCII. */
  readonly text: string;
  /** False for the compiler's library and the plugin kit. */
  readonly isOwn: boolean;
}

/** Leads from a byte of a loaded module back to its source. Decoded once, when the module is loaded; asked when a plugin has trapped. */
export class SourcePositions {
  readonly #map: SourceMap;
  readonly #functions: Readonly<Record<string, readonly FunctionRange[]>>;
  readonly #shift: number;
  readonly #bodies: readonly WasmBody[];

  /**
   * `codeOffset` is where the code section's payload lies in the loaded module: what stands before it, such as a signature, may have
   * been added after the build.
   */
  constructor(file: SourceMapFile, codeOffset: number, bodies: readonly WasmBody[]) {
    const { version, sources, names, mappings, x_sandpit: own } = file;
    const rest = { file: "", sourcesContent: [], sourceRoot: "" };
    this.#map = new SourceMap({ version, sources, names, mappings, ...rest });
    this.#functions = own.functions;
    this.#shift = own.codeOffset - codeOffset;
    this.#bodies = bodies;
  }

  /** The place of the instruction at a byte offset of the loaded module; null for code that no source line made. */
  find(offsetBytes: number): SourcePosition | null {
    return this.#entryAt(offsetBytes)?.position ?? null;
  }

  /**
   * The last place of the plugin's own source before a byte offset, in the same function of the module; null when there is none. The
   * optimiser inlines: where the instruction itself is of a library, this is the statement that used it, or one beside that.
   */
  findOwnBefore(offsetBytes: number): SourcePosition | null {
    const body = this.#bodies.find(
      ({ codeOffset, endOffset }) => offsetBytes >= codeOffset && offsetBytes < endOffset,
    );
    if (body === undefined) return null;
    for (let at = offsetBytes; at >= body.codeOffset;) {
      const entry = this.#entryAt(at);
      if (entry === null) return null;
      if (entry.offset >= body.codeOffset && entry.position?.isOwn === true) return entry.position;
      at = entry.offset - 1;
    }
    return null;
  }

  /** A place that something else has told, with the function around it. */
  describe(source: string, line: number, column: number): SourcePosition {
    const name = this.#functionAt(source, line, column);
    const place = `${source}:${line}:${column}${name === null ? "" : ` in ${name}`}`;
    const isOwn = !FOREIGN_SOURCES.some((prefix) => source.startsWith(prefix));
    return { text: printableText(place, PLACE_UNITS_MAX), isOwn };
  }

  /** The last mapping at or before an offset; null before the first. */
  #entryAt(
    offsetBytes: number,
  ): { readonly offset: number; readonly position: SourcePosition | null } | null {
    const entry = this.#map.findEntry(0, offsetBytes + this.#shift);
    if (!("generatedColumn" in entry)) return null;
    const { generatedColumn, originalSource, originalLine, originalColumn } = entry;
    const offset = generatedColumn - this.#shift;
    // A mapping without a source ends the one before it.
    if (typeof originalSource !== "string") return { offset, position: null };
    return { offset, position: this.describe(originalSource, originalLine + 1, originalColumn + 1) };
  }

  /** The innermost function around a place: of those that contain it, the one which begins last. */
  #functionAt(source: string, line: number, column: number): string | null {
    const ranges = Object.hasOwn(this.#functions, source) ? this.#functions[source] : undefined;
    let found: string | null = null;
    for (const [startLine, startColumn, endLine, endColumn, name] of ranges ?? []) {
      const hasBegun = line > startLine || (line === startLine && column >= startColumn);
      const hasEnded = line > endLine || (line === endLine && column > endColumn);
      if (hasBegun && !hasEnded) found = name;
    }
    return found;
  }
}
