import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { formatMantissa } from "../../sim/market/index.ts";
import type { BinanceServer } from "../../sim/server/index.ts";
import { startBinanceServer } from "../../sim/server/index.ts";

/** Long enough for a loaded machine; reached only when something is broken. */
const PATIENCE_MS = 20_000;
const POLL_MS = 20;
const ED25519_ACCOUNT = 1;
const HMAC_ACCOUNT = 2;

/** A client's access: an Ed25519 key or an HMAC secret, and the account that it is for. */
export interface PeerKey {
  readonly account: number;
  readonly apiKey: string;
  readonly secret: string;
}

/** A simulated venue with a generated market, for clients with either kind of key. */
export async function openVenue(): Promise<{
  readonly server: BinanceServer;
  readonly ed25519: PeerKey;
  readonly hmac: PeerKey;
}> {
  const pair = generateKeyPairSync("ed25519");
  const secret = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const publicKeyPem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
  const ed25519 = { account: ED25519_ACCOUNT, apiKey: "peerEd25519".padEnd(64, "0"), secret };
  const hmac = { account: HMAC_ACCOUNT, apiKey: "peerHmac".padEnd(64, "0"), secret: "s".repeat(64) };
  const server = await startBinanceServer({
    flow: {},
    keys: [
      { apiKey: ed25519.apiKey, account: ED25519_ACCOUNT, kind: "ED25519", publicKeyPem },
      { apiKey: hmac.apiKey, account: HMAC_ACCOUNT, kind: "HMAC", secret: hmac.secret },
    ],
    openingBalances: [ED25519_ACCOUNT, HMAC_ACCOUNT].flatMap((account) => [
      { account, asset: "USDT", amount: 10_000_000_000_000n },
      { account, asset: "BTC", amount: 1_000_000_000n },
    ]),
  });
  return { server, ed25519, hmac };
}

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > deadline) assert.fail(`${what}: not within ${PATIENCE_MS} ms`);
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
}

/** The best five levels of the venue's book as numbers, bids and asks, and the update up to which it is told. */
export function bookOf({ venue }: BinanceServer): {
  readonly updateId: number;
  readonly sides: readonly number[][][];
} {
  const { lastUpdateId, bids, asks } = JSON.parse(venue.symbol("BTCUSDT").snapshot(5)) as {
    lastUpdateId: number;
    bids: string[][];
    asks: string[][];
  };
  return {
    updateId: lastUpdateId,
    sides: [bids, asks].map((side) => side.map((level) => level.map(Number))),
  };
}

/** Free and locked of an asset, as the ledger has them. */
export function purseOf({ venue }: BinanceServer, account: number, asset: string): readonly [number, number] {
  const { free, locked } = venue.balance(account, asset);
  // Exponent -16, of which clients are shown eight digits.
  return [free, locked].map((amount) => Number(formatMantissa(Number(amount / 100_000_000n)))) as [
    number,
    number,
  ];
}

/** The best price of a side: 1 bids, 2 asks. */
export function bestOf({ venue }: BinanceServer, side: 1 | 2): number {
  return Number(formatMantissa(venue.symbol("BTCUSDT").market.best(side)?.price ?? 0));
}
