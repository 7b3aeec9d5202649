import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Keyring, KeyringFile, PublicKey, TrustContext } from "../../host/engine/index.ts";
import { parseKeyring, publicKeyOf, signModule } from "../../host/engine/index.ts";

/** An Ed25519 private key (PKCS #8, RFC 8410) up to its seed. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** 2026-11-22T08:00:00Z, the time of these tests. */
export const NOW_MS = 1_795_334_400_000;

export interface TestKey {
  readonly publicKey: PublicKey;
  readonly privateKey: KeyObject;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** The key whose seed is that byte, 32 times; a seed may also be given whole. */
export function testKey(seed: number | Uint8Array): TestKey {
  const bytes = typeof seed === "number" ? Buffer.alloc(32, seed) : seed;
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, bytes]),
    format: "der",
    type: "pkcs8",
  });
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return {
    publicKey: publicKeyOf(spki.subarray(-32)),
    privateKey,
    sign: (message) => sign(null, message, privateKey),
  };
}

/** One entry of a keyring: valid all year, everywhere. */
export function keyEntry(
  name: string,
  role: "quant" | "risk" | "venue" | "operator",
  key: TestKey,
  more: Partial<KeyringFile["keys"][number]> = {},
): KeyringFile["keys"][number] {
  return {
    name,
    role,
    publicKey: Buffer.concat([Buffer.of(1), key.publicKey.bytes]).toString("hex"),
    notBefore: "2026-01-01T00:00:00Z",
    expires: "2027-01-01T00:00:00Z",
    environments: ["development", "staging", "production"],
    ...more,
  };
}

export function keyringOf(keys: KeyringFile["keys"], more: Partial<KeyringFile> = {}): Keyring {
  return parseKeyring(JSON.stringify({ format: 1, keys, ...more }), "keyring.json");
}

/** Production on NOW_MS, with that keyring. */
export function trustIn(keyring: Keyring | null, more: Partial<TrustContext> = {}): TrustContext {
  return {
    environment: "production",
    keyring,
    floor: null,
    account: "desk-7",
    instruments: ["BTCUSDT"],
    nowMs: NOW_MS,
    ...more,
  };
}

/** The module, signed by each key in turn. */
export function signedBy(bytes: Uint8Array, ...keys: readonly TestKey[]): Uint8Array {
  return keys.reduce<Uint8Array>((signed, key) => signModule(signed, key.publicKey, key.sign), bytes);
}
