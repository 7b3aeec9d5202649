import type { VenueConfiguration } from "../../host/control/configuration-shape.ts";
import type { SessionPorts } from "../../host/execution/gateways/index.ts";
import { BinanceTap } from "./binance-tap.ts";
import { CoinbaseTap } from "./coinbase-tap.ts";
import type { MarketTap, TapListener } from "./market-tap.ts";

/** Where a venue's public market data are, and which of them are wanted. */
export interface TapSource {
  readonly kind: VenueConfiguration["kind"];
  /** By what they are for: `stream` and `rest` of a Binance, `market` of a Coinbase. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly symbols: readonly string[];
}

/** A part of it that is received, recorded and played for itself: one symbol of a Binance, all products of a Coinbase. */
export function partsOf(source: TapSource): TapSource[] {
  if (source.kind === "coinbase") return [source];
  return source.symbols.map((symbol) => ({ ...source, symbols: [symbol] }));
}

export function openTap(source: TapSource, ports: SessionPorts, listener: TapListener): MarketTap {
  const { kind, addresses, symbols } = source;
  if (kind === "coinbase") return new CoinbaseTap(symbols, addresses["market"] ?? "", ports, listener);
  const streamUrl = addresses["stream"] ?? "";
  return new BinanceTap(symbols[0] ?? "", { streamUrl, restUrl: addresses["rest"] ?? "" }, ports, listener);
}
