import type { SourceManifest } from "./plugin-source.ts";

/** The module that is compiled: the author's, and the exports that the host calls. `snapshot` and `restore` where the manifest has `state`. */
export function entryModule({ kind, state }: SourceManifest, index: string): string {
  const lines = [`import "./${index}";`, `export { handle } from "abi/assembly/${kind}";`];
  if (state !== undefined)
    lines.push(
      'import { readState, writeState } from "abi/assembly/state";',
      `const restores: StaticArray<u32> = [${state.restores.map(whole).join(", ")}];`,
      `export function snapshot(): i32 { return writeState(${whole(state.version)}); }`,
      "export function restore(lengthBytes: u32): i32 { return readState(lengthBytes, restores); }",
    );
  return `${lines.join("\n")}\n`;
}

/** It becomes part of a source text. */
function whole(version: number): string {
  if (!Number.isInteger(version) || version < 0 || version > 0x7fff_ffff)
    throw new Error(
      `manifest: "${version}" is no version of a state; use a whole number from 0 to 2147483647`,
    );
  return String(version);
}
