import {
  Feature,
  InstrumentDefinition,
  PerInstrument,
  Quote,
  registerFeature,
  SnapshotReader,
  SnapshotWriter,
} from "abi/assembly";
import { Output, parameters } from "./manifest";

const NS_PER_SECOND: f64 = 1e9;

class Variance {
  tickSize: f64 = 1;
  mid: f64 = 0;
  timeNs: i64 = -1;
  /** Ticks squared per second. */
  rate: f64 = 0;
  /** Total weight so far: divides out the start from nothing. */
  weight: f64 = 0;

  snapshot(writer: SnapshotWriter): void {
    writer.f64(this.mid);
    writer.i64(this.timeNs);
    writer.f64(this.rate);
    writer.f64(this.weight);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.mid = reader.f64();
    this.timeNs = reader.i64();
    this.rate = reader.f64();
    this.weight = reader.f64();
    // Their quotient's root is published.
    reader.require(this.rate >= 0 && this.weight >= 0);
  }
}

/**
 * The exponentially weighted variance of RiskMetrics (J.P. Morgan, "Technical Document", 4th edition, 1996, section 5.2), for samples
 * at uneven times: a sample's squared change over its time is a rate, and the rate's weight is 1 − exp(−time / decaySeconds).
 */
class EwmaVolatility extends Feature {
  private variances: PerInstrument<Variance> = new PerInstrument<Variance>();

  onInstrument(instrument: InstrumentDefinition): void {
    this.variances.of(instrument.instrumentId).tickSize = <f64>instrument.tickSize;
  }

  onQuote(quote: Quote): void {
    const variance = this.variances.of(quote.instrumentId);
    const mid = <f64>(quote.bidPrice + quote.askPrice) * 0.5;
    if (variance.timeNs < 0) {
      variance.mid = mid;
      variance.timeNs = quote.timeNs;
      return;
    }
    const elapsed = <f64>(quote.timeNs - variance.timeNs) / NS_PER_SECOND;
    if (elapsed < parameters.sampleSeconds) return;
    const change = (mid - variance.mid) / variance.tickSize;
    const keep = Math.exp(-elapsed / parameters.decaySeconds);
    variance.rate = variance.rate * keep + (1 - keep) * ((change * change) / elapsed);
    variance.weight = variance.weight * keep + (1 - keep);
    variance.mid = mid;
    variance.timeNs = quote.timeNs;
    this.publish(quote.instrumentId, Output.volatility, Math.sqrt(variance.rate / variance.weight));
  }

  snapshot(writer: SnapshotWriter): void {
    this.variances.snapshot(writer);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.variances.restore(reader, version);
  }
}

registerFeature(new EwmaVolatility());
