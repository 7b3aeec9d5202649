import { BTCUSDT, recordingStartMs } from "../binance/index.ts";
import type { SymbolOptions, SymbolSpec, VenueOptions } from "../binance/index.ts";
import { FlowGenerator, FollowedMarket, MatchingEngine, RecordedMarket } from "../market/index.ts";
import type { FlowOptions, OpeningBalance, Recording } from "../market/index.ts";

/** The settings of a simulated venue over one symbol; what is left out has the venue's own values. */
export interface BinanceMarketOptions extends Omit<VenueOptions, "sessionStartMs" | "symbols"> {
  /** BTCUSDT. */
  readonly symbol?: SymbolSpec;
  readonly openingBalances: readonly OpeningBalance[];
  /** The anonymous flow of a generated market; null: only clients trade. Ignored with a recording. */
  readonly flow?: Partial<Omit<FlowOptions, "market" | "seed">> | null;
  /** The market is a real venue's, whose messages are given to `BinanceVenue.follow`: the middle of its book now, exponent -8. */
  readonly followedMiddle?: number;
  /** Epoch ms of session time 0. A recording brings its own. */
  readonly sessionStartMs: number;
}

/** Our resting order gives way when we would trade with ourselves: the venue's own default. */
const SELF_TRADE_PREVENTION = "EXPIRE_MAKER";

/** A venue whose market is a matching engine with seeded flow, or, with a recording, the recording's. */
export function binanceOptions(options: BinanceMarketOptions, recording: Recording | null): VenueOptions {
  const symbol: SymbolOptions = {
    spec: options.symbol ?? BTCUSDT,
    openingBalances: options.openingBalances,
    source: sourceOf(options, recording),
  };
  const sessionStartMs = recording === null ? options.sessionStartMs : recordingStartMs(recording);
  return { ...options, sessionStartMs, symbols: [symbol] };
}

function sourceOf(options: BinanceMarketOptions, recording: Recording | null): SymbolOptions["source"] {
  if (options.followedMiddle !== undefined) return followedSource(options, options.followedMiddle);
  return recording === null ? generatedSource(options) : recordedSource(recording);
}

function followedSource({ symbol = BTCUSDT }: BinanceMarketOptions, middle: number): SymbolOptions["source"] {
  const grid = { symbol: symbol.symbol.toLowerCase(), middle, tickSize: symbol.tickSize };
  return {
    kind: "followed",
    open: (listener) => new FollowedMarket({ ...grid, listener, selfTradePrevention: SELF_TRADE_PREVENTION }),
  };
}

function generatedSource(options: BinanceMarketOptions): SymbolOptions["source"] {
  return {
    kind: "live",
    open(listener) {
      const market = new MatchingEngine({ listener, selfTradePrevention: SELF_TRADE_PREVENTION });
      if (options.flow === null) return { market, flow: null };
      return { market, flow: new FlowGenerator({ ...options.flow, market, seed: options.seed ?? 1 }) };
    },
  };
}

function recordedSource(recording: Recording): SymbolOptions["source"] {
  return {
    kind: "recorded",
    recording,
    open: (listener) =>
      new RecordedMarket({ listener, recording, selfTradePrevention: SELF_TRADE_PREVENTION }),
  };
}
