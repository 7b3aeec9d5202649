import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { SignerError } from "../signer-error.ts";
import type { VenueProtocol } from "../signer-key.ts";

/** A 4096-bit RSA key, larger than any that is taken here, has 3,300. */
export const KEY_BYTES_MAX = 8_192;
/** Coinbase's Ed25519 keys: seed and public half, in base64. */
const RAW_ED25519 = /^[A-Za-z0-9+/]{86}==$/;
const SEED_BYTES = 32;
/** Of an Ed25519 key in PKCS #8 (RFC 8410), before the seed. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const FINGERPRINT_DIGITS = 16;

/** The private key in `bytes`, which are filled with zeros. Throws SignerError, whose text tells nothing of what was read. */
export function parseKey(bytes: Buffer, venue: string, protocol: VenueProtocol): KeyObject {
  try {
    return ofKind(parsed(bytes, venue), venue, protocol);
  } finally {
    bytes.fill(0);
  }
}

function parsed(bytes: Buffer, venue: string): KeyObject {
  // Variables and vaults often hold a PEM on one line, with its line ends spelt out.
  const text = bytes.toString("latin1").replaceAll("\\n", "\n").trim();
  try {
    if (!RAW_ED25519.test(text)) return createPrivateKey({ key: text, format: "pem" });
    const seed = Buffer.from(text, "base64").subarray(0, SEED_BYTES);
    return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  } catch {
    // Without a cause: nobody has to wonder what the parser repeats.
    throw new SignerError(
      "SANDPIT_SIGNER_KEY_MALFORMED",
      `what was read as the key of ${venue} is none; give a private key in PEM without a passphrase, or Coinbase's Ed25519 key as it came`,
    );
  }
}

function ofKind(key: KeyObject, venue: string, protocol: VenueProtocol): KeyObject {
  const isEd25519 = key.asymmetricKeyType === "ed25519";
  const isP256 = key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1";
  if (isEd25519 || (isP256 && protocol === "coinbase")) return key;
  throw new SignerError(
    "SANDPIT_SIGNER_KEY_KIND",
    `the key of ${venue} is of kind ${key.asymmetricKeyType ?? "unknown"}; ${protocol === "binance" ? "a Binance session takes Ed25519 alone" : "Coinbase takes P-256 and Ed25519"}`,
  );
}

/** Tells public keys apart: the first digits of their SHA-256. */
export function fingerprintOf(key: KeyObject): string {
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return createHash("sha256").update(spki).digest("hex").slice(0, FINGERPRINT_DIGITS);
}
