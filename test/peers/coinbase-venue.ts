import assert from "node:assert/strict";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { formatAmount, formatDecimal } from "../../sim/coinbase/index.ts";
import type { CoinbaseVenue } from "../../sim/coinbase/index.ts";
import { startCoinbaseServer } from "../../sim/server/index.ts";
import type { CoinbaseServer, CoinbaseServerOptions } from "../../sim/server/index.ts";
import { TEST_MARKET } from "../sim/coinbase/venue-driver.ts";

/** Long enough for a loaded machine; reached only when something is broken. */
const PATIENCE_MS = 20_000;
const POLL_MS = 20;

/**
 * A simulated venue that this process believes: its authority joins those that Node trusts, so that a client needs no option,
 * and verifies the certificate as it would the real one.
 */
export async function openVenue(options: Partial<CoinbaseServerOptions>): Promise<CoinbaseServer> {
  const server = await startCoinbaseServer({ ...TEST_MARKET, ...options });
  setDefaultCACertificates([...getCACertificates("default"), server.caPem]);
  return server;
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

/** The venue's book, best first, as numbers. */
export function bookOf(venue: CoinbaseVenue, productId: string, levelsMax: number): readonly number[][][] {
  const { bids, asks } = venue.product(productId).market.depth(levelsMax);
  return [bids, asks].map((side) =>
    side.map(([price, quantity]) => [Number(formatDecimal(price)), Number(formatDecimal(quantity))]),
  );
}

/** Available and held of a currency, as the ledger has them. */
export function purseOf(venue: CoinbaseVenue, account: number, currency: string): readonly [string, string] {
  const { free, locked } = venue.balance(account, currency);
  return [formatAmount(free), formatAmount(locked)];
}
