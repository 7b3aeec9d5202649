import { EngineError } from "../engine-error.ts";
import { readModuleSignature } from "./module-signature.ts";
import { HEADER_BYTES } from "./signature-layout.ts";
import { signatureSection } from "./signature-writer.ts";
import type { PublicKey } from "./public-key.ts";
import { isSignedBy } from "./public-key.ts";

/** Makes the 64 bytes of an Ed25519 signature over a message: a key in memory, or a command that asks a vault. */
export type SignMessage = (message: Uint8Array) => Uint8Array;

/**
 * The module with one more signature, in the set of those that it has: every signer signs the same bytes. The signature is checked before it is
 * used. Throws EngineError: SANDPIT_SIGNATURE_DUPLICATE when that key has signed already, SANDPIT_SIGNATURE_INVALID when the signature is not
 * by that key, and what reading the signed module throws.
 */
export function signModule(bytes: Uint8Array, key: PublicKey, sign: SignMessage): Uint8Array {
  const { hashes, message, records, contentOffset } = readModuleSignature(bytes);
  const isSigned = records.some(
    ({ keyId, signature }) => keyId === key.keyId || isSignedBy(key, message, signature),
  );
  if (isSigned)
    throw new EngineError(
      "SANDPIT_SIGNATURE_DUPLICATE",
      `the key ${key.keyId} has signed this module already: sign with another one`,
    );
  const signature = sign(message);
  if (!isSignedBy(key, message, signature))
    throw new EngineError(
      "SANDPIT_SIGNATURE_INVALID",
      `the signature that was made is not by the key ${key.keyId}: check that private and public key belong together`,
    );
  const section = signatureSection([{ hashes, signatures: [...records, { keyId: key.keyId, signature }] }]);
  const signed = Buffer.concat([bytes.subarray(0, HEADER_BYTES), section, bytes.subarray(contentOffset)]);
  // The section may take the module beyond a cap.
  readModuleSignature(signed);
  return new Uint8Array(signed);
}

/** The module as it was before anybody signed it. Throws EngineError for a signature section that cannot be read. */
export function unsignedModule(bytes: Uint8Array): Uint8Array {
  const { contentOffset } = readModuleSignature(bytes);
  return new Uint8Array(Buffer.concat([bytes.subarray(0, HEADER_BYTES), bytes.subarray(contentOffset)]));
}
