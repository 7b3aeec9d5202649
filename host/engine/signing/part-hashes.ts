import { createHash } from "node:crypto";
import { EngineError } from "../engine-error.ts";
import { SectionId } from "../wasm/section-id.ts";
import type { WasmSection } from "../wasm/wasm-module.ts";
import { DELIMITER_BYTES, DELIMITER_SECTION, HEADER_BYTES, SIGNATURE_SECTION } from "./signature-layout.ts";

/** Sections of a module, as the engine's own reader found them: signature and engine see the same module. */
export interface SectionedModule {
  readonly bytes: Uint8Array;
  readonly sections: readonly WasmSection[];
}

/**
 * The hashes that a signature has to carry, over the bytes as they stand in the file: one at each delimiter and one at the end, each of
 * everything since the signature section. A module has at most 64 custom sections, and so at most 65 parts. Throws
 * SANDPIT_SIGNATURE_MALFORMED for a delimiter of another form.
 */
export function partHashes(module: SectionedModule): Uint8Array[] {
  const { bytes, sections } = module;
  const rolling = createHash("sha256");
  const hashes: Uint8Array[] = [];
  let covered = isNamed(sections[0], SIGNATURE_SECTION) ? (sections[0]?.endOffset ?? 0) : HEADER_BYTES;
  for (const section of sections) {
    if (!isNamed(section, DELIMITER_SECTION)) continue;
    if (section.endOffset - section.payloadOffset !== DELIMITER_BYTES)
      refuse(`a delimiter has not ${DELIMITER_BYTES} bytes`, section);
    rolling.update(bytes.subarray(covered, section.endOffset));
    covered = section.endOffset;
    hashes.push(rolling.copy().digest());
  }
  // What follows the last delimiter is a part of its own, and without a delimiter the whole module is one.
  if (hashes.length === 0 || covered !== bytes.length)
    hashes.push(rolling.update(bytes.subarray(covered)).digest());
  return hashes;
}

/** Whether a section is the custom section of that name. */
export function isNamed(section: WasmSection | undefined, name: string): boolean {
  return section?.id === SectionId.CUSTOM && section.name === name;
}

function refuse(text: string, section: WasmSection): never {
  throw new EngineError(
    "SANDPIT_SIGNATURE_MALFORMED",
    `the parts of the module are refused: ${text}. Build and sign it again`,
    { section: DELIMITER_SECTION, offsetBytes: section.startOffset },
  );
}
