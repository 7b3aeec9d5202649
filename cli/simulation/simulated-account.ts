import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { LogonSigner, RequestSigner } from "../../host/execution/gateways/index.ts";

/** The account that this host trades as at a simulated venue, and what it begins with. */
export const SIMULATED_ACCOUNT = 1;
/** Binance's keys are 64 letters and digits. */
export const SIMULATED_API_KEY: string = "sandpitSimulatedKey".padEnd(64, "0");
export const OPENING_BTC = 10n;
export const OPENING_USDT = 1_000_000n;
const LEDGER_SCALE = 10n ** 8n;

/** Balances at the start, as the venue's ledger wants them. */
export const openingBalances: readonly {
  readonly account: number;
  readonly asset: string;
  readonly amount: bigint;
}[] = [
  { account: SIMULATED_ACCOUNT, asset: "BTC", amount: OPENING_BTC * LEDGER_SCALE },
  { account: SIMULATED_ACCOUNT, asset: "USDT", amount: OPENING_USDT * LEDGER_SCALE },
];

/** A fresh Ed25519 pair: the venue gets the public half, the host signs with the other. */
export function simulatedKeys(): { readonly publicKeyPem: string; readonly privateKeyPem: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** Signs with a key in memory: for venues in this very process alone, which no money is at. Others are signed for by the signer. */
export class KeySigner implements LogonSigner, RequestSigner {
  readonly apiKey: string;
  private readonly key: KeyObject;

  constructor(apiKey: string, privateKeyPem: string) {
    this.apiKey = apiKey;
    this.key = createPrivateKey(privateKeyPem);
  }

  logon(timestampMs: number, onSigned: (signature: string) => void): void {
    onSigned(this.sign(`apiKey=${this.apiKey}&timestamp=${timestampMs}`));
  }

  rest(_method: string, _path: string, query: string): Promise<string> {
    return Promise.resolve(`${query}&signature=${encodeURIComponent(this.sign(query))}`);
  }

  token(): Promise<string> {
    return Promise.reject(new Error("this key signs for a Binance in this process, which knows no tokens"));
  }

  private sign(text: string): string {
    return sign(null, Buffer.from(text, "utf8"), this.key).toString("base64");
  }
}
