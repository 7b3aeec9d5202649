import { generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { KeyLabel, VenueProtocol } from "../../host/execution/signer/signer-key.ts";
import { AllowList } from "../../host/execution/signer/process/allow-list.ts";
import type { HeldKey } from "../../host/execution/signer/process/held-key.ts";

/** A key pair, and the private half as its file has it. */
export interface TestKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly pem: string;
}

function made({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): TestKey {
  return { privateKey, publicKey, pem: privateKey.export({ format: "pem", type: "pkcs8" }).toString() };
}

export const ed25519: TestKey = made(generateKeyPairSync("ed25519"));
export const p256: TestKey = made(generateKeyPairSync("ec", { namedCurve: "prime256v1" }));

/** The Ed25519 key as Coinbase gives it out: seed and public half, in base64. */
export const rawEd25519: string = Buffer.concat([
  ed25519.privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32),
  ed25519.publicKey.export({ format: "der", type: "spki" }).subarray(-32),
]).toString("base64");

/** Every way in which the Ed25519 key could show itself in a text or in bytes: none of them may leave the signer. */
export function formsOf({ privateKey, pem }: TestKey): string[] {
  const der = privateKey.export({ format: "der", type: "pkcs8" });
  const seed = der.subarray(-32);
  const body = pem.split("\n").slice(1, -2).join("");
  return [
    body.slice(-20),
    seed.toString("hex"),
    seed.toString("base64").slice(0, 40),
    seed.toString("base64url").slice(0, 40),
    seed.toString("latin1"),
    der.toString("hex").slice(-40),
  ];
}

export function heldKey(
  protocol: VenueProtocol,
  label: KeyLabel = "testnet",
  allow?: readonly string[],
): HeldKey {
  const { privateKey: key } = protocol === "binance" ? ed25519 : p256;
  return {
    venue: protocol,
    protocol,
    apiKey: protocol === "binance" ? "public" : "organizations/o/apiKeys/k",
    label,
    allowList: new AllowList(protocol, allow),
    key,
  };
}
