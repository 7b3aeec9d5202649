import type { BinanceConfiguration, Configuration } from "./configuration-shape.ts";
import { localControl } from "./control-configuration.ts";

/** Where a Binance is, and the key to it: what a default cannot know. */
export type VenueAccess = Pick<BinanceConfiguration, "streamUrl" | "wsApiUrl" | "restUrl" | "key">;

/**
 * One instrument, both agents, every rule, with limits fit for play money. `sandpit run --print-configuration` shows it, as a file to
 * begin one's own with.
 */
export function defaultConfiguration(access: VenueAccess, journalDirectory: string): Configuration {
  return {
    environment: "development",
    account: "simulated",
    trust: { keyring: null, floorDirectory: null, moduleDirectory: null },
    journal: { directory: journalDirectory, durability: "process" },
    restarts: { startsMax: 5, windowSeconds: 60 },
    venues: [defaultVenue(access)],
    instruments: [
      {
        venue: "binance",
        symbol: "BTCUSDT",
        baseAsset: "BTC",
        quoteAsset: "USDT",
        tickSize: "0.01",
        lotSize: "0.00001",
        minQuantity: "0.00001",
        maxQuantity: "9000",
        minNotional: "5",
        limits: {
          orderQuantityMax: "1",
          orderNotionalMax: "100000",
          positionMax: "2",
          openOrdersMax: 50,
          collarAggressivePpm: 5_000,
          collarPassivePpm: 20_000,
          referenceAgeSecondsMax: 5,
          isRestricted: false,
        },
      },
    ],
    groups: [],
    feeAssets: ["BNB"],
    features: {
      staleAfterSeconds: 10,
      plugins: [
        { plugin: "microprice", parameters: {} },
        { plugin: "order-flow-imbalance", parameters: {} },
        { plugin: "depth-imbalance", parameters: {} },
        { plugin: "ewma-volatility", parameters: {} },
        { plugin: "signed-trade-flow", parameters: {} },
      ],
    },
    books: { staleAfterSeconds: 5 },
    agents: [
      { plugin: "momentum", parameters: {}, share: 0.4 },
      { plugin: "market-maker", parameters: {}, share: 0.6 },
    ],
    ensemble: { plugin: "hedge", parameters: {} },
    risk: {
      grossNotionalMax: { USDT: "1000000" },
      openOrdersMax: 100,
      orderRate: { ordersMax: 50, windowSeconds: 10 },
      rules: [
        { plugin: "order-size", parameters: {} },
        { plugin: "price-collar", parameters: { collarBasisPoints: 100 } },
        { plugin: "position-limit", parameters: {} },
        { plugin: "order-rate", parameters: {} },
      ],
    },
    positions: { checkEverySeconds: 60 },
    orders: { capacity: 8_192 },
    http: { port: 0 },
    control: localControl,
  };
}

function defaultVenue(access: VenueAccess): BinanceConfiguration {
  return {
    name: "binance",
    kind: "binance",
    plugin: "binance",
    ...access,
    snapshotLevels: 1000,
    orderFallback: "none",
    messageRate: { messagesMax: 200, windowSeconds: 10, cancelReserve: 50 },
  };
}
