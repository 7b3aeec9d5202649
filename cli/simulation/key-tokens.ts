import { createHash, createPrivateKey, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { TokenSigner } from "../../host/execution/gateways/index.ts";

const LIFE_SECONDS = 120;
const MS_PER_SECOND = 1_000;

/**
 * Coinbase's tokens, made with a key in memory within the call: for venues in this very process alone, whose virtual time does not wait for
 * promises, and where no money is. Others are signed for by the signer.
 */
export class KeyTokens implements TokenSigner {
  readonly keyName: string;
  private readonly key: KeyObject;
  private readonly wallMs: () => number;
  private count = 0;

  constructor(keyName: string, privateKeyPem: string, wallMs: () => number) {
    this.keyName = keyName;
    this.key = createPrivateKey(privateKeyPem);
    this.wallMs = wallMs;
  }

  token(uri: string, onToken: (token: string) => void): void {
    this.count += 1;
    const nbf = Math.floor(this.wallMs() / MS_PER_SECOND);
    const isEd25519 = this.key.asymmetricKeyType === "ed25519";
    // Counted, not drawn: the same session signs the same tokens.
    const nonce = createHash("sha256").update(`${this.count}`).digest("hex").slice(0, 32);
    const header = { alg: isEd25519 ? "EdDSA" : "ES256", kid: this.keyName, nonce, typ: "JWT" };
    const claims = { sub: this.keyName, iss: "cdp", nbf, exp: nbf + LIFE_SECONDS };
    const text = `${base64(header)}.${base64(uri === "" ? claims : { ...claims, uri })}`;
    const signature = isEd25519
      ? sign(null, Buffer.from(text), this.key)
      : sign("sha256", Buffer.from(text), { key: this.key, dsaEncoding: "ieee-p1363" });
    onToken(`${text}.${signature.toString("base64url")}`);
  }
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
