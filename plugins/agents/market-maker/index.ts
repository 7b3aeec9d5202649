import {
  Agent,
  CombinedSignal,
  ExecType,
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
import { QuoteSide } from "./quote-side";

const NS_PER_SECOND: f64 = 1e9;
const SIGNAL_LIFE_NS: i64 = 2_000_000_000;
const DENIAL_HOLD_NS: i64 = 1_000_000_000;
const MANTISSA_MAX: f64 = 9_007_199_254_740_991;

class Market {
  tickSize: i64 = 1;
  combinedScore: f64 = 0;
  combinedUntilNs: i64 = 0;
  published: f64 = 0;
  publishedNs: i64 = -1;
  bid: QuoteSide = new QuoteSide();
  ask: QuoteSide = new QuoteSide();

  snapshot(writer: SnapshotWriter): void {
    writer.f64(this.combinedScore);
    writer.i64(this.combinedUntilNs);
    writer.f64(this.published);
    writer.i64(this.publishedNs);
    this.bid.snapshot(writer);
    this.ask.snapshot(writer);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.combinedScore = reader.f64();
    this.combinedUntilNs = reader.i64();
    this.published = reader.f64();
    this.publishedNs = reader.i64();
    this.bid.restore(reader, version);
    this.ask.restore(reader, version);
  }
}

/**
 * Quotes r ± δ with the reservation price r = mid − q·γ·σ²·T and the half-spread δ = γ·σ²·T/2 + ln(1 + γ/κ)/γ: Avellaneda and
 * Stoikov, "High-frequency trading in a limit order book", Quantitative Finance 8 (2008), equations 29 and 30, with a rolling horizon
 * T in place of a closing time. Prices in ticks, inventory q in units of one quote. The combined signal shifts r.
 */
class MarketMaker extends Agent {
  private markets: PerInstrument<Market> = new PerInstrument<Market>();
  private nextTag: u32 = 1;

  onInstrument(instrument: InstrumentDefinition): void {
    this.markets.of(instrument.instrumentId).tickSize = instrument.tickSize;
  }

  onCombinedSignal(signal: CombinedSignal): void {
    const market = this.markets.of(signal.instrumentId);
    market.combinedScore = signal.score * signal.confidence;
    market.combinedUntilNs = signal.timeNs + signal.timeToLiveNs;
  }

  onFeatures(vector: FeatureVector): void {
    const market = this.markets.of(vector.instrumentId);
    if (!fresh(vector)) return this.withdraw(market);
    const f = features(vector);
    this.publish(
      market,
      vector.timeNs,
      0.5 * (f.microprice > 0.5 ? 1 : f.microprice < -0.5 ? -1 : 2 * f.microprice) + 0.5 * f.depthImbalance,
    );
    const tick = <f64>market.tickSize;
    const mid = (<f64>(vector.bidPrice + vector.askPrice) * 0.5) / tick;
    const inventory = <f64>vector.position / <f64>parameters.quantity;
    const risk = parameters.riskAversion * f.volatility * f.volatility * parameters.horizonSeconds;
    const shift = vector.timeNs < market.combinedUntilNs ? market.combinedScore * parameters.signalTicks : 0;
    const reservation = mid - inventory * risk + shift;
    // Beyond these numbers of ticks a price would not fit its mantissa and come out as another. A NaN is beyond as well.
    if (!(Math.abs(reservation) * tick < MANTISSA_MAX)) return this.withdraw(market);
    const ideal =
      risk * 0.5 + Math.log(1 + parameters.riskAversion / parameters.arrivalDecay) / parameters.riskAversion;
    const half = Math.min(Math.max(ideal, parameters.halfSpreadTicksMin), parameters.halfSpreadTicksMax);
    // A maker's order must not reach the other side of the book.
    const bidPrice = min(
      <i64>Math.floor(reservation - half) * market.tickSize,
      vector.askPrice - market.tickSize,
    );
    const askPrice = max(
      <i64>Math.ceil(reservation + half) * market.tickSize,
      vector.bidPrice + market.tickSize,
    );
    this.quote(
      market,
      market.bid,
      Side.BUY,
      bidPrice,
      vector.position < parameters.positionMax,
      vector.timeNs,
    );
    this.quote(
      market,
      market.ask,
      Side.SELL,
      askPrice,
      vector.position > -parameters.positionMax,
      vector.timeNs,
    );
  }

  onOrder(event: OrderEvent): void {
    const market = this.markets.of(event.instrumentId);
    const side = event.side == Side.BUY ? market.bid : market.ask;
    const status = event.ordStatus;
    const over =
      status == OrdStatus.FILLED ||
      status == OrdStatus.CANCELED ||
      status == OrdStatus.EXPIRED ||
      status == OrdStatus.REJECTED ||
      status == OrdStatus.DENIED;
    if (over) side.forget(event.tag);
    else if (status == OrdStatus.ACCEPTED || status == OrdStatus.PARTIALLY_FILLED)
      side.keep(event.tag, event.price);
    // It rests where it should not: it goes, and a new one comes, as if it could not be replaced.
    if (!over && event.execType == ExecType.REPLACE_REFUSED) {
      if (event.tag == side.liveTag) this.pull(side);
      side.heldUntilNs = event.timeNs + DENIAL_HOLD_NS;
    }
    // A denial repeats until something changes: asking again at once would only fill the log.
    if (status == OrdStatus.DENIED) side.heldUntilNs = event.timeNs + DENIAL_HOLD_NS;
  }

  snapshot(writer: SnapshotWriter): void {
    writer.u32(this.nextTag);
    this.markets.snapshot(writer);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.nextTag = reader.u32();
    this.markets.restore(reader, version);
  }

  private publish(market: Market, timeNs: i64, score: f64): void {
    const due = market.publishedNs < 0 || timeNs - market.publishedNs > SIGNAL_LIFE_NS / 2;
    if (!due && Math.abs(score - market.published) < 0.1) return;
    market.published = score;
    market.publishedNs = timeNs;
    this.signal(score, 0.5, <i64>NS_PER_SECOND, SIGNAL_LIFE_NS);
  }

  /** One order a side at any time: a quote is given its new price in one request, or canceled, its end waited for, and quoted anew. */
  private quote(market: Market, side: QuoteSide, which: u8, price: i64, wanted: bool, timeNs: i64): void {
    const isHeld = timeNs < side.heldUntilNs;
    if (side.isOff(wanted, price, parameters.requoteTicks * market.tickSize)) {
      if (!wanted || (!isHeld && parameters.replaces == 0)) this.pull(side);
      else if (!isHeld && !side.isReplacing && price > 0) this.move(side, price, timeNs);
      return;
    }
    if (!wanted || isHeld || side.isBusy || price <= 0) return;
    side.liveTag = this.nextTag++;
    side.livePrice = price;
    side.heldUntilNs = timeNs + <i64>(parameters.requoteSeconds * NS_PER_SECOND);
    this.limitMaker(which, price, parameters.quantity, side.liveTag);
  }

  private move(side: QuoteSide, price: i64, timeNs: i64): void {
    side.isReplacing = true;
    side.heldUntilNs = timeNs + <i64>(parameters.requoteSeconds * NS_PER_SECOND);
    this.replace(side.liveTag, price, parameters.quantity);
  }

  private withdraw(market: Market): void {
    this.pull(market.bid);
    this.pull(market.ask);
  }

  private pull(side: QuoteSide): void {
    if (side.liveTag == 0) return;
    this.cancel(side.liveTag);
    side.cancelingTag = side.liveTag;
    side.liveTag = 0;
    side.isReplacing = false;
  }
}

registerAgent(new MarketMaker());
