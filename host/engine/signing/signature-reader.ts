import { SignatureCursor } from "./signature-cursor.ts";
import type { HashSet, SignatureRecord } from "./signature-layout.ts";
import {
  ALGORITHM_ED25519,
  CONTENT_MODULE,
  HASH_BYTES,
  HASH_SHA256,
  SIGNATURE_BYTES,
  signatureLimits,
  SPECIFICATION,
} from "./signature-layout.ts";

/**
 * Reads the DATA of a signature section that lies from `start` to `end` in a module: every set, with nothing left over, nothing repeated and
 * every number in its shortest form. Nothing in it is proven by that. Throws EngineError with a SANDPIT_SIGNATURE_ code.
 */
export function readSignatureData(bytes: Uint8Array, start: number, end: number): HashSet[] {
  const data = new SignatureCursor(bytes, start, end);
  expectByte(data, SPECIFICATION, "the specification");
  expectByte(data, CONTENT_MODULE, "the kind of content");
  expectByte(data, HASH_SHA256, "the hash function");
  const count = data.count(signatureLimits.sets, "sets of hashes");
  if (count === 0) data.fail("SANDPIT_SIGNATURE_MALFORMED", "it holds no hashes");
  const sets: HashSet[] = [];
  for (let index = 0; index < count; index++) {
    const set = data.element();
    const read = readSet(set);
    if (sets.some(({ hashes }) => sameHashes(hashes, read.hashes)))
      set.fail("SANDPIT_SIGNATURE_DUPLICATE", "a set of hashes is repeated");
    sets.push(read);
  }
  data.close("the last set");
  return sets;
}

function readSet(set: SignatureCursor): HashSet {
  const hashCount = set.count(signatureLimits.hashes, "hashes");
  const hashes: Uint8Array[] = [];
  for (let index = 0; index < hashCount; index++) hashes.push(set.take(HASH_BYTES));
  const signatureCount = set.count(signatureLimits.signatures, "signatures");
  if (signatureCount === 0) set.fail("SANDPIT_SIGNATURE_MALFORMED", "a set of hashes has no signature");
  const signatures: SignatureRecord[] = [];
  for (let index = 0; index < signatureCount; index++) {
    const record = set.element();
    const read = readRecord(record);
    if (signatures.some((other) => isRepeated(other, read)))
      record.fail("SANDPIT_SIGNATURE_DUPLICATE", "a signature or the id of its key is repeated");
    signatures.push(read);
  }
  set.close("the last signature");
  return { hashes, signatures };
}

function readRecord(record: SignatureCursor): SignatureRecord {
  const idLength = record.count(signatureLimits.keyIdBytes, "bytes of key id");
  const keyId = Buffer.from(record.take(idLength)).toString("hex");
  expectByte(record, ALGORITHM_ED25519, "the algorithm");
  const start = record.position;
  if (record.u32() !== SIGNATURE_BYTES)
    record.fail("SANDPIT_SIGNATURE_MALFORMED", `an Ed25519 signature has ${SIGNATURE_BYTES} bytes`, start);
  const signature = record.take(SIGNATURE_BYTES);
  record.close("a signature");
  return { keyId, signature };
}

function expectByte(cursor: SignatureCursor, expected: number, what: string): void {
  const start = cursor.position;
  const found = cursor.byte();
  if (found === expected) return;
  cursor.fail(
    "SANDPIT_SIGNATURE_UNSUPPORTED",
    `${what} has the number ${found}, the only one is ${expected}`,
    start,
  );
}

function isRepeated(a: SignatureRecord, b: SignatureRecord): boolean {
  return (a.keyId !== "" && a.keyId === b.keyId) || Buffer.compare(a.signature, b.signature) === 0;
}

function sameHashes(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return (
    a.length === b.length &&
    a.every((hash, index) => Buffer.compare(hash, b[index] ?? new Uint8Array(0)) === 0)
  );
}
