import type {
  CoinbaseConfiguration,
  Configuration,
  InstrumentConfiguration,
} from "../../host/control/configuration-shape.ts";

/** Where a Coinbase is, and the key to it. */
export type CoinbaseAccess = Pick<
  CoinbaseConfiguration,
  "marketUrl" | "userUrl" | "restUrl" | "caFile" | "key"
>;

/** The kinds of venues that this program simulates, and knows instruments of. */
export const venueNames = ["binance", "coinbase"] as const;
export type VenueName = (typeof venueNames)[number];

const DOLLARS_MAX = "1000000";

const limits: InstrumentConfiguration["limits"] = {
  orderQuantityMax: "1",
  orderNotionalMax: "100000",
  positionMax: "2",
  openOrdersMax: 50,
  collarAggressivePpm: 5_000,
  collarPassivePpm: 20_000,
  referenceAgeSecondsMax: 5,
  isRestricted: false,
};

/** BTC-USD and ETH-USD, as the venue lists them. */
const coinbaseInstruments: readonly InstrumentConfiguration[] = [
  {
    venue: "coinbase",
    symbol: "BTC-USD",
    baseAsset: "BTC",
    quoteAsset: "USD",
    tickSize: "0.01",
    lotSize: "0.00000001",
    minQuantity: "0.00000001",
    maxQuantity: "3400",
    minNotional: "1",
    limits,
  },
  {
    venue: "coinbase",
    symbol: "ETH-USD",
    baseAsset: "ETH",
    quoteAsset: "USD",
    tickSize: "0.01",
    lotSize: "0.00000001",
    minQuantity: "0.00000001",
    maxQuantity: "42000",
    minNotional: "1",
    limits: { ...limits, orderQuantityMax: "20", positionMax: "40" },
  },
];

/** The venue of a default configuration: twenty orders a second of the thirty requests that it allows, the rest for questions. */
function coinbaseVenue(access: CoinbaseAccess): CoinbaseConfiguration {
  return {
    name: "coinbase",
    kind: "coinbase",
    plugin: "coinbase",
    ...access,
    messageRate: { messagesMax: 150, windowSeconds: 10, cancelReserve: 50 },
  };
}

/** The configuration with Coinbase besides: its dollars are limited for themselves, since USDT and USD are two assets. */
export function withCoinbase(configuration: Configuration, access: CoinbaseAccess): Configuration {
  const { risk, venues, instruments } = configuration;
  return {
    ...configuration,
    venues: [...venues, coinbaseVenue(access)],
    instruments: [...instruments, ...coinbaseInstruments],
    risk: { ...risk, grossNotionalMax: { ...risk.grossNotionalMax, USD: DOLLARS_MAX } },
  };
}

/** The configuration without one of its venues, what is traded there, and limits in assets that nothing is paid in any more. */
export function withoutVenue(configuration: Configuration, name: string): Configuration {
  const { risk } = configuration;
  const instruments = configuration.instruments.filter(({ venue }) => venue !== name);
  const quotes = instruments.map(({ quoteAsset }) => quoteAsset);
  return {
    ...configuration,
    venues: configuration.venues.filter((venue) => venue.name !== name),
    instruments,
    risk: {
      ...risk,
      grossNotionalMax: Object.fromEntries(
        Object.entries(risk.grossNotionalMax).filter(([asset]) => quotes.includes(asset)),
      ),
    },
  };
}
