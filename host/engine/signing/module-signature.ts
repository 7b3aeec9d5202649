import { EngineError } from "../engine-error.ts";
import type { EngineErrorCode } from "../engine-error.ts";
import { ByteWriter } from "../wasm/byte-writer.ts";
import { readSections } from "../wasm/module-reader.ts";
import type { WasmSection } from "../wasm/wasm-module.ts";
import type { SectionedModule } from "./part-hashes.ts";
import { isNamed, partHashes } from "./part-hashes.ts";
import type { HashSet, SignatureRecord } from "./signature-layout.ts";
import { HEADER_BYTES, MESSAGE_PREFIX, SIGNATURE_SECTION } from "./signature-layout.ts";
import { readSignatureData } from "./signature-reader.ts";

/** What a module's bytes say of their signatures. The hashes are the module's own; who signed them is not proven here. */
export interface ModuleSignature extends SectionedModule {
  /** SHA-256 in hexadecimal of everything behind header and signature section: equal for a module and its signed forms. */
  readonly contentSha256: string;
  /** Hashes of the parts, computed from the bytes. */
  readonly hashes: readonly Uint8Array[];
  /** What the signatures sign. */
  readonly message: Buffer;
  /** Empty: the module is unsigned. */
  readonly records: readonly SignatureRecord[];
  /** Where what follows the signature section begins: byte 8 without one. */
  readonly contentOffset: number;
}

/**
 * Reads a module's sections and its signature section and computes the hashes. A signature section must be the only one, the first section,
 * in the shortest form, and must hold the hashes of all parts to the last byte: a signature over some of the parts is refused, not ignored.
 * Throws EngineError.
 */
export function readModuleSignature(bytes: Uint8Array): ModuleSignature {
  const module = { bytes, sections: readSections(bytes) };
  const section = findSection(module);
  const hashes = partHashes(module);
  const records = section === null ? [] : coveringRecords(readSets(module, section), hashes);
  const last = hashes.at(-1) ?? new Uint8Array(0);
  return {
    ...module,
    contentSha256: Buffer.from(last).toString("hex"),
    hashes,
    message: Buffer.concat([MESSAGE_PREFIX, ...hashes]),
    records,
    contentOffset: section?.endOffset ?? HEADER_BYTES,
  };
}

function findSection({ sections }: SectionedModule): WasmSection | null {
  const [found, second] = sections.filter((section) => isNamed(section, SIGNATURE_SECTION));
  if (found === undefined) return null;
  if (second !== undefined)
    refuse("SANDPIT_SIGNATURE_REPEATED", "the module has several sections of that name", second);
  if (found !== sections[0])
    refuse("SANDPIT_SIGNATURE_MISPLACED", "it is not the first section: the sections were reordered", found);
  return found;
}

function readSets({ bytes }: SectionedModule, section: WasmSection): HashSet[] {
  const head = new ByteWriter();
  const name = new ByteWriter();
  name.name(SIGNATURE_SECTION);
  head.byte(0);
  head.u32(name.length + section.endOffset - section.payloadOffset);
  head.raw(name.view());
  if (Buffer.compare(bytes.subarray(section.startOffset, section.payloadOffset), head.view()) !== 0)
    refuse("SANDPIT_SIGNATURE_LENGTH_FORM", "a length before it is longer than it needs to be", section);
  return readSignatureData(bytes, section.payloadOffset, section.endOffset);
}

/** The signatures of the one set that covers the module; any other set refuses it. */
function coveringRecords(
  sets: readonly HashSet[],
  hashes: readonly Uint8Array[],
): readonly SignatureRecord[] {
  const partial = sets.find((set) => set.hashes.length !== hashes.length);
  if (partial !== undefined)
    refuse(
      "SANDPIT_SIGNATURE_PARTIAL",
      `it covers ${partial.hashes.length} parts of a module of ${hashes.length}`,
    );
  for (const set of sets) {
    const differing = set.hashes.findIndex(
      (hash, index) => Buffer.compare(hash, hashes[index] ?? new Uint8Array(0)) !== 0,
    );
    if (differing >= 0)
      refuse(
        "SANDPIT_SIGNATURE_HASH_MISMATCH",
        `part ${differing + 1} of the module is not the one that was signed`,
      );
  }
  return sets.flatMap(({ signatures }) => signatures);
}

function refuse(code: EngineErrorCode, text: string, section?: WasmSection): never {
  const place = { section: SIGNATURE_SECTION };
  throw new EngineError(
    code,
    `the signature is refused: ${text}. Sign the module again`,
    section === undefined ? place : { ...place, offsetBytes: section.startOffset },
  );
}
