/** One spot product and its rules, as the venue lists them. Numbers are mantissas with exponent -8, bigints with exponent -16. */
export interface ProductSpec {
  /** `BTC-USD`. */
  readonly productId: string;
  readonly baseCurrency: string;
  readonly quoteCurrency: string;
  readonly baseName: string;
  readonly quoteName: string;
  readonly baseIncrement: number;
  readonly quoteIncrement: number;
  readonly priceIncrement: number;
  readonly baseMin: number;
  readonly baseMax: number;
  readonly quoteMin: bigint;
  readonly quoteMax: bigint;
}

const USD = { quoteCurrency: "USD", quoteName: "US Dollar" } as const;

/** As the live venue lists it: cents, a satoshi, 1 to 150,000,000 dollars. */
export const BTC_USD: ProductSpec = {
  ...USD,
  productId: "BTC-USD",
  baseCurrency: "BTC",
  baseName: "Bitcoin",
  baseIncrement: 1,
  quoteIncrement: 1_000_000,
  priceIncrement: 1_000_000,
  baseMin: 1,
  baseMax: 340_000_000_000,
  quoteMin: 10_000_000_000_000_000n,
  quoteMax: 1_500_000_000_000_000_000_000_000n,
};

export const ETH_USD: ProductSpec = {
  ...USD,
  productId: "ETH-USD",
  baseCurrency: "ETH",
  baseName: "Ethereum",
  baseIncrement: 1,
  quoteIncrement: 1_000_000,
  priceIncrement: 1_000_000,
  baseMin: 1,
  baseMax: 4_200_000_000_000,
  quoteMin: 10_000_000_000_000_000n,
  quoteMax: 1_500_000_000_000_000_000_000_000n,
};
