import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { TAG, bitString, contextTag, der, generalizedTime, integer, objectId, sequence } from "./der.ts";

/** A server's certificate and private key, for `tls.createServer`. */
export interface ServerIdentity {
  readonly certPem: string;
  readonly keyPem: string;
}

const HOUR_MS = 3_600_000;
const LIFE_MS = 30 * 24 * HOUR_MS;
const ECDSA_SHA256 = sequence(objectId("1.2.840.10045.4.3.2"));
const COMMON_NAME = "2.5.4.3";
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const ALTERNATIVE_NAMES = "2.5.29.17";
const CERTIFICATE_VERSION_3 = 2;
const DNS_NAME = 2;
const IP_ADDRESS = 7;
/** keyCertSign and cRLSign, bits 5 and 6 of a bit string whose last bit is unused. */
const USAGE_CA = Buffer.of(0x03, 0x02, 0x01, 0x06);
/** digitalSignature, bit 0; seven bits unused. */
const USAGE_SERVER = Buffer.of(0x03, 0x02, 0x07, 0x80);

/**
 * A certificate authority that lives as long as its process and is known to nobody. Clients of a simulated venue get its
 * certificate and verify the server as they would the real one.
 */
export class CertificateAuthority {
  /** To be given to clients, as `ca` or by NODE_EXTRA_CA_CERTS. */
  readonly certPem: string;
  readonly #name: Buffer;
  readonly #key: KeyObject;
  readonly #nowMs: number;

  constructor(nowMs: number) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    this.#key = privateKey;
    this.#nowMs = nowMs;
    // Of two authorities of one name, OpenSSL would ask the first alone.
    this.#name = distinguishedName(`Sandpit simulation authority ${randomBytes(4).toString("hex")}`);
    const isAuthority = sequence(der(TAG.boolean, Buffer.of(0xff)));
    this.certPem = this.#issue(this.#name, publicKey, [
      extension(BASIC_CONSTRAINTS, isAuthority),
      extension(KEY_USAGE, USAGE_CA),
    ]);
  }

  /** A certificate for IP version 4 addresses and DNS names. */
  identity(addresses: readonly string[], names: readonly string[]): ServerIdentity {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const alternatives = sequence(
      ...names.map((name) => der(contextTag(DNS_NAME, false), Buffer.from(name))),
      ...addresses.map((address) =>
        der(contextTag(IP_ADDRESS, false), Buffer.from(address.split(".").map(Number))),
      ),
    );
    const certPem = this.#issue(distinguishedName("Sandpit simulated venue"), publicKey, [
      extension(BASIC_CONSTRAINTS, sequence()),
      extension(KEY_USAGE, USAGE_SERVER),
      extension(ALTERNATIVE_NAMES, alternatives),
    ]);
    return { certPem, keyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
  }

  /** RFC 5280, 4.1: what is signed, how, and the signature. */
  #issue(subject: Buffer, publicKey: KeyObject, extensions: readonly Buffer[]): string {
    const signed = sequence(
      der(contextTag(0, true), integer(Buffer.of(CERTIFICATE_VERSION_3))),
      integer(randomBytes(16)),
      ECDSA_SHA256,
      this.#name,
      sequence(generalizedTime(this.#nowMs - HOUR_MS), generalizedTime(this.#nowMs + LIFE_MS)),
      subject,
      publicKey.export({ type: "spki", format: "der" }),
      der(contextTag(3, true), sequence(...extensions)),
    );
    const certificate = sequence(signed, ECDSA_SHA256, bitString(sign("sha256", signed, this.#key)));
    const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  }
}

function distinguishedName(commonName: string): Buffer {
  const attribute = sequence(objectId(COMMON_NAME), der(TAG.utf8, Buffer.from(commonName)));
  return sequence(der(TAG.set, attribute));
}

/** A critical extension. */
function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), der(TAG.boolean, Buffer.of(0xff)), der(TAG.octetString, value));
}
