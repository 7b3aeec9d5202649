import { createHash } from "node:crypto";
import type { FunctionRange, SourceMapFile } from "../../host/engine/index.ts";

/** The compiler sees the plugin kit as a library of that name; it lies in this repository. */
const KIT_AS_LIBRARY = /^~lib\/(?=abi\/assembly\/)/;

const CODE_SECTION = 10;
const HEADER_BYTES = 8;

interface CompilerMap {
  readonly sources: string[];
  readonly names: string[];
  readonly mappings: string;
}

/**
 * The compiler's source map as the host keeps it (host/engine/source-map-file.ts has the form): source paths from the repository's root,
 * the sources' texts left out, the code named that it belongs to, and the functions of the sources that occur.
 */
export function hostSourceMap(
  compilerMap: string,
  wasm: Uint8Array,
  functions: ReadonlyMap<string, readonly FunctionRange[]>,
): string {
  const { sources, names, mappings } = JSON.parse(compilerMap) as CompilerMap;
  const code = codePayload(wasm);
  const known = sources.flatMap((source) => {
    const ranges = functions.get(source);
    return ranges === undefined ? [] : [[pathOf(source), ranges] as const];
  });
  const map: SourceMapFile = {
    version: 3,
    sources: sources.map(pathOf),
    names,
    mappings,
    x_sandpit: {
      codeOffset: code.byteOffset - wasm.byteOffset,
      codeSha256: createHash("sha256").update(code).digest("hex"),
      functions: Object.fromEntries(known),
    },
  };
  return JSON.stringify(map);
}

function pathOf(source: string): string {
  return source.replace(KIT_AS_LIBRARY, "");
}

/** The payload of the code section: a section is its id, the length of its payload as LEB128, and the payload. */
function codePayload(wasm: Uint8Array): Uint8Array {
  let at = HEADER_BYTES;
  while (at < wasm.length) {
    const id = wasm[at];
    let length = 0;
    let shift = 0;
    let byte: number;
    do {
      at += 1;
      byte = wasm[at] ?? 0;
      length += (byte & 0x7f) * 2 ** shift;
      shift += 7;
    } while (byte >= 0x80);
    at += 1;
    if (id === CODE_SECTION) return wasm.subarray(at, at + length);
    at += length;
  }
  throw new Error("the compiled module has no code section");
}
