import { BookTop, Feature, registerFeature } from "abi/assembly";
import { Output, parameters } from "./manifest";

/**
 * (Σ w·bidSize − Σ w·askSize) / (Σ w·bidSize + Σ w·askSize) over the first levels, a level's weight falling exponentially with its
 * rank. Cartea, Donnelly and Jaimungal, "Enhancing trading strategies with order book signals", Applied Mathematical Finance 25 (2018).
 */
class DepthImbalance extends Feature {
  private weights: StaticArray<f64> = new StaticArray<f64>(10);

  constructor() {
    super();
    for (let level = 0; level < 10; level++)
      this.weights[level] = Math.exp(-parameters.levelDecay * <f64>level);
  }

  onBook(top: BookTop): void {
    const levels = <i32>parameters.levels;
    let bids: f64 = 0;
    let asks: f64 = 0;
    for (let level = 0; level < min(levels, <i32>top.bidCount); level++)
      bids += this.weights[level] * <f64>top.bidSizesAt(level);
    for (let level = 0; level < min(levels, <i32>top.askCount); level++)
      asks += this.weights[level] * <f64>top.askSizesAt(level);
    if (bids + asks > 0) this.publish(top.instrumentId, Output.depthImbalance, (bids - asks) / (bids + asks));
  }
}

registerFeature(new DepthImbalance());
