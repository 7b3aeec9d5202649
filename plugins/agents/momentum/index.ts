import {
  Agent,
  CombinedSignal,
  FeatureVector,
  InstrumentDefinition,
  OrderEvent,
  OrdStatus,
  PerInstrument,
  registerAgent,
  Side,
  SnapshotReader,
  SnapshotWriter,
} from "abi/assembly";
import { features, fresh, parameters } from "./manifest";

const NS_PER_SECOND: f64 = 1e9;

class Market {
  minQuantity: i64 = 1;
  bidPrice: i64 = 0;
  askPrice: i64 = 0;
  position: i64 = 0;
  published: f64 = 0;
  publishedNs: i64 = -1;
  orderedNs: i64 = -1;
  /** Tag of the order in flight; 0 when there is none. */
  liveTag: u32 = 0;

  snapshot(writer: SnapshotWriter): void {
    writer.i64(this.bidPrice);
    writer.i64(this.askPrice);
    writer.i64(this.position);
    writer.f64(this.published);
    writer.i64(this.publishedNs);
    writer.i64(this.orderedNs);
    writer.u32(this.liveTag);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.bidPrice = reader.i64();
    this.askPrice = reader.i64();
    this.position = reader.i64();
    this.published = reader.f64();
    this.publishedNs = reader.i64();
    this.orderedNs = reader.i64();
    this.liveTag = reader.u32();
  }
}

/**
 * Trades in the direction of recent order flow (time-series momentum at the scale of seconds; Moskowitz, Ooi and Pedersen, Journal of
 * Financial Economics 104 (2012), for the idea). The score is tanh of a weighted sum of the flow features. Orders are immediate or
 * cancel, one at a time, so that nothing of this agent rests in the book.
 */
class Momentum extends Agent {
  private markets: PerInstrument<Market> = new PerInstrument<Market>();
  private nextTag: u32 = 1;

  onInstrument(instrument: InstrumentDefinition): void {
    this.markets.of(instrument.instrumentId).minQuantity = instrument.minQuantity;
  }

  onFeatures(vector: FeatureVector): void {
    const market = this.markets.of(vector.instrumentId);
    market.bidPrice = vector.bidPrice;
    market.askPrice = vector.askPrice;
    market.position = vector.position;
    if (!fresh(vector)) return;
    const f = features(vector);
    const sum =
      parameters.flowWeight * f.signedTradeFlow +
      parameters.imbalanceWeight * f.orderFlowImbalance +
      parameters.micropriceWeight * f.microprice;
    const score = Math.tanh(sum);
    const timeToLiveNs = <i64>(parameters.timeToLiveSeconds * NS_PER_SECOND);
    const due = market.publishedNs < 0 || vector.timeNs - market.publishedNs > timeToLiveNs / 2;
    if (!due && Math.abs(score - market.published) < parameters.publishStep) return;
    market.published = score;
    market.publishedNs = vector.timeNs;
    this.signal(score, Math.abs(score), <i64>(parameters.horizonSeconds * NS_PER_SECOND), timeToLiveNs);
  }

  onCombinedSignal(signal: CombinedSignal): void {
    const market = this.markets.of(signal.instrumentId);
    const cooldownNs = <i64>(parameters.cooldownSeconds * NS_PER_SECOND);
    if (market.liveTag != 0 || (market.orderedNs >= 0 && signal.timeNs - market.orderedNs < cooldownNs))
      return;
    const strength = signal.score * signal.confidence;
    let target = market.position;
    if (strength >= parameters.entryScore) target = parameters.positionMax;
    else if (strength <= -parameters.entryScore) target = -parameters.positionMax;
    else if (Math.abs(strength) < parameters.exitScore) target = 0;
    const missing = target - market.position;
    const quantity = min(parameters.quantity, missing < 0 ? -missing : missing);
    if (quantity < market.minQuantity) return;
    const side = missing > 0 ? Side.BUY : Side.SELL;
    market.liveTag = this.nextTag++;
    market.orderedNs = signal.timeNs;
    this.immediate(side, side == Side.BUY ? market.askPrice : market.bidPrice, quantity, market.liveTag);
  }

  onOrder(event: OrderEvent): void {
    const market = this.markets.of(event.instrumentId);
    market.position = event.position;
    const status = event.ordStatus;
    const over =
      status == OrdStatus.FILLED ||
      status == OrdStatus.CANCELED ||
      status == OrdStatus.EXPIRED ||
      status == OrdStatus.REJECTED ||
      status == OrdStatus.DENIED;
    if (over && event.tag == market.liveTag) market.liveTag = 0;
  }

  snapshot(writer: SnapshotWriter): void {
    writer.u32(this.nextTag);
    this.markets.snapshot(writer);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.nextTag = reader.u32();
    this.markets.restore(reader, version);
  }
}

registerAgent(new Momentum());
