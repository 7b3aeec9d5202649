import { createHmac, createPublicKey, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { EngineError } from "../engine-error.ts";

const KEY_BYTES = 32;
const KEY_ID_BYTES = 12;
/** First byte of a `wasmsign2` public key. */
const PUBLIC_KEY_TAG = 0x01;
/** An Ed25519 SubjectPublicKeyInfo (RFC 8410) up to the key's 32 bytes. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const PEM = /^\s*-----BEGIN PUBLIC KEY-----\s([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/;
const TEXT_MAX = 1_024;

/** The points of small order, sign bit cleared: a signature by one of them fits many messages. */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** An Ed25519 public key. */
export interface PublicKey {
  readonly bytes: Buffer;
  /** First 12 bytes of HMAC-SHA256 with the key's bytes as key over the text "key_id", in hexadecimal. */
  readonly keyId: string;
  readonly key: KeyObject;
}

/**
 * Reads a public key: PEM (SubjectPublicKeyInfo), or the 33 bytes of a `wasmsign2` public key in hexadecimal or base64. Throws
 * SANDPIT_SIGNATURE_KEY_MALFORMED for any other form, algorithm or length, and for points of small order.
 */
export function parsePublicKey(text: string): PublicKey {
  if (text.length > TEXT_MAX) refuse(`it has ${text.length} characters, the limit is ${TEXT_MAX}`);
  const pem = PEM.exec(text)?.[1];
  if (pem !== undefined) return fromSpki(Buffer.from(pem.replaceAll(/\s/g, ""), "base64"));
  const plain = text.trim();
  const bytes = /^[0-9a-f]{66}$/i.test(plain) ? Buffer.from(plain, "hex") : Buffer.from(plain, "base64");
  const isWhole = bytes.toString("hex") === plain.toLowerCase() || bytes.toString("base64") === plain;
  if (!isWhole || bytes.length !== KEY_BYTES + 1 || bytes[0] !== PUBLIC_KEY_TAG)
    refuse("it is neither PEM of a public key nor its 33 bytes in hexadecimal or base64");
  return publicKeyOf(bytes.subarray(1));
}

function fromSpki(der: Buffer): PublicKey {
  const prefix = der.subarray(0, SPKI_PREFIX.length);
  if (der.length !== SPKI_PREFIX.length + KEY_BYTES || !prefix.equals(SPKI_PREFIX))
    refuse("it is of another algorithm or length than Ed25519");
  return publicKeyOf(der.subarray(SPKI_PREFIX.length));
}

/** The public key of 32 bytes. Throws SANDPIT_SIGNATURE_KEY_MALFORMED. */
export function publicKeyOf(given: Uint8Array): PublicKey {
  const bytes = Buffer.from(given);
  if (bytes.length !== KEY_BYTES) refuse(`it has ${bytes.length} bytes, Ed25519 has ${KEY_BYTES}`);
  const point = Buffer.from(bytes);
  point[31] = (point[31] ?? 0) & 0x7f;
  if (SMALL_ORDER.has(point.toString("hex")) || !isReduced(point)) refuse("it is no point that signs");
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: "der", type: "spki" });
  const keyId = createHmac("sha256", bytes).update("key_id").digest("hex");
  return { bytes, keyId: keyId.slice(0, 2 * KEY_ID_BYTES), key };
}

/** Below 2^255 - 19: a second encoding of the same point would count as another key. */
function isReduced(point: Buffer): boolean {
  return point[31] !== 0x7f || (point[0] ?? 0) < 0xed || point.subarray(1, 31).some((byte) => byte !== 0xff);
}

/** Whether a signature over a message is by that key: Ed25519 (RFC 8032), not prehashed. */
export function isSignedBy(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  return verify(null, message, key.key, signature);
}

/** PEM of a public key. */
export function publicKeyPem(key: PublicKey): string {
  return key.key.export({ format: "pem", type: "spki" }).toString();
}

function refuse(text: string): never {
  throw new EngineError(
    "SANDPIT_SIGNATURE_KEY_MALFORMED",
    `the public key is refused: ${text}. Give an Ed25519 public key, as \`sandpit plugin keygen\` writes it`,
  );
}
