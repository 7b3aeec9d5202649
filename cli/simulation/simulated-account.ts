import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { VenueConfiguration } from "../../host/control/configuration-shape.ts";
import type { LogonSigner, RequestSigner } from "../../host/execution/gateways/index.ts";

/** The account that this host trades as at a simulated venue, and what it begins with. */
export const SIMULATED_ACCOUNT = 1;
/** Binance's keys are 64 letters and digits. */
export const SIMULATED_API_KEY: string = "sandpitSimulatedKey".padEnd(64, "0");
/** Coinbase's are named after their organization. */
export const SIMULATED_KEY_NAME = "organizations/sandpit/apiKeys/simulated";
export const OPENING_BTC = 10n;
export const OPENING_USDT = 1_000_000n;
export const OPENING_ETH = 200n;
export const OPENING_USD = 1_000_000n;
const LEDGER_SCALE = 10n ** 8n;

/** A balance at the start, as a venue's ledger wants it: exponent -8. */
export interface SimulatedBalance {
  readonly account: number;
  readonly asset: string;
  readonly amount: bigint;
}

function balance(asset: string, amount: bigint): SimulatedBalance {
  return { account: SIMULATED_ACCOUNT, asset, amount: amount * LEDGER_SCALE };
}

/** Balances at the start at a simulated Binance. */
export const openingBalances: readonly SimulatedBalance[] = [
  balance("BTC", OPENING_BTC),
  balance("USDT", OPENING_USDT),
];

/** Balances at the start at a simulated Coinbase. */
export const coinbaseBalances: readonly SimulatedBalance[] = [
  balance("BTC", OPENING_BTC),
  balance("ETH", OPENING_ETH),
  balance("USD", OPENING_USD),
];

export interface SimulatedKeys {
  readonly publicKeyPem: string;
  readonly privateKeyPem: string;
}

/** A fresh pair, as the venue's kind has them: Ed25519 at Binance, P-256 at Coinbase. The venue gets the public half, the host signs with the other. */
export function simulatedKeys(kind: VenueConfiguration["kind"] = "binance"): SimulatedKeys {
  const { publicKey, privateKey } =
    kind === "binance"
      ? generateKeyPairSync("ed25519")
      : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
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
