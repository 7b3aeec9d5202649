import { BTC_USD, ETH_USD } from "../coinbase/index.ts";
import type {
  LiveSource,
  ProductOptions,
  ProductSpec,
  RecordedSession,
  VenueOptions,
} from "../coinbase/index.ts";
import { FlowGenerator, MatchingEngine, RecordedMarket } from "../market/index.ts";
import type { FlowOptions } from "../market/index.ts";

/** The settings of a simulated venue of BTC-USD and ETH-USD; what is left out has the venue's own values. */
export interface CoinbaseMarketOptions extends Omit<VenueOptions, "products" | "startEpochNs"> {
  /** Epoch ns of session time 0. A recording is moved there, stamps and all; without one given it keeps its own time. */
  readonly startEpochNs?: bigint;
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
    if (session !== null) return recordedProduct(spec, session);
    return [{ spec, source: generatedSource(spec, options, index) }];
  });
  return { ...options, startEpochNs, products };
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
