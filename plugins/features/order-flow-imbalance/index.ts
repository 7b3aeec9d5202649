import { Feature, PerInstrument, Quote, registerFeature, SnapshotReader, SnapshotWriter } from "abi/assembly";
import { Output, parameters } from "./manifest";

const NS_PER_SECOND: f64 = 1e9;

class Flow {
  bidPrice: i64 = 0;
  bidSize: i64 = 0;
  askPrice: i64 = 0;
  askSize: i64 = 0;
  timeNs: i64 = -1;
  net: f64 = 0;
  gross: f64 = 0;

  snapshot(writer: SnapshotWriter): void {
    writer.i64(this.bidPrice);
    writer.i64(this.bidSize);
    writer.i64(this.askPrice);
    writer.i64(this.askSize);
    writer.i64(this.timeNs);
    writer.f64(this.net);
    writer.f64(this.gross);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.bidPrice = reader.i64();
    this.bidSize = reader.i64();
    this.askPrice = reader.i64();
    this.askSize = reader.i64();
    this.timeNs = reader.i64();
    this.net = reader.f64();
    this.gross = reader.f64();
    // Rounding is monotonic, so this holds of sums that were made in the same order.
    reader.require(Math.abs(this.net) <= this.gross);
  }
}

/**
 * What each change of the best bid and offer says about buying and selling pressure, summed:
 * e = 1{b ≥ b'}·qb − 1{b ≤ b'}·qb' − 1{a ≤ a'}·qa + 1{a ≥ a'}·qa', primes marking the quote before. Cont, Kukanov and Stoikov, "The
 * price impact of order book events", Journal of Financial Econometrics 12 (2014), equation 1; here with an exponential decay in
 * place of a window, and divided by the same sum of absolute values.
 */
class OrderFlowImbalance extends Feature {
  private flows: PerInstrument<Flow> = new PerInstrument<Flow>();

  onQuote(quote: Quote): void {
    const flow = this.flows.of(quote.instrumentId);
    if (flow.timeNs >= 0) this.add(flow, quote);
    flow.bidPrice = quote.bidPrice;
    flow.bidSize = quote.bidSize;
    flow.askPrice = quote.askPrice;
    flow.askSize = quote.askSize;
    flow.timeNs = quote.timeNs;
    if (flow.gross > 0) this.publish(quote.instrumentId, Output.orderFlowImbalance, flow.net / flow.gross);
  }

  snapshot(writer: SnapshotWriter): void {
    this.flows.snapshot(writer);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.flows.restore(reader, version);
  }

  private add(flow: Flow, quote: Quote): void {
    const elapsed = <f64>(quote.timeNs - flow.timeNs) / NS_PER_SECOND;
    const keep = elapsed > 0 ? Math.exp(-elapsed / parameters.decaySeconds) : 1;
    let bid: f64 = 0;
    if (quote.bidPrice >= flow.bidPrice) bid += <f64>quote.bidSize;
    if (quote.bidPrice <= flow.bidPrice) bid -= <f64>flow.bidSize;
    let ask: f64 = 0;
    if (quote.askPrice <= flow.askPrice) ask += <f64>quote.askSize;
    if (quote.askPrice >= flow.askPrice) ask -= <f64>flow.askSize;
    flow.net = flow.net * keep + bid - ask;
    flow.gross = flow.gross * keep + Math.abs(bid) + Math.abs(ask);
  }
}

registerFeature(new OrderFlowImbalance());
