import { Feature, InstrumentDefinition, PerInstrument, Quote, registerFeature } from "abi/assembly";
import { Output } from "./manifest";

class Grid {
  tickSize: f64 = 1;
}

/**
 * The imbalance-weighted mid (bid·askSize + ask·bidSize) / (bidSize + askSize) less the mid, in ticks: where the next move of the mid
 * is to be expected. It is the first approximation in Stoikov, "The micro-price: a high-frequency estimator of future prices",
 * Quantitative Finance 18 (2018).
 */
class Microprice extends Feature {
  private grids: PerInstrument<Grid> = new PerInstrument<Grid>();

  onInstrument(instrument: InstrumentDefinition): void {
    this.grids.of(instrument.instrumentId).tickSize = <f64>instrument.tickSize;
  }

  onQuote(quote: Quote): void {
    const sizes = <f64>quote.bidSize + <f64>quote.askSize;
    if (sizes <= 0) return;
    const spread = <f64>(quote.askPrice - quote.bidPrice) / this.grids.of(quote.instrumentId).tickSize;
    const imbalance = <f64>quote.bidSize / sizes;
    this.publish(quote.instrumentId, Output.microprice, spread * (imbalance - 0.5));
    this.publish(quote.instrumentId, Output.spread, spread);
  }
}

registerFeature(new Microprice());
