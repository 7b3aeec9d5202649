import { ByteWriter } from "../wasm/byte-writer.ts";
import type { HashSet, SignatureRecord } from "./signature-layout.ts";
import {
  ALGORITHM_ED25519,
  CONTENT_MODULE,
  HASH_SHA256,
  SIGNATURE_SECTION,
  SPECIFICATION,
} from "./signature-layout.ts";

/** The whole signature section of these sets, its id and length included. */
export function signatureSection(sets: readonly HashSet[]): Uint8Array {
  const body = new ByteWriter();
  body.name(SIGNATURE_SECTION);
  body.raw(signatureData(sets));
  const section = new ByteWriter();
  section.byte(0);
  element(section, body);
  return section.toBytes();
}

/** The DATA of a signature section: what stands after the section's name. */
export function signatureData(sets: readonly HashSet[]): Uint8Array {
  const data = new ByteWriter();
  data.byte(SPECIFICATION);
  data.byte(CONTENT_MODULE);
  data.byte(HASH_SHA256);
  data.u32(sets.length);
  for (const { hashes, signatures } of sets) {
    const set = new ByteWriter();
    set.u32(hashes.length);
    for (const hash of hashes) set.raw(hash);
    set.u32(signatures.length);
    for (const record of signatures) element(set, recordOf(record));
    element(data, set);
  }
  return data.toBytes();
}

function recordOf({ keyId, signature }: SignatureRecord): ByteWriter {
  const id = Buffer.from(keyId, "hex");
  const record = new ByteWriter();
  record.u32(id.length);
  record.raw(id);
  record.byte(ALGORITHM_ED25519);
  record.u32(signature.length);
  record.raw(signature);
  return record;
}

/** An element with its length before it. */
function element(out: ByteWriter, content: ByteWriter): void {
  out.u32(content.length);
  out.raw(content.view());
}
