import { BTC_USD, ETH_USD } from "../coinbase/index.ts";
import type {
  LiveSource,
  ProductOptions,
  ProductSpec,
  RecordedSession,
  VenueOptions,
} from "../coinbase/index.ts";
import { FlowGenerator, FollowedMarket, MatchingEngine, RecordedMarket } from "../market/index.ts";
import type { FlowOptions, MarketListener } from "../market/index.ts";

/** The settings of a simulated venue of BTC-USD and ETH-USD; what is left out has the venue's own values. */
export interface CoinbaseMarketOptions extends Omit<VenueOptions, "products" | "startEpochNs"> {
  /** Epoch ns of session time 0. A recording is moved there, stamps and all; without one given it keeps its own time. */
  readonly startEpochNs?: bigint;
  /**
   * The markets are a real venue's, whose events are given to `CoinbaseVenue.follow`: the middle of each book now, exponent -8. A product that is not in it is not there.
   */
  readonly followedMiddles?: ReadonlyMap<string, number>;
  /** False: only clients trade. Ignored with a recording. */
  readonly flow?: boolean;
}

/**
 * The venue ends our resting order when we would trade with ourselves. Assumption: the documents name no default for accounts
 * without a prevention id.
 */
const SELF_TRADE_PREVENTION = "EXPIRE_MAKER";

/** Flows that resemble the two products: prices of August 2026, moves of the same share of the price. */
const FLOWS: ReadonlyMap<string, Partial<FlowOptions>> = new Map([
  [BTC_USD.productId, { openingPrice: 6_500_000_000_000, stepSize: 1_000 }],
  [
    ETH_USD.productId,
    {
      openingPrice: 192_000_000_000,
      stepSize: 30_000,
      depthTicks: 400,
      driftPerRootSecond: 8,
      swingPerRootSecond: 12,
    },
  ],
]);
const DEFAULT_START_EPOCH_NS = 1_786_309_548_000_000_000n;

/** A venue whose markets are matching engines with seeded flow, or, with a recording, the recording's. */
export function coinbaseOptions(
  options: CoinbaseMarketOptions,
  session: RecordedSession | null,
): VenueOptions {
  const startEpochNs = options.startEpochNs ?? session?.startEpochNs ?? DEFAULT_START_EPOCH_NS;
  const products = [BTC_USD, ETH_USD].flatMap((spec, index) => {
    if (options.followedMiddles !== undefined) return followedProduct(spec, options.followedMiddles);
    if (session !== null) return recordedProduct(spec, session);
    return [{ spec, source: generatedSource(spec, options, index) }];
  });
  return { ...options, startEpochNs, products };
}

function followedProduct(spec: ProductSpec, middles: ReadonlyMap<string, number>): ProductOptions[] {
  const middle = middles.get(spec.productId);
  if (middle === undefined) return [];
  const grid = { symbol: spec.productId, middle, tickSize: spec.priceIncrement };
  const open = (listener: MarketListener): FollowedMarket =>
    new FollowedMarket({ ...grid, listener, selfTradePrevention: SELF_TRADE_PREVENTION });
  return [{ spec, source: { kind: "followed", open } }];
}

function generatedSource(
  spec: ProductSpec,
  { flow, seed = 1 }: CoinbaseMarketOptions,
  index: number,
): LiveSource {
  return {
    kind: "live",
    open(listener) {
      const market = new MatchingEngine({ listener, selfTradePrevention: SELF_TRADE_PREVENTION });
      if (flow === false) return { market, flow: null };
      const settings = { ...FLOWS.get(spec.productId), market, seed: seed + index };
      return { market, flow: new FlowGenerator(settings) };
    },
  };
}

/** Empty for a product that the recording does not have. */
function recordedProduct(spec: ProductSpec, session: RecordedSession): ProductOptions[] {
  const product = session.products.get(spec.productId);
  if (product === undefined) return [];
  const { recording } = product;
  const { startEpochNs } = session;
  const open: (listener: ConstructorParameters<typeof RecordedMarket>[0]["listener"]) => RecordedMarket = (
    listener,
  ) => new RecordedMarket({ listener, recording, selfTradePrevention: SELF_TRADE_PREVENTION });
  return [{ spec, source: { kind: "recorded", product, startEpochNs, open } }];
}
